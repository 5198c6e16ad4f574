/// Makes text that others have chosen fit for a terminal and for a line of a log.
public enum Printable {
    /// The text with everything replaced by `\x1b` or `\u{202e}` that moves a cursor, ends a line or turns the reading direction.
    public static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isActive) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            guard isActive(scalar) else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            result += scalar.value < 0x100 ? "\\x\(digits.utf8.count < 2 ? "0" : "")\(digits)" : "\\u{\(digits)}"
        }
        return result
    }

    /// The words of a command line between quotes, cut to what a line can hold.
    static func commandLine(_ words: [String]) -> String {
        let line = words.joined(separator: " ")
        let shown = line.unicodeScalars.prefix(commandLineLimit)
        let isCut = shown.count < line.unicodeScalars.count
        return "\"\(text(String(String.UnicodeScalarView(shown))))\(isCut ? "…" : "")\""
    }

    private static let commandLineLimit = 160

    private static func isActive(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line and paragraph separators, and what changes the direction of writing (Unicode's bidirectional controls).
        case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
