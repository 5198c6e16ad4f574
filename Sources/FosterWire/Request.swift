/// One complete request, its body read whole and decoded.
///
/// It holds the bytes of its head, which the parser has validated; path segments, query and fields become strings only when
/// they are asked for. Nothing here can fail or trap.
public struct Request: Sendable {
    /// The method, which may be one that nobody knows (RFC 9110, section 9.1).
    public let method: HTTPMethod
    /// Whether it came with HTTP/1.0: no chunked response, and the connection ends with the answer.
    public let isOldVersion: Bool
    /// Whether another request may follow on the connection (RFC 9112, section 9.3).
    public let keepsAlive: Bool
    /// The content, without chunked framing; empty where there is none.
    public let body: [UInt8]

    let head: [UInt8]
    let target: Target
    /// From the first field line to the end of the last one.
    let fieldSection: Range<Int>

    /// The request target as it was sent.
    public var rawTarget: String { String(decoding: head[target.whole], as: UTF8.self) }

    /// The path as it was sent, percent-encoding included; empty for `*` and for a URL that has none.
    public var rawPath: String { String(decoding: head[target.path], as: UTF8.self) }

    /// Whether the path was sent exactly as `expected`: the quick test for the few hot routes, which costs no string.
    public func hasRawPath(_ expected: String) -> Bool {
        head[target.path].elementsEqual(expected.utf8)
    }

    /// The path's segments, each decoded by itself, so that an encoded slash stays inside its segment.
    ///
    /// `/` has none and `/a/` has two, `a` and an empty one. Nothing is normalised: `.` and `..` are names like others.
    public var pathSegments: [String] {
        let path = head[target.path]
        guard path.count > 1 else { return [] }
        return path.dropFirst().split(separator: Byte.slash, omittingEmptySubsequences: false)
            .map { PercentEncoding.decode($0, plusIsSpace: false) }
    }

    /// The items of the query in the order sent, decoded as HTML forms are: a plus sign is a space.
    ///
    /// `?verbose` is an item without a value. Empty items (`a&&b`) are left out.
    public var query: [(name: String, value: String?)] {
        head[target.query].split(separator: UInt8(ascii: "&")).map { item in
            let name = item.prefix { $0 != UInt8(ascii: "=") }
            let value = item.dropFirst(name.count)
            return (
                PercentEncoding.decode(name, plusIsSpace: true),
                value.isEmpty ? nil : PercentEncoding.decode(value.dropFirst(), plusIsSpace: true)
            )
        }
    }

    /// Whether a query was sent, even an empty one.
    public var hasQuery: Bool { target.query.upperBound > target.path.upperBound }

    /// The authority that the request is for: that of an absolute target, else the Host field (RFC 9112, section 3.3).
    public var authority: String {
        if let authority = target.authority { return String(decoding: head[authority], as: UTF8.self) }
        return value(of: "host") ?? ""
    }

    /// Whether the target was `*`, which only OPTIONS may have.
    public var isAsterisk: Bool { target.isAsterisk }

    /// The value of a field; several field lines of the name are joined by a comma (RFC 9110, section 5.3).
    ///
    /// Bytes that are not UTF-8 are replaced.
    public subscript(name: HTTPFieldName) -> String? { value(of: name.canonicalName) }

    /// The type that Content-Type names, in small letters and without parameters: `application/json`.
    public var mediaType: String? {
        self[.contentType].map { value in
            let type = Array(value.utf8.prefix { $0 != Byte.semicolon })[...].trimmingWhitespace()
            return String(decoding: type.map(Byte.lowercase), as: UTF8.self)
        }
    }

    /// Every field line in the order sent.
    public var fields: [(name: String, value: String)] {
        var all: [(name: String, value: String)] = []
        forEachField { name, value in
            all.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return all
    }

    private func value(of lowercasedName: String) -> String? {
        var joined: String?
        forEachField { name, value in
            guard name.equalsIgnoringCase(lowercasedName) else { return }
            let text = String(decoding: value, as: UTF8.self)
            joined = joined.map { $0 + ", " + text } ?? text
        }
        return joined
    }

    private func forEachField(_ visit: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        var rest = head[fieldSection]
        while let end = rest.firstIndex(of: Byte.lineFeed) {
            let line = rest[..<end]
            rest = rest[(end &+ 1)...]
            guard let colon = line.firstIndex(of: Byte.colon) else { continue }
            visit(line[..<colon], line[(colon &+ 1)...].dropLast().trimmingWhitespace())
        }
    }
}
