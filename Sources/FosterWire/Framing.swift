/// What the fields of a head say about the message and the connection (RFC 9112, sections 6, 3.2 and 9.3).
struct Framing: Sendable {
    /// How the body is delimited.
    enum Body: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    private(set) var hasHost = false
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var asksToClose = false
    private(set) var expectsContinue = false

    /// Takes note of one field line.
    mutating func note(_ line: FieldLine, of bytes: [UInt8], limits: WireLimits) throws(WireError) {
        let name = bytes[line.name]
        // By length first: most fields are none of these and cost one comparison.
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            guard !hasHost else { throw .repeatedHost }
            guard Host.isValid(bytes[line.value]) else { throw .badHost }
            hasHost = true
        case 6 where name.equalsIgnoringCase("expect"):
            guard bytes[line.value].equalsIgnoringCase("100-continue") else { throw .unknownExpectation }
            expectsContinue = true
        case 10 where name.equalsIgnoringCase("connection"):
            for option in bytes[line.value].split(separator: Byte.comma)
            where option.trimmingWhitespace().equalsIgnoringCase("close") {
                asksToClose = true
            }
        case 14 where name.equalsIgnoringCase("content-length"):
            try noteLength(bytes[line.value], limits: limits)
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            guard !isChunked else { throw .repeatedTransferEncoding }
            try Self.checkCodings(bytes[line.value])
            isChunked = true
        default:
            break
        }
    }

    /// Draws the conclusion once all field lines are known.
    func body(isOldVersion: Bool, limits: WireLimits) throws(WireError) -> Body {
        guard hasHost || isOldVersion else { throw .missingHost }
        if isChunked {
            guard contentLength == nil else { throw .lengthAndEncoding }
            guard !isOldVersion else { throw .encodingInOldVersion }
            return .chunked
        }
        guard let contentLength, contentLength > 0 else { return .none }
        guard contentLength <= limits.body else { throw .bodyTooLarge }
        return .length(contentLength)
    }

    /// A length is digits and nothing else, once; a list is refused even when its members agree (RFC 9110, section 8.6).
    private mutating func noteLength(_ value: ArraySlice<UInt8>, limits: WireLimits) throws(WireError) {
        guard !value.isEmpty else { throw .badContentLength }
        var length = 0
        for byte in value {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { throw .badContentLength }
            // Too large is remembered as just above the limit, so that no number of digits overflows.
            length = min(length &* 10 &+ Int(digit), limits.body &+ 1)
        }
        if let contentLength {
            throw contentLength == length ? .repeatedContentLength : .differingContentLength
        }
        contentLength = length
    }

    /// Accepts `chunked` and names what is wrong with anything else (RFC 9112, section 6.3, item 4, and 6.1).
    private static func checkCodings(_ value: ArraySlice<UInt8>) throws(WireError) {
        if value.equalsIgnoringCase("chunked") { return }
        let codings = value.split(separator: Byte.comma, omittingEmptySubsequences: false)
            .map { $0.trimmingWhitespace() }
        guard codings.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ByteSet.token.contains) }) else {
            throw .badTransferEncoding
        }
        guard codings.last?.equalsIgnoringCase("chunked") == true else { throw .chunkedNotFinal }
        throw codings.dropLast().contains { $0.equalsIgnoringCase("chunked") }
            ? .badTransferEncoding : .unsupportedTransferEncoding
    }
}
