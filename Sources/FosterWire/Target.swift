/// Where the parts of a request target lie in the head (RFC 9112, section 3.2).
struct Target: Sendable {
    var whole: Range<Int>
    var path: Range<Int>
    /// Without the question mark; empty, and ending where the path does, when there is none.
    var query: Range<Int>
    /// Of the absolute form only.
    var authority: Range<Int>?
    var isAsterisk = false

    /// Takes a target apart: the origin form, the absolute form (which a server must accept), and `*` for OPTIONS.
    init(_ whole: Range<Int>, of head: [UInt8], method: HTTPMethod) throws(WireError) {
        self.whole = whole
        var start = whole.lowerBound
        let first = head[start]
        if first != Byte.slash {
            if first == UInt8(ascii: "*"), whole.count == 1 {
                guard method == .options else { throw .badTarget }
                path = whole.upperBound..<whole.upperBound
                query = path
                isAsterisk = true
                return
            }
            let authority = try Self.authority(whole, of: head)
            self.authority = authority
            start = authority.upperBound
        }
        var cursor = start
        while cursor < whole.upperBound, ByteSet.path.contains(head[cursor]) { cursor &+= 1 }
        path = start..<cursor
        query = cursor..<cursor
        if cursor < whole.upperBound, head[cursor] == Byte.question {
            let begin = cursor &+ 1
            cursor = begin
            while cursor < whole.upperBound, ByteSet.query.contains(head[cursor]) { cursor &+= 1 }
            query = begin..<cursor
        }
        // Whatever stopped the scan is a fragment, a quote, a bracket, a control byte or not ASCII.
        guard cursor == whole.upperBound else { throw .badTarget }
        guard PercentEncoding.isValid(head[path]), PercentEncoding.isValid(head[query]) else {
            throw .badPercentEncoding
        }
        // An absolute OPTIONS without a path asks about the server itself (RFC 9112, section 3.2.4).
        isAsterisk = authority != nil && whole.upperBound == start && method == .options
    }

    /// The authority of `http://authority/…`; user information and other schemes are refused.
    private static func authority(_ whole: Range<Int>, of head: [UInt8]) throws(WireError) -> Range<Int> {
        let target = head[whole]
        let start: Int
        if target.prefix(7).equalsIgnoringCase("http://") {
            start = whole.lowerBound &+ 7
        } else if target.prefix(8).equalsIgnoringCase("https://") {
            start = whole.lowerBound &+ 8
        } else {
            throw .badTarget
        }
        let end = head[start..<whole.upperBound].firstIndex { $0 == Byte.slash || $0 == Byte.question }
        let authority = start..<(end ?? whole.upperBound)
        guard !authority.isEmpty, Host.isValid(head[authority]) else { throw .badTarget }
        return authority
    }
}

/// The value of a Host field: `uri-host [ ":" port ]` (RFC 9110, section 7.2).
enum Host {
    /// Whether the bytes are a host with an optional port. An empty value is valid: a URL may have no authority.
    static func isValid(_ value: ArraySlice<UInt8>) -> Bool {
        var rest = value
        guard rest.allSatisfy(ByteSet.authority.contains) else { return false }
        if rest.first == UInt8(ascii: "[") {
            guard let close = rest.firstIndex(of: UInt8(ascii: "]")), close > rest.startIndex &+ 1 else { return false }
            guard rest[..<close].dropFirst().allSatisfy(isAddress) else { return false }
            rest = rest[(close &+ 1)...]
            guard rest.isEmpty || rest.first == Byte.colon else { return false }
        } else {
            let name = rest.prefix { $0 != Byte.colon }
            guard !name.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }),
                PercentEncoding.isValid(name), !name.isEmpty || rest.isEmpty
            else { return false }
            rest = rest.dropFirst(name.count)
        }
        let port = rest.dropFirst()
        return port.count <= 5 && port.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    /// What an IP literal may be made of.
    private static func isAddress(_ byte: UInt8) -> Bool {
        Byte.hexadecimal(byte) != nil || byte == Byte.colon || byte == UInt8(ascii: ".")
    }
}
