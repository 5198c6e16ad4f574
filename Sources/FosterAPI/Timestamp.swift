/// A moment of the calendar, in milliseconds: `2026-11-23T09:05:07.120Z` (RFC 3339, always UTC).
public struct Timestamp: Hashable, Comparable, Sendable {
    public let millisecondsSince1970: Int64

    /// Clamped to the years 1970 to 9999, which have four digits.
    public init(millisecondsSince1970 milliseconds: Int64) {
        millisecondsSince1970 = min(max(milliseconds, 0), Self.latest)
    }

    /// A time since 1970; what is finer than a millisecond is cut off.
    public init(since1970 duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let clamped = min(max(seconds, 0), Self.latest / 1000)
        self.init(millisecondsSince1970: clamped &* 1000 &+ attoseconds / 1_000_000_000_000_000)
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    /// 9999-12-31T23:59:59.999Z.
    private static let latest: Int64 = 253_402_300_799_999
    private static let millisecondsPerDay: Int64 = 86_400_000
}

extension Timestamp: LosslessStringConvertible {
    public var description: String {
        let (year, month, day) = Self.date(days: millisecondsSince1970 / Self.millisecondsPerDay)
        let time = millisecondsSince1970 % Self.millisecondsPerDay
        let clock = [time / 3_600_000, time / 60_000 % 60, time / 1000 % 60].map { Self.pad($0, 2) }
        return "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))"
            + "T\(clock.joined(separator: ":")).\(Self.pad(time % 1000, 3))Z"
    }

    /// Reads exactly what `description` writes.
    public init?(_ text: String) {
        let digits = text.utf8.filter { (48...57).contains($0) }.map { Int64($0 &- 48) }
        guard digits.count == 17 else { return nil }
        func number(_ range: Range<Int>) -> Int64 { digits[range].reduce(0) { $0 &* 10 &+ $1 } }
        let days = Self.days(year: number(0..<4), month: number(4..<6), day: number(6..<8))
        let seconds = number(8..<10) &* 3600 &+ number(10..<12) &* 60 &+ number(12..<14)
        self.init(millisecondsSince1970: days &* Self.millisecondsPerDay &+ seconds &* 1000 &+ number(14..<17))
        // Months of 13, days of 32 and misplaced signs do not come out as they went in.
        guard description == text else { return nil }
    }

    /// The date of a count of days since 1970, by eras of 400 years that begin in March.
    private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days &+ 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year &- 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear % 400
        let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
        return era &* 146_097 &+ yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear &- 719_468
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a time like 2026-11-23T09:05:07.120Z")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
