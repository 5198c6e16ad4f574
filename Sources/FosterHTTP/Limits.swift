public import FosterWire

/// What a server allows its clients, all in one place.
public struct Limits: Sendable {
    /// Sizes of heads and bodies.
    public var wire = WireLimits()
    /// Connections that are served at the same time, for each listener by itself.
    public var connections = 128
    /// Connections above those that are told so (503) at the same time; the next ones wait in the listener's queue.
    public var refusals = 16
    /// Bytes that wait to be sent on one stream; what does not fit is not taken.
    public var streamBuffer = 256 * 1024
    /// Bytes that wait to be sent on all connections together. Whose response would exceed it is cut, unless nothing else waits.
    public var unsent = 16 * 1024 * 1024

    /// From a head's first byte, or the connection's start, to the head's end; later is 408.
    public var headTimeout: Duration = .seconds(5)
    /// From the head's end to the body's end; later is 408.
    public var bodyTimeout: Duration = .seconds(10)
    /// From a response to the next request's first byte; then the connection is closed.
    public var idleTimeout: Duration = .seconds(75)
    /// How long a connection must have been without a whole request before it makes room for a new one, where all slots are taken.
    /// Well below the second that a kubelet's probe waits.
    public var quietTime: Duration = .milliseconds(200)
    /// Without a byte being taken by a peer that has bytes to take; then the connection is cut.
    public var writeTimeout: Duration = .seconds(10)
    /// How long, and for how many bytes, a peer may go on sending after its last response.
    public var lingerTimeout: Duration = .seconds(2)
    /// The same for connections that are only told that there are too many: the next are waiting.
    public var refusalLinger: Duration = .milliseconds(200)
    public var lingerBytes = 4 * 1024 * 1024
    /// How long accepting rests when the system has no descriptors or memory left.
    public var exhaustionPause: Duration = .seconds(1)

    public init() {}

    /// Leaves most of the descriptors that the process may have open to others: connections never take more than a third of
    /// them, on two listeners.
    public init(openFiles: UInt64) {
        let share = Int(clamping: openFiles / 8)
        connections = min(connections, max(4, share))
        refusals = min(refusals, max(1, share / 4))
    }
}
