import FosterWire

/// What a parser made of a stream, as text that can be compared.
struct Reading: Equatable, CustomStringConvertible {
    var requests: [String] = []
    var rejection: WireError?
    var isIdle = false

    var description: String {
        (requests + [rejection?.code ?? (isIdle ? "idle" : "incomplete")]).joined(separator: " | ")
    }

    /// Shows the bytes to a parser in pieces that end at the given places.
    init(_ bytes: [UInt8], cutAt cuts: [Int] = [], limits: WireLimits = WireLimits()) {
        var parser = RequestParser(limits: limits)
        var unread = 0..<0
        for end in cuts + [bytes.count] {
            unread = unread.lowerBound..<end
            reading: while true {
                switch parser.parse(bytes, &unread) {
                case .incomplete:
                    break reading
                case .complete(let request):
                    requests.append(Self.describe(request))
                case .rejected(let error):
                    rejection = error
                    return
                }
            }
        }
        isIdle = parser.phase == .idle && unread.isEmpty
    }

    init(_ text: String, limits: WireLimits = WireLimits()) {
        self.init(Array(text.utf8), limits: limits)
    }

    private static func describe(_ request: Request) -> String {
        var text = "\(request.method.rawValue) \(request.rawTarget)"
        if !request.body.isEmpty { text += " [\(String(decoding: request.body, as: UTF8.self))]" }
        return text + (request.keepsAlive ? "" : " close")
    }
}

/// The first request in a text that holds at least one.
func firstRequest(_ text: String) throws -> Request {
    var parser = RequestParser()
    let bytes = Array(text.utf8)
    var unread = 0..<bytes.count
    switch parser.parse(bytes, &unread) {
    case .complete(let request): return request
    case .rejected(let error): throw error
    case .incomplete: throw WireError.truncated
    }
}
