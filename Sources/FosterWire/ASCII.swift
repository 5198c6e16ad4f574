/// Bytes that HTTP gives a meaning to.
enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let percent = UInt8(ascii: "%")
    static let comma = UInt8(ascii: ",")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let semicolon = UInt8(ascii: ";")
    static let question = UInt8(ascii: "?")
    static let delete: UInt8 = 0x7f

    /// The small letter of an ASCII capital; every other byte as it is.
    ///
    /// Names are compared in ASCII only: with Unicode's rules a Kelvin sign would equal a `k`.
    static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit, nil for any other byte.
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    /// Whether a field value may hold the byte (RFC 9110, section 5.5): visible, space, tab, or above ASCII.
    static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= space ? byte != delete : byte == tab
    }

    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }
}

extension Collection<UInt8> {
    /// Whether these bytes are `lowercased`, which must be in small letters, when ASCII case is ignored.
    func equalsIgnoringCase(_ lowercased: String) -> Bool {
        var expected = lowercased.utf8.makeIterator()
        for byte in self {
            guard let next = expected.next(), Byte.lowercase(byte) == next else { return false }
        }
        return expected.next() == nil
    }
}

extension ArraySlice<UInt8> {
    /// The slice without the spaces and tabs at both ends (`OWS` of RFC 9110, section 5.6.3).
    func trimmingWhitespace() -> ArraySlice<UInt8> {
        var rest = self
        while let first = rest.first, Byte.isWhitespace(first) { rest = rest.dropFirst() }
        while let last = rest.last, Byte.isWhitespace(last) { rest = rest.dropLast() }
        return rest
    }
}

/// Comparisons for what HTTP says is compared without regard to case: in ASCII only.
public enum ASCII {
    /// Whether two texts are equal but for the case of ASCII letters.
    public static func equalIgnoringCase(_ one: String, _ other: String) -> Bool {
        one.utf8.elementsEqual(other.utf8) { Byte.lowercase($0) == Byte.lowercase($1) }
    }
}
