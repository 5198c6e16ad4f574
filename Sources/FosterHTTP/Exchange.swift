import FosterLoop
public import FosterSystem
public import FosterWire

/// Names one request and its response. It goes stale when the response is complete or the connection is gone.
public struct ExchangeID: Hashable, Sendable {
    let connection: SlotKey
    let serial: UInt32
}

/// A complete request that waits for its response.
public struct Exchange: Sendable {
    public let id: ExchangeID
    public let listener: ListenerName
    /// Who asks, on a unix socket; as it was when the connection was made.
    public let peer: PeerCredentials?
    public let request: Request
}

/// What became of bytes for a stream.
public enum StreamState: Equatable, Sendable {
    /// Taken; so many bytes wait for the peer to read.
    case open(buffered: Int)
    /// Not taken: the peer reads too slowly and so many bytes wait already. Try again later, or cut it.
    case full(buffered: Int)
    /// The peer is gone, or the exchange is over.
    case closed
}
