/// Reads HTTP/1.1 requests out of a byte stream, one after the other (RFC 9112).
///
/// It does no input or output: it is shown bytes, takes what it can use, and says when a request is complete. How the stream
/// was cut into pieces never changes the answer. It is strict where leniency has let requests be smuggled: one space
/// between the parts of the request line, CR LF and nothing else as line end, one way of saying how long a body is. One empty line
/// before a request is skipped (section 2.2). HTTP/1.0 is answered, and the connection then closed, because load
/// balancers' health checks still speak it; a Host field is not asked of it.
public struct RequestParser: Sendable {
    /// What came of the bytes shown.
    public enum Progress: Sendable {
        /// More bytes are needed.
        case incomplete
        /// A request; bytes behind it, which stay unread, belong to the next one.
        case complete(Request)
        /// Answer and close: nothing behind this point can be trusted.
        case rejected(WireError)
    }

    /// How far the current request is, for deadlines.
    public enum Phase: Sendable {
        /// Not a byte of it has come.
        case idle
        case head
        case body
    }

    private enum State: Sendable {
        case requestLine
        case fields(RequestLine)
        case body(RequestLine, Framing.Body)
        case rejected(WireError)
    }

    private let limits: WireLimits
    private var state = State.requestLine
    private var lines = LineReader()
    private var budget = FieldBudget()
    private var framing = Framing()
    private var head: [UInt8] = []
    private var fieldsStart = 0
    private var body: [UInt8] = []
    private var chunks = ChunkedBody()
    private var skippedEmptyLine = false
    private var owesContinue = false

    public init(limits: WireLimits = WireLimits()) {
        self.limits = limits
    }

    public var phase: Phase {
        switch state {
        case .requestLine: lines.scanned == 0 ? .idle : .head
        case .fields: .head
        case .body, .rejected: .body
        }
    }

    /// Reads on, and moves the lower bound of `unread` past what was used.
    ///
    /// While a request is incomplete the caller shows the unread bytes again, with more behind them.
    public mutating func parse(_ input: [UInt8], _ unread: inout Range<Int>) -> Progress {
        do throws(WireError) {
            while true {
                switch state {
                case .requestLine:
                    guard try readRequestLine(input, &unread) else { return .incomplete }
                case .fields(let line):
                    guard try readFields(input, &unread, of: line) else { return .incomplete }
                case .body(let line, let delimiting):
                    guard try readBody(input, &unread, delimiting) else { return .incomplete }
                    return .complete(takeRequest(line))
                case .rejected(let error):
                    return .rejected(error)
                }
            }
        } catch {
            state = .rejected(error)
            return .rejected(error)
        }
    }

    /// Whether `100 Continue` is due now: the client waits for it before it sends the body. True once a request.
    ///
    /// To be asked after `incomplete`; a client that did not wait gets none (RFC 9110, section 10.1.1).
    public mutating func takeContinue() -> Bool {
        defer { owesContinue = false }
        return owesContinue
    }

    private mutating func readRequestLine(
        _ input: [UInt8], _ unread: inout Range<Int>
    ) throws(WireError) -> Bool {
        if !unread.isEmpty {
            // What cannot be a request (a TLS greeting, say) is told so at its first byte, not at the deadline.
            let first = input[unread.lowerBound]
            guard ByteSet.token.contains(first) || first == Byte.carriageReturn else {
                throw first == Byte.lineFeed ? .bareLF : .badRequestLine
            }
        }
        let room = min(unread.count, limits.fieldBytes)
        guard
            let line = try lines.next(
                in: input, &unread, longest: limits.requestLine, tooLong: .requestLineTooLong)
        else { return false }
        if line.isEmpty {
            guard !skippedEmptyLine else { throw .badRequestLine }
            skippedEmptyLine = true
            return true
        }
        head.reserveCapacity(room)
        head.append(contentsOf: input[line.lowerBound..<(line.upperBound &+ 2)])
        fieldsStart = head.count
        state = .fields(try RequestLine(0..<line.count, of: head))
        return true
    }

    private mutating func readFields(
        _ input: [UInt8], _ unread: inout Range<Int>, of requestLine: RequestLine
    ) throws(WireError) -> Bool {
        while let line = try budget.next(in: input, &unread, with: &lines, limits: limits) {
            if line.isEmpty {
                let delimiting = try framing.body(isOldVersion: requestLine.isOldVersion, limits: limits)
                owesContinue =
                    framing.expectsContinue && !requestLine.isOldVersion && delimiting != .none && unread.isEmpty
                state = .body(requestLine, delimiting)
                return true
            }
            try framing.note(FieldLine(line, of: input), of: input, limits: limits)
            head.append(contentsOf: input[line.lowerBound..<(line.upperBound &+ 2)])
        }
        return false
    }

    private mutating func readBody(
        _ input: [UInt8], _ unread: inout Range<Int>, _ delimiting: Framing.Body
    ) throws(WireError) -> Bool {
        if !unread.isEmpty { owesContinue = false }
        switch delimiting {
        case .none:
            return true
        case .length(let length):
            let end = unread.lowerBound &+ min(unread.count, length &- body.count)
            body.append(contentsOf: input[unread.lowerBound..<end])
            unread = end..<unread.upperBound
            return body.count == length
        case .chunked:
            return try chunks.read(input, &unread, with: &lines, into: &body, limits: limits)
        }
    }

    /// Hands the request over and starts anew.
    private mutating func takeRequest(_ line: RequestLine) -> Request {
        let request = Request(
            method: line.method, isOldVersion: line.isOldVersion,
            keepsAlive: !line.isOldVersion && !framing.asksToClose,
            body: body, head: head, target: line.target, fieldSection: fieldsStart..<head.count)
        self = RequestParser(limits: limits)
        return request
    }
}
