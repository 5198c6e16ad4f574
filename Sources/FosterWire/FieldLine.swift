/// `field-name ":" OWS field-value OWS` (RFC 9112, section 5).
struct FieldLine: Sendable {
    let name: Range<Int>
    let value: Range<Int>

    /// Parses the line that `line` covers, without its line end; it must not be empty.
    init(_ line: Range<Int>, of bytes: [UInt8]) throws(WireError) {
        let end = line.upperBound
        var cursor = line.lowerBound
        while cursor < end, ByteSet.token.contains(bytes[cursor]) { cursor &+= 1 }
        guard cursor < end, bytes[cursor] == Byte.colon, cursor > line.lowerBound else {
            throw Self.mistake(at: cursor, in: line, of: bytes)
        }
        name = line.lowerBound..<cursor
        cursor &+= 1
        while cursor < end, Byte.isWhitespace(bytes[cursor]) { cursor &+= 1 }
        let start = cursor
        var last = cursor
        while cursor < end {
            let byte = bytes[cursor]
            guard Byte.isFieldValue(byte) else { throw byte == Byte.carriageReturn ? .bareCR : .badFieldValue }
            cursor &+= 1
            if !Byte.isWhitespace(byte) { last = cursor }
        }
        value = start..<last
    }

    /// What is wrong with a line whose name does not end with a colon at `place`.
    private static func mistake(at place: Int, in line: Range<Int>, of bytes: [UInt8]) -> WireError {
        guard place < line.upperBound else { return .badFieldName }
        let byte = bytes[place]
        if byte == Byte.carriageReturn { return .bareCR }
        guard Byte.isWhitespace(byte) else { return .badFieldName }
        if place == line.lowerBound { return .obsoleteFold }
        let next = bytes[place..<line.upperBound].first { !Byte.isWhitespace($0) }
        return next == Byte.colon ? .whitespaceBeforeColon : .badFieldName
    }
}
