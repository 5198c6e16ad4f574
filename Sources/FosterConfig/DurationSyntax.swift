extension Syntax {
    /// The longest duration that is accepted, a year: a longer one is a mistake, and sums of these cannot overflow.
    static let longestDuration: Duration = .seconds(8760 * 3600)

    private static let units: [(name: String, nanoseconds: Int64)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ]

    /// `250ms`, `10s`, `2m`, `1h30m`, `1.5s`, or a plain `0`: as `--grace` takes it. A whole number of milliseconds.
    public static func duration(_ text: String) throws(InvalidText) -> Duration {
        if text == "0" { return .zero }
        var rest = text.utf8[...]
        var total: Int64 = 0
        // Units come from the largest to the smallest, each at most once: `30m1h` is a typing error.
        var allowed = units[...]
        repeat {
            guard let amount = Amount(&rest) else { throw invalidDuration(text) }
            let name = rest.prefix { !isDigit($0) && $0 != UInt8(ascii: ".") }
            rest = rest.dropFirst(name.count)
            guard let index = allowed.firstIndex(where: { $0.name.utf8.elementsEqual(name) }) else {
                throw invalidDuration(text, needsUnit: name.isEmpty && rest.isEmpty)
            }
            let (sum, overflow) = total.addingReportingOverflow(amount.times(units[index].nanoseconds))
            guard !overflow, .nanoseconds(sum) <= longestDuration else {
                throw InvalidText("the duration \(quoted(text)) is too long; at most 8760h")
            }
            total = sum
            allowed = allowed[(index + 1)...]
        } while !rest.isEmpty
        guard total % 1_000_000 == 0 else { throw InvalidText("the duration \(quoted(text)) is finer than 1ms") }
        return .nanoseconds(total)
    }

    private static func invalidDuration(_ text: String, needsUnit: Bool = false) -> InvalidText {
        let hint = needsUnit ? "; did you mean \"\(shortened(text))s\"?" : ""
        return InvalidText(
            "invalid duration \(quoted(text)); "
                + "expected numbers with the units h, m, s, ms, such as 250ms, 10s, 1h30m\(hint)")
    }

    /// `1` or `1.5` in front of a unit.
    private struct Amount {
        var whole: Int64
        var fraction: Int64 = 0
        var scale: Int64 = 1

        /// Takes it from the front of the text; `nil` where there is none.
        init?(_ text: inout Substring.UTF8View) {
            let digits = text.prefix(while: isDigit)
            guard !digits.isEmpty else { return nil }
            // Only too many digits are no number here; they make the duration too long.
            whole = Int64(Substring(digits)) ?? .max
            text = text.dropFirst(digits.count)
            guard text.first == UInt8(ascii: ".") else { return }
            let decimals = text.dropFirst().prefix(while: isDigit)
            // Six decimals of an hour, in nanoseconds, still fit.
            guard (1...6).contains(decimals.count), let value = Int64(Substring(decimals)) else { return nil }
            fraction = value
            for _ in 0..<decimals.count { scale *= 10 }
            text = text.dropFirst(1 + decimals.count)
        }

        /// Saturates.
        func times(_ unit: Int64) -> Int64 {
            let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
            let (sum, sumOverflow) = product.addingReportingOverflow(fraction &* unit / scale)
            return overflow || sumOverflow ? .max : sum
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    /// The duration as a file may have it: `1m30s`, `1s500ms`, `0`. What is finer than 1ms is cut off.
    public static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        // No duration of a plan comes near the overflow.
        var left = seconds &* 1000 &+ attoseconds / 1_000_000_000_000_000
        var text = ""
        for (name, nanoseconds) in units {
            let (amount, remainder) = left.quotientAndRemainder(dividingBy: nanoseconds / 1_000_000)
            if amount > 0 { text += "\(amount)\(name)" }
            left = remainder
        }
        return text.isEmpty ? "0" : text
    }
}
