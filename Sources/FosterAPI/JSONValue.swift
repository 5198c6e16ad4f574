/// A JSON text as it was read (RFC 8259).
enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As it was written: whoever wants it knows what it must fit into.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

/// Reads one JSON text, strictly: no duplicate names, no lone surrogates, nothing behind the value, a bounded depth.
struct JSONReader {
    /// Objects and arrays inside each other; the reader recurses on a small stack.
    static let depthLimit = 8

    /// Why a text is no JSON that is read here, for people.
    struct Failure: Error, Hashable {
        let reason: String
    }

    private let bytes: [UInt8]
    private var position = 0

    static func read(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.next == nil else { throw Failure(reason: "something follows the JSON value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take() -> UInt8? {
        guard let byte = next else { return nil }
        position += 1
        return byte
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(Failure) -> JSONValue {
        guard bytes[position...].starts(with: text.utf8) else { throw malformed() }
        position += text.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Failure) -> [String: JSONValue] {
        try checkDepth(depth)
        position += 1
        var members: [String: JSONValue] = [:]
        skipBlanks()
        if next == UInt8(ascii: "}") {
            position += 1
            return members
        }
        while true {
            skipBlanks()
            let name = try string()
            skipBlanks()
            guard take() == UInt8(ascii: ":") else { throw malformed() }
            let value = try value(depth: depth)
            guard members.updateValue(value, forKey: name) == nil else {
                throw Failure(reason: "a member stands twice in one object")
            }
            skipBlanks()
            switch take() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"): return members
            default: throw malformed()
            }
        }
    }

    private mutating func array(depth: Int) throws(Failure) -> [JSONValue] {
        try checkDepth(depth)
        position += 1
        var elements: [JSONValue] = []
        skipBlanks()
        if next == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth))
            skipBlanks()
            switch take() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return elements
            default: throw malformed()
            }
        }
    }

    private func checkDepth(_ depth: Int) throws(Failure) {
        guard depth <= Self.depthLimit else { throw Failure(reason: "the body is nested too deeply") }
    }

    private func malformed() -> Failure { Failure(reason: "the body is not JSON, at byte \(position)") }
}

// Strings and numbers.
extension JSONReader {
    fileprivate mutating func string() throws(Failure) -> String {
        guard take() == UInt8(ascii: "\"") else { throw malformed() }
        var text: [UInt8] = []
        while let byte = take() {
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw Failure(reason: "a string is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text += try escaped()
            case ..<0x20: throw malformed()
            default: text.append(byte)
            }
        }
        throw malformed()
    }

    private mutating func escaped() throws(Failure) -> [UInt8] {
        switch take() {
        case UInt8(ascii: "\""): [0x22]
        case UInt8(ascii: "\\"): [0x5C]
        case UInt8(ascii: "/"): [0x2F]
        case UInt8(ascii: "b"): [0x08]
        case UInt8(ascii: "f"): [0x0C]
        case UInt8(ascii: "n"): [0x0A]
        case UInt8(ascii: "r"): [0x0D]
        case UInt8(ascii: "t"): [0x09]
        case UInt8(ascii: "u"): Array(String(Character(try scalar())).utf8)
        default: throw malformed()
        }
    }

    /// What follows `\u`: one code unit, or two that are a surrogate pair.
    private mutating func scalar() throws(Failure) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take() == UInt8(ascii: "\\"), take() == UInt8(ascii: "u") else { throw malformed() }
        let second = try codeUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw malformed() }
        return scalar
    }

    private mutating func codeUnit() throws(Failure) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = take(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw malformed()
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    fileprivate mutating func number() throws(Failure) -> String {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if next == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(Failure) {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw malformed() }
    }
}
