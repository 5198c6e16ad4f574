import FosterAPI
import FosterCore
import FosterSystem

/// Puts foster's own lines into bytes.
struct OwnLines {
    let level: LogLevel
    var format = LogFormat.text
    /// What is added to the time since boot to get the time of day.
    let wallOffset: Duration
    /// Written before each line.
    var label: [UInt8]

    /// The lines that the level lets through, as one chunk. At `debug` each has its time: entries may be told late.
    func chunk(_ lines: [LogLine]) -> OutputChunk {
        var chunk = OutputChunk()
        for line in lines where line.level <= level {
            if format == .json {
                chunk.bytes += json(line)
                chunk.lines += 1
                continue
            }
            chunk.bytes += label
            if level == .debug { chunk.bytes += Self.timestamp(line.time + wallOffset).utf8 + [UInt8(ascii: " ")] }
            chunk.bytes += Self.printable(line.text)
            chunk.bytes.append(UInt8(ascii: "\n"))
            chunk.lines += 1
        }
        return chunk
    }

    private struct Record: Encodable {
        let time: String
        let level: String
        let service = "foster"
        let message: String
    }

    private func json(_ line: LogLine) -> [UInt8] {
        let time = Self.timestamp(line.time + wallOffset)
        return JSONOutput.encode(Record(time: time, level: line.level.rawValue, message: line.text)) + [
            UInt8(ascii: "\n")
        ]
    }

    /// A text in which others had a say must neither look like two lines nor move a terminal's cursor.
    private static func printable(_ text: String) -> [UInt8] {
        guard text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte < 32 || byte == 127 {
                bytes += #"\x"#.utf8
                bytes += [hexadecimal(byte >> 4), hexadecimal(byte & 15)]
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + (digit - 10)
    }

    /// RFC 3339 in UTC, to the millisecond: `2024-02-29T23:59:59.123Z`.
    static func timestamp(_ sinceEpoch: Duration) -> String {
        let (seconds, attoseconds) = sinceEpoch.components
        // Four digits of year are all the format has.
        let time = min(max(0, seconds), 253_402_300_799)
        let (year, month, day) = date(ofDay: time / 86_400)
        let second = time % 86_400
        let milliseconds = max(0, attoseconds / 1_000_000_000_000_000)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(second / 3600, 2)):"
            + "\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2)).\(padded(milliseconds, 3))Z"
    }

    /// The Gregorian date of a day counted from 1970-01-01: years begin in March, so that the leap day is a year's last.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
