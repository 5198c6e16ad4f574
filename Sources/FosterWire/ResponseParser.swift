/// A response as a client has received it, whole.
public struct ReceivedResponse: Sendable, Equatable {
    public let status: Int
    /// Without parameters, in lower case; `nil` where none is given.
    public let mediaType: String?
    public let body: [UInt8]

    public init(status: Int, mediaType: String?, body: [UInt8]) {
        self.status = status
        self.mediaType = mediaType
        self.body = body
    }
}

/// Why what came is no response that this client reads.
public enum ResponseFlaw: Error, Hashable, Sendable {
    case badStatusLine
    /// A line of the head that no message may have.
    case badHead(WireError)
    /// Foster's answers that are not streams have a length, once, and no coding.
    case noLength
    /// More than the client is willing to keep.
    case tooLarge
    /// Bytes behind the end.
    case excess
    /// The connection ended before the response did.
    case truncated
}

/// Reads one response with a `Content-Length` (RFC 9112, sections 4 and 6), strictly, from pieces as they come.
public struct ResponseParser: Sendable {
    /// The longest status line.
    private static let statusLineBytes = 1024

    private let limits: WireLimits
    private var input: [UInt8] = []
    private var unread = 0..<0
    private var lines = LineReader()
    private var budget = FieldBudget()
    private var hasStatusLine = false
    private var isCoded = false
    private var status: Int?
    private var length: Int?
    private var mediaType: String?
    private var bodyStart: Int?

    /// - Parameter largestBody: the bytes that the body may have.
    public init(largestBody: Int) {
        var limits = WireLimits()
        limits.body = largestBody
        self.limits = limits
    }

    /// Takes the next bytes; the response once it is complete.
    public mutating func feed(_ bytes: some Collection<UInt8>) throws(ResponseFlaw) -> ReceivedResponse? {
        input += bytes
        unread = unread.lowerBound..<input.count
        if bodyStart == nil {
            do throws(WireError) {
                guard try readHead() else { return nil }
            } catch {
                throw .badHead(error)
            }
        }
        guard let status else { throw .badStatusLine }
        guard let length, let bodyStart else { throw .noLength }
        guard length <= limits.body else { throw .tooLarge }
        let there = input.count - bodyStart
        guard there <= length else { throw .excess }
        guard there == length else { return nil }
        return ReceivedResponse(status: status, mediaType: mediaType, body: Array(input.suffix(length)))
    }

    /// True once the empty line has been read. What is wrong with the status line or the length is left to `feed` to say.
    private mutating func readHead() throws(WireError) -> Bool {
        if !hasStatusLine {
            let line = try lines.next(
                in: input, &unread, longest: Self.statusLineBytes, tooLong: .requestLineTooLong)
            guard let line else { return false }
            hasStatusLine = true
            status = Self.status(input[line])
        }
        while let line = try budget.next(in: input, &unread, with: &lines, limits: limits) {
            guard !line.isEmpty else {
                bodyStart = unread.lowerBound
                if isCoded { length = nil }
                return true
            }
            try note(FieldLine(line, of: input))
        }
        return false
    }

    private mutating func note(_ line: FieldLine) throws(WireError) {
        let name = input[line.name]
        let value = input[line.value]
        if name.equalsIgnoringCase("transfer-encoding") { isCoded = true }
        if name.equalsIgnoringCase("content-type") {
            let type = value.prefix { $0 != Byte.semicolon }.trimmingWhitespace()
            mediaType = String(decoding: type.map(Byte.lowercase), as: UTF8.self)
        }
        guard name.equalsIgnoringCase("content-length") else { return }
        guard length == nil else { throw .repeatedContentLength }
        guard !value.isEmpty else { throw .badContentLength }
        var number = 0
        for byte in value {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { throw .badContentLength }
            // Too large is remembered as just above the limit, so that no number of digits overflows.
            number = min(number &* 10 &+ Int(digit), limits.body &+ 1)
        }
        length = number
    }

    /// The code of `HTTP/1.1 200 OK`; interim responses are not asked for, and not read.
    private static func status(_ line: ArraySlice<UInt8>) -> Int? {
        let version = Array("HTTP/1.1 ".utf8)
        guard line.starts(with: version) else { return nil }
        let rest = line.dropFirst(version.count)
        let code = rest.prefix { $0 != Byte.space }
        guard code.count == 3, code.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }), code.count < rest.count,
            rest.allSatisfy(Byte.isFieldValue)
        else { return nil }
        let number = code.reduce(0) { $0 * 10 + Int($1 &- UInt8(ascii: "0")) }
        return (200..<600).contains(number) ? number : nil
    }
}
