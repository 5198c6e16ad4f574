import FosterSystem
import Glibc
import SystemPackage

/// What programs in C do with their words.
enum Words {
    /// A variable of the environment, empty ones included.
    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Reads a decimal number as strtol(3) and scanf(3) do, after blanks and a sign, and takes it off the text; what is too large
    /// is cut to the largest.
    static func number(_ text: inout ArraySlice<UInt8>) -> Int? {
        var rest = text.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty else { return nil }
        text = rest.dropFirst(digits.count)
        var value = 0
        for digit in digits {
            let (larger, overflows) = value.multipliedReportingOverflow(by: 10)
            let (next, passes) = larger.addingReportingOverflow(Int(digit &- UInt8(ascii: "0")))
            value = overflows || passes ? Int.max : next
        }
        return sign == UInt8(ascii: "-") ? -value : value
    }

    /// `No such file or directory`.
    static func text(of errno: Errno) -> String { String(cString: strerror(errno.rawValue)) }

    /// `Terminated`.
    static func text(of signal: UInt8) -> String { String(cString: strsignal(Int32(signal))) }
}
