import FosterLoop
import FosterSystem
import FosterWire

/// One connection and how far it is. A class because it stays where it is while the server's tables change; it never
/// leaves the server, and so the server's thread.
final class Connection {
    enum Phase: Equatable {
        /// Waiting for a request, or in the middle of one.
        case reading
        /// A request is complete; its response has not begun.
        case answering
        /// A response goes out in pieces.
        case streaming
        /// The response is complete but not yet written out.
        case finishing(Ending)
        /// The last response is written and said to be the last; what still comes is thrown away. Closing at once would
        /// make the kernel send a reset, which can destroy the response before the peer has read it (RFC 9112, section 9.6).
        case lingering
        /// No longer among the server's connections.
        case closed
    }

    /// What follows a response.
    enum Ending: Equatable {
        case nextRequest
        case linger
        case close
    }

    /// What a deadline is for.
    enum Timing {
        case none
        case idle
        case head
        case body
        case write
        case linger
    }

    let transport: Transport
    /// The index of its listener.
    let listener: Int
    let peer: PeerCredentials?
    /// Whether it takes one of the slots of those that are served.
    let isServed: Bool
    var key = SlotKey(index: 0, generation: 0)

    var phase = Phase.reading
    var parser: RequestParser
    /// Bytes read but not used, from `inputStart` on; empty while nothing is half read, so that idle connections cost little.
    var input: [UInt8] = []
    var inputStart = 0
    /// Whether the kernel has said that there is something to read since it last had nothing.
    var isReadable = false
    /// The peer has ended its side. It may still read.
    var peerEnded = false
    /// The peer has left, as far as that can be told: nobody reads any more.
    var peerLeft = false

    /// Bytes to be written, from `outputStart` on.
    var output: [UInt8] = []
    var outputStart = 0
    var watchesWritable = false

    /// Complete and not yet handed out.
    var request: Request?
    /// Counts the requests of this connection.
    var serial: UInt32 = 0
    var form = ResponseForm.last
    var lingered = 0

    var timing = Timing.none
    /// When the deadline is over.
    var due: Duration?
    /// When the server will look at it: never later than `due`, and not moved back with it at each request.
    var lookAt: Duration?

    init(_ transport: consuming Transport, listener: Int, peer: PeerCredentials?, isServed: Bool, limits: WireLimits) {
        self.transport = transport
        self.listener = listener
        self.peer = peer
        self.isServed = isServed
        parser = RequestParser(limits: limits)
    }

    var id: ExchangeID { ExchangeID(connection: key, serial: serial) }
    var buffered: Int { output.count - outputStart }

    /// Takes the next bytes into account and says what the parser makes of them.
    func parse(_ bytes: [UInt8], count: Int) -> RequestParser.Progress {
        guard input.isEmpty else {
            input.append(contentsOf: bytes[..<count])
            return parseInput()
        }
        var unread = 0..<count
        let progress = parser.parse(bytes, &unread)
        if !unread.isEmpty { input = Array(bytes[unread]) }
        return progress
    }

    /// Parses what has been read before.
    func parseInput() -> RequestParser.Progress {
        var unread = inputStart..<input.count
        let progress = parser.parse(input, &unread)
        if unread.isEmpty {
            input = []
            inputStart = 0
        } else {
            inputStart = unread.lowerBound
            // What is used goes before more is appended; pipelined requests are not moved once for each of them.
            if case .incomplete = progress {
                input.removeFirst(inputStart)
                inputStart = 0
            }
        }
        return progress
    }
}
