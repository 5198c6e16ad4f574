public import FosterLoop
public import FosterSystem
public import FosterWire
public import SystemPackage

/// HTTP/1.1 connections on somebody else's loop.
///
/// It owns no thread and calls nobody back: the loop hands it events and the time, takes complete requests with
/// ``nextExchange()`` until there are none, and answers them now or later by their ids. A connection has one exchange at a time;
/// pipelined requests wait in its buffer. Ids that went stale are ignored, so that late answers are harmless.
///
/// When a listener's slots are full, the next connections are answered 503 and closed; when there are too many of those,
/// too, the others wait in the kernel's queue. Slots belong to one listener, so that one never waits for another.
///
/// Not Sendable: made, used and let go of on one thread.
public struct Server: ~Copyable {
    /// Makes the response to what could not be read as a request, for the listener it came in on.
    public typealias Renderer = (WireError, ListenerName) -> Response

    let owner: UInt8
    let limits: Limits
    let renderer: Renderer
    let fixedFields: [UInt8]
    /// Field lines of every response, Date among them, and until when they are right.
    var standing: [UInt8] = []
    var standingUntil = Duration.zero

    var listeners: [ListenerSlot] = []
    var connections = SlotMap<Connection>()
    /// Connections with a request that was not handed out yet; those of urgent listeners by themselves.
    var ready = ReadyQueue()
    var urgent = ReadyQueue()
    /// What one read brings, for all connections.
    var scratch = [UInt8](repeating: 0, count: 64 * 1024)
    /// What one response is encoded into, for all connections.
    var encoded: [UInt8] = []
    /// No connection has anything due before; it may have nothing due then.
    var earliest: Duration?
    var isDraining = false

    /// - Parameters:
    ///   - owner: the part of the loop as which it registers with the reactor.
    ///   - fixedFields: in every response, beside `Date`.
    public init(
        owner: UInt8, limits: Limits = Limits(), fixedFields: [Response.Field] = [], renderer: @escaping Renderer
    ) throws(ResponseError) {
        self.owner = owner
        self.limits = limits
        self.renderer = renderer
        self.fixedFields = try ResponseEncoder.fieldLines(fixedFields)
    }

    /// Starts to accept connections of a listener.
    ///
    /// - Parameters:
    ///   - connections: overrides the limit for this one.
    ///   - isUrgent: its requests are handed out before those of other listeners.
    public mutating func listen(
        _ listener: Listener, name: ListenerName, connections: Int? = nil, isUrgent: Bool = false,
        on reactor: borrowing Reactor
    ) throws(Errno) {
        let slot = ListenerSlot(
            listener: listener, name: name, capacity: connections ?? limits.connections, isUrgent: isUrgent)
        try reactor.add(listener.descriptor, for: .readable, token: listenerToken(listeners.count))
        listeners.append(slot)
    }

    /// Acts upon an event. False: it is about none of this server's descriptors.
    public mutating func handle(_ event: Reactor.Event, on reactor: borrowing Reactor, now: Duration) -> Bool {
        guard event.token.owner == owner else { return false }
        if event.token.slot.index >= Self.firstListenerIndex {
            acceptConnections(of: Int(event.token.slot.index &- Self.firstListenerIndex), on: reactor, now: now)
            return true
        }
        // News of a connection that is no more.
        guard let connection = connections[event.token.slot] else { return true }
        if event.readiness.contains(.error) {
            close(connection, on: reactor, now: now)
            return true
        }
        if !event.readiness.isDisjoint(with: [.peerClosed, .hangUp]) {
            connection.peerEnded = true
            // Of a unix socket the kernel tells a peer that has left from one that has only ended its side.
            let tells = listeners[connection.listener].isUnix
            if !tells || event.readiness.contains(.hangUp) { connection.peerLeft = true }
        }
        if !event.readiness.isDisjoint(with: [.readable, .peerClosed, .hangUp]) { connection.isReadable = true }
        if event.readiness.contains(.writable), connection.buffered > 0 {
            flush(connection, on: reactor, now: now)
        }
        read(connection, on: reactor, now: now)
        return true
    }

    /// Takes the next complete request that waits for its response.
    public mutating func nextExchange() -> Exchange? {
        while let key = urgent.popFirst() ?? ready.popFirst() {
            if let connection = connections[key], let request = connection.request.take() {
                return Exchange(
                    id: connection.id, listener: listeners[connection.listener].statistics.name,
                    peer: connection.peer, request: request)
            }
        }
        return nil
    }

    /// Whether a request waits to be taken. Answering one may complete the next, which no event will tell of.
    public var hasExchange: Bool { !urgent.isEmpty || !ready.isEmpty }

    /// Whether somebody still wants the response. Over TCP a peer that has ended its side counts as gone, since nothing tells
    /// it from one that has left: what takes long should be given up, and may be answered nevertheless.
    public func isAlive(_ id: ExchangeID) -> Bool {
        guard let connection = find(id) else { return false }
        return !connection.peerLeft
    }

    /// Counts of each listener, in the order in which they were added.
    public var statistics: [ListenerStatistics] { listeners.map(\.statistics) }

    /// Whether no connection is open.
    public var isEmpty: Bool { connections.isEmpty }

    /// Stops accepting and closes the connections that have nothing under way; the others end with their response.
    public mutating func drain(on reactor: borrowing Reactor, now: Duration) {
        isDraining = true
        for index in listeners.indices {
            guard let listener = listeners[index].listener.take() else { continue }
            // It is closed with its last reference; if the reactor did not know it, nothing is lost.
            try? reactor.remove(listener.descriptor)
        }
        for key in connections.keys {
            guard let connection = connections[key], connection.phase == .reading, connection.parser.phase == .idle
            else { continue }
            close(connection, on: reactor, now: now)
        }
    }

    /// The connection of an exchange whose response is not complete.
    func find(_ id: ExchangeID) -> Connection? {
        guard let connection = connections[id.connection], connection.serial == id.serial else { return nil }
        return connection.phase == .answering || connection.phase == .streaming ? connection : nil
    }
}
