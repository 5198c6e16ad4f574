import FosterCore

/// Reads one datagram of the sd_notify(3) protocol: `NAME=value` lines. As with systemd, what is unknown or damaged is passed
/// over, and of a name that comes more than once the first line counts.
enum NotificationReader {
    /// What a status text is cut to, in characters.
    static let statusLimit = 512

    static func read(_ bytes: [UInt8]) -> [Notification] {
        var seen: Set<String> = []
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let value = line[line.index(after: equals)...]
            let name = String(decoding: line[..<equals], as: UTF8.self)
            guard seen.insert(name).inserted else { return nil }
            switch name {
            case "READY" where isOne(value): return .ready
            case "RELOADING" where isOne(value): return .reloading
            case "STOPPING" where isOne(value): return .stopping
            case "STATUS": return .status(printable(value))
            default: return nil
            }
        }
    }

    /// What goes up of a message to the supervisor above the init form, where foster is the main process: all but what speaks of
    /// descriptors, which do not come along. Nothing may be left.
    static func relayed(_ bytes: [UInt8], mainPid: Int32) -> [UInt8] {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).filter { line in
            !withDescriptors.contains { line.starts(with: $0.utf8) }
        }
        let rewritten = lines.map { $0.starts(with: "MAINPID=".utf8) ? Array("MAINPID=\(mainPid)".utf8) : Array($0) }
        return Array(rewritten.joined(separator: [UInt8(ascii: "\n")]))
    }

    private static let withDescriptors = ["BARRIER=", "FDSTORE=", "FDSTOREREMOVE=", "FDNAME=", "FDPOLL="]

    private static func isOne(_ value: ArraySlice<UInt8>) -> Bool { value.elementsEqual([UInt8(ascii: "1")]) }

    /// Control characters would reach a terminal through somebody's `curl`.
    private static func printable(_ value: ArraySlice<UInt8>) -> String {
        let text = String(decoding: value, as: UTF8.self)
        return String(
            text.unicodeScalars.prefix(statusLimit).map {
                $0.properties.generalCategory == .control ? " " : Character($0)
            })
    }
}
