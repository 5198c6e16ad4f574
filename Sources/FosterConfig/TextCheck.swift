/// What must hold of the bytes before libyaml sees them.
///
/// libyaml checks most of this too, but guesses the encoding and gives no line for what it finds.
enum TextCheck {
    static let sizeLimit = 1 << 20

    /// The text without its byte order mark.
    static func text(of bytes: [UInt8]) throws(YAMLProblem) -> ArraySlice<UInt8> {
        guard bytes.count <= sizeLimit else {
            throw YAMLProblem(place: .start, message: "larger than 1 MiB")
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        try check(text)
        return text
    }

    private static func check(_ text: ArraySlice<UInt8>) throws(YAMLProblem) {
        var (line, column) = (1, 1)
        var decoder = UTF8()
        var bytes = text.makeIterator()
        var previous: Unicode.Scalar = " "
        while true {
            switch decoder.decode(&bytes) {
            case .emptyInput: return
            case .error:
                throw YAMLProblem(place: .text(line: line, column: column), message: "not valid UTF-8")
            case .scalarValue(let scalar):
                // A carriage return breaks the line unless a line feed, which does it then, follows.
                if previous == "\n" || (previous == "\r" && scalar != "\n") { (line, column) = (line + 1, 1) }
                guard isAllowed(scalar) else {
                    throw YAMLProblem(
                        place: .text(line: line, column: column),
                        message: "control character \(scalar.codePoint) is not allowed")
                }
                column += 1
                previous = scalar
            }
        }
    }

    /// The printable characters of YAML 1.1, section 4.1, as libyaml has them.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }
}
