/// `method SP request-target SP HTTP-version` (RFC 9112, section 3).
struct RequestLine: Sendable {
    let method: HTTPMethod
    let target: Target
    let isOldVersion: Bool

    /// Parses the line that `line` covers, without its line end.
    ///
    /// Exactly one space separates the parts: being lenient here is what smuggling lives on.
    init(_ line: Range<Int>, of bytes: [UInt8]) throws(WireError) {
        guard !bytes[line].contains(Byte.carriageReturn) else { throw .bareCR }
        var cursor = line.lowerBound
        while cursor < line.upperBound, ByteSet.token.contains(bytes[cursor]) { cursor &+= 1 }
        guard cursor < line.upperBound, cursor > line.lowerBound else { throw .badRequestLine }
        guard bytes[cursor] == Byte.space else { throw .badMethod }
        let name = line.lowerBound..<cursor

        let target = cursor &+ 1
        cursor = target
        while cursor < line.upperBound, bytes[cursor] != Byte.space { cursor &+= 1 }
        guard cursor < line.upperBound, cursor > target else { throw .badRequestLine }

        // The version comes first: what an HTTP/2 preface says between method and version is no mistake of ours to judge.
        isOldVersion = try Self.version(bytes[(cursor &+ 1)..<line.upperBound]) == 0
        method = Self.method(bytes[name])
        guard method != .connect else { throw .connectNotSupported }
        self.target = try Target(target..<cursor, of: bytes, method: method)
    }

    /// The minor version; a higher one than ours is treated as ours (RFC 9110, section 2.5).
    private static func version(_ text: ArraySlice<UInt8>) throws(WireError) -> UInt8 {
        let start = text.startIndex
        guard !text.contains(Byte.space) else { throw .badRequestLine }
        guard text.count == 8, text.prefix(5).elementsEqual("HTTP/".utf8), text[start &+ 6] == UInt8(ascii: ".") else {
            throw .badVersion
        }
        let major = text[start &+ 5] &- UInt8(ascii: "0")
        let minor = text[start &+ 7] &- UInt8(ascii: "0")
        guard major < 10, minor < 10 else { throw .badVersion }
        guard major == 1 else { throw .unsupportedVersion }
        return minor
    }

    /// The method of a name that is known to be a token; no string is made for the common ones.
    private static func method(_ name: ArraySlice<UInt8>) -> HTTPMethod {
        if name.elementsEqual("GET".utf8) { return .get }
        if name.elementsEqual("POST".utf8) { return .post }
        if name.elementsEqual("HEAD".utf8) { return .head }
        return HTTPMethod(rawValue: String(decoding: name, as: UTF8.self))
    }
}
