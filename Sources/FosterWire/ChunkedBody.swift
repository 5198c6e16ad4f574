/// The chunked transfer coding (RFC 9112, section 7.1).
///
/// Extensions are checked and ignored; trailer fields are checked and discarded (RFC 9110, section 6.5.1).
struct ChunkedBody: Sendable {
    private enum State: Sendable {
        case size
        case data(Int)
        case dataEnd
        case trailers
    }

    private var state = State.size
    private var extensionBytes = 0
    private var budget = FieldBudget()

    /// Decodes what is there and says whether the body is complete, trailer section included.
    mutating func read(
        _ input: [UInt8], _ unread: inout Range<Int>, with lines: inout LineReader, into body: inout [UInt8],
        limits: WireLimits
    ) throws(WireError) -> Bool {
        while true {
            switch state {
            case .size:
                let line = try lines.next(in: input, &unread, longest: limits.chunkLine, tooLong: .chunkLineTooLong)
                guard let line else { return false }
                let size = try readSize(input[line], limits: limits)
                guard size <= UInt64(max(0, limits.body &- body.count)) else { throw .bodyTooLarge }
                state = size == 0 ? .trailers : .data(Int(size))
            case .data(let missing):
                guard !unread.isEmpty else { return false }
                let end = unread.lowerBound &+ min(unread.count, missing)
                body.append(contentsOf: input[unread.lowerBound..<end])
                let rest = missing &- (end &- unread.lowerBound)
                unread = end..<unread.upperBound
                state = rest == 0 ? .dataEnd : .data(rest)
            case .dataEnd:
                let ending = input[unread].prefix(2)
                guard ending.elementsEqual([Byte.carriageReturn, Byte.lineFeed].prefix(ending.count)) else {
                    throw .badChunkEnd
                }
                guard ending.count == 2 else { return false }
                unread = (unread.lowerBound &+ 2)..<unread.upperBound
                state = .size
            case .trailers:
                guard let line = try budget.next(in: input, &unread, with: &lines, limits: limits) else {
                    return false
                }
                guard !line.isEmpty else { return true }
                try Self.checkTrailer(input[FieldLine(line, of: input).name])
            }
        }
    }

    /// The number at the start of a chunk-size line: hexadecimal digits, then nothing or an extension.
    private mutating func readSize(_ line: ArraySlice<UInt8>, limits: WireLimits) throws(WireError) -> UInt64 {
        guard !line.contains(Byte.carriageReturn) else { throw .bareCR }
        var rest = line
        var size: UInt64 = 0
        var digits = 0
        while let digit = rest.first.flatMap(Byte.hexadecimal) {
            digits &+= 1
            guard digits <= 16 else { throw .badChunkSize }
            size = size << 4 | UInt64(digit)
            rest = rest.dropFirst()
        }
        guard digits > 0 else { throw .badChunkSize }
        extensionBytes &+= rest.count
        guard extensionBytes <= limits.chunkExtensions else { throw .chunkExtensionsTooLong }
        if !rest.isEmpty {
            guard rest.first(where: { !Byte.isWhitespace($0) }) == Byte.semicolon else { throw .badChunkSize }
            try Self.checkExtensions(rest)
        }
        return size
    }

    /// `*( BWS ";" BWS name [ BWS "=" BWS value ] )` (section 7.1.1).
    private static func checkExtensions(_ text: ArraySlice<UInt8>) throws(WireError) {
        var rest = text
        func skipWhitespace() { rest = rest.drop(while: Byte.isWhitespace) }
        func skipToken() -> Bool {
            let count = rest.prefix(while: ByteSet.token.contains).count
            rest = rest.dropFirst(count)
            return count > 0
        }
        skipWhitespace()
        while let separator = rest.popFirst() {
            guard separator == Byte.semicolon else { throw .badChunkExtension }
            skipWhitespace()
            guard skipToken() else { throw .badChunkExtension }
            skipWhitespace()
            guard rest.first == UInt8(ascii: "=") else { continue }
            rest = rest.dropFirst()
            skipWhitespace()
            guard rest.first == UInt8(ascii: "\"") ? skipQuoted(&rest) : skipToken() else {
                throw .badChunkExtension
            }
            skipWhitespace()
        }
    }

    /// A quoted string (RFC 9110, section 5.6.4); false when it does not end or holds a control character.
    private static func skipQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\"") { return true }
            guard Byte.isFieldValue(byte) else { return false }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = rest.popFirst(), Byte.isFieldValue(escaped) else { return false }
            }
        }
        return false
    }

    /// Fields about framing or routing come too late in a trailer (RFC 9110, section 6.5.1).
    private static func checkTrailer(_ name: ArraySlice<UInt8>) throws(WireError) {
        guard
            !name.equalsIgnoringCase("host"), !name.equalsIgnoringCase("content-length"),
            !name.equalsIgnoringCase("transfer-encoding")
        else { throw .forbiddenTrailer }
    }
}
