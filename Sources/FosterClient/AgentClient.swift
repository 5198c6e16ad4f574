import FosterSystem
public import FosterWire
public import SystemPackage

/// Asks an agent over its control socket: one request a connection, bounded in time and size.
///
/// It blocks the calling thread: for client commands, never for the agent.
public struct AgentClient: Sendable {
    public let path: String
    /// Whether an agent that is neither root's nor this user's is refused: for a path that nobody has named.
    public var trustsOnlyOwn = false
    /// How long a request may take as a whole.
    public var patience: Duration = .seconds(10)
    /// The largest body that is read.
    public var largestBody = 16 << 20

    public init(path: String) { self.path = path }

    public enum Failure: Error, Hashable, Sendable {
        /// Nobody listens at the path, or nobody who lets this user ask; or the connection broke.
        case unreachable(Errno)
        /// Somebody else than root and this user listens there.
        case foreign(uid: UInt32)
        case timedOut
        /// What answers does not speak as foster does.
        case unreadable(ResponseFlaw)
    }

    /// `GET target`.
    public func get(_ target: String) throws(Failure) -> ReceivedResponse {
        let connection = try AgentConnection(path, deadline: Clock.uptime() + patience)
        if trustsOnlyOwn { try connection.checkPeer() }
        try connection.send(Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
        var parser = ResponseParser(largestBody: largestBody)
        while true {
            let bytes = try connection.receive()
            do throws(ResponseFlaw) {
                guard !bytes.isEmpty else { throw .truncated }
                if let response = try parser.feed(bytes) { return response }
            } catch {
                throw .unreadable(error)
            }
        }
    }
}

extension AgentClient.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let errno): errno.name
        case .foreign(let uid): "it belongs to uid \(uid)"
        case .timedOut: "no answer in time"
        case .unreadable: "the answer is not foster's"
        }
    }
}

/// A connection whose every wait ends at one deadline.
private struct AgentConnection: ~Copyable {
    private static let retryDelay: Duration = .milliseconds(20)

    private let socket: Descriptor
    private let epoll: Epoll
    private let deadline: Duration

    init(_ path: String, deadline: Duration) throws(AgentClient.Failure) {
        self.deadline = deadline
        do throws(Errno) {
            let socket = try Self.connect(path, until: deadline)
            let epoll = try Epoll()
            try epoll.add(socket, for: .readable, value: 0)
            self.socket = socket
            self.epoll = epoll
        } catch {
            throw .unreachable(error)
        }
    }

    /// A full queue of connections has room again soon: then there is nothing to wait on but time.
    private static func connect(_ path: String, until deadline: Duration) throws(Errno) -> Descriptor {
        while true {
            do throws(Errno) {
                return try Descriptor.connection(to: path)
            } catch {
                guard error == .resourceTemporarilyUnavailable, Clock.uptime() < deadline else { throw error }
                Clock.pause(retryDelay)
            }
        }
    }

    func checkPeer() throws(AgentClient.Failure) {
        let peer: PeerCredentials
        do throws(Errno) {
            peer = try socket.peerCredentials()
        } catch {
            throw .unreachable(error)
        }
        guard peer.uid == 0 || peer.uid == Host.uid else { throw .foreign(uid: peer.uid) }
    }

    func send(_ bytes: [UInt8]) throws(AgentClient.Failure) {
        var sent = 0
        while sent < bytes.count {
            do throws(Errno) {
                sent += try socket.send(bytes, from: sent)
            } catch {
                guard error == .resourceTemporarilyUnavailable else { throw .unreachable(error) }
                // A request fits into the socket's buffer: this is a peer that reads nothing at all.
                guard Clock.uptime() < deadline else { throw .timedOut }
                Clock.pause(Self.retryDelay)
            }
        }
    }

    /// What has come, empty at the end.
    func receive() throws(AgentClient.Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var events = EpollBuffer(capacity: 1)
        while true {
            do throws(Errno) {
                let count = try socket.read(into: &bytes)
                return Array(bytes.prefix(count))
            } catch {
                guard error == .resourceTemporarilyUnavailable else { throw .unreachable(error) }
            }
            let left = deadline - Clock.uptime()
            guard left > .zero else { throw .timedOut }
            do throws(Errno) {
                try epoll.wait(timeout: left, buffer: &events) { _, _ in }
            } catch {
                throw .unreachable(error)
            }
        }
    }
}
