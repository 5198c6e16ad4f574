import FosterLoop
import FosterSystem
import FosterWire
import SystemPackage

/// A listener and the connections that came in on it.
struct ListenerSlot {
    enum Accepting {
        case open
        /// Its connections are as many as allowed; one that closes resumes it, and time, in which some may have become quiet.
        case full(until: Duration)
        /// The system has nothing left; time resumes it, and a connection that closes.
        case exhausted(until: Duration)

        /// When it is tried again, where it rests.
        var until: Duration? {
            switch self {
            case .open: nil
            case .full(let until), .exhausted(let until): until
            }
        }
    }

    /// Nil once the server drains.
    var listener: Listener?
    let capacity: Int
    let isUrgent: Bool
    let isUnix: Bool
    var served = 0
    var refused = 0
    var accepting = Accepting.open
    var statistics: ListenerStatistics

    var hasSlot: Bool { served < capacity }

    var isPaused: Bool { accepting.until != nil }

    init(listener: Listener, name: ListenerName, capacity: Int, isUrgent: Bool) {
        isUnix = listener.family == .unix
        self.listener = listener
        self.capacity = capacity
        self.isUrgent = isUrgent
        statistics = ListenerStatistics(name: name)
    }
}

extension Server {
    /// Listeners are known to the reactor by indices above those of connections.
    static var firstListenerIndex: UInt32 { 0xFF_0000 }

    func listenerToken(_ index: Int) -> Reactor.Token {
        let index = Self.firstListenerIndex &+ UInt32(truncatingIfNeeded: index)
        return Reactor.Token(owner: owner, slot: SlotKey(index: index, generation: 0))
    }

    /// Takes connections until there are none, a batch is full, or there is no room.
    mutating func acceptConnections(of index: Int, on reactor: borrowing Reactor, now: Duration) {
        guard index < listeners.count else { return }
        // The rest of a long queue is for the next turn: the reactor tells again.
        for attempt in 0..<64 {
            guard let listener = listeners[index].listener else { return }
            guard
                listeners[index].hasSlot || listeners[index].refused < limits.refusals
                    || makeRoom(in: index, on: reactor, now: now)
            else { return pause(index, .full(until: now + limits.quietTime), on: reactor) }
            do throws(Errno) {
                let descriptor = try listener.accept()
                if !listeners[index].hasSlot { _ = makeRoom(in: index, on: reactor, now: now) }
                try open(descriptor, of: index, isServed: listeners[index].hasSlot, on: reactor, now: now)
            } catch {
                switch error {
                case .wouldBlock:
                    return
                case .connectionAbort, .protocolError:
                    continue
                // Without a descriptor to spare accept(2) fails even where nobody waits: only the first attempt knows better.
                case .tooManyOpenFiles where attempt > 0:
                    return
                case .tooManyOpenFiles where makeRoom(on: reactor, now: now):
                    continue
                default:
                    // EMFILE, ENFILE, ENOMEM above all. Whatever else lasts must not make the loop spin either.
                    listeners[index].statistics.exhaustions &+= 1
                    return pause(index, .exhausted(until: now + limits.exhaustionPause), on: reactor)
                }
            }
        }
    }

    /// Begins with a connection, by serving it or by telling it that there are too many.
    private mutating func open(
        _ descriptor: consuming Descriptor, of index: Int, isServed: Bool, on reactor: borrowing Reactor, now: Duration
    ) throws(Errno) {
        var peer: PeerCredentials?
        // Who cannot be known is nobody: access is then decided without an identity.
        if listeners[index].listener?.family == .unix { peer = try? descriptor.peerCredentials() }
        let connection = Connection(
            Transport(descriptor), listener: index, peer: peer, isServed: isServed, limits: limits.wire)
        connection.key = connections.insert(connection)
        do throws(Errno) {
            try reactor.add(
                connection.transport.descriptor, for: Self.watched, token: token(of: connection))
        } catch {
            connections.remove(connection.key)
            throw error
        }
        listeners[index].statistics.accepted &+= 1
        listeners[index].statistics.open += 1
        if isServed {
            listeners[index].served += 1
            schedule(connection, .head, at: now + limits.headTimeout)
        } else {
            listeners[index].refused += 1
            reject(connection, .tooManyConnections, on: reactor, now: now)
        }
    }

    /// Closes the connection that has been without a whole request for longest, of one listener or of all, so that who keeps
    /// connections without using them does not keep others out. False: there is none.
    private mutating func makeRoom(in index: Int? = nil, on reactor: borrowing Reactor, now: Duration) -> Bool {
        var quietest: (connection: Connection, since: Duration)?
        for key in connections.keys {
            guard let connection = connections[key], connection.isServed,
                index ?? connection.listener == connection.listener,
                let since = quietSince(connection), since + limits.quietTime <= now,
                since < quietest?.since ?? now
            else { continue }
            quietest = (connection, since)
        }
        guard let quietest else { return false }
        close(quietest.connection, on: reactor, now: now)
        return true
    }

    /// Since when a connection has been waiting for a request; `nil` where it does something else.
    private func quietSince(_ connection: Connection) -> Duration? {
        guard connection.phase == .reading, !connection.isReadable, let due = connection.due else { return nil }
        switch connection.timing {
        case .idle: return due - limits.idleTimeout
        // A byte of a head is not a request: who sends no more keeps others out as well.
        case .head: return due - limits.headTimeout
        case .body: return due - limits.bodyTimeout
        case .none, .write, .linger: return nil
        }
    }

    /// Edge-triggered: a connection whose request is being answered may have more to read without waking the loop, and
    /// nothing has to be registered anew for each request.
    static var watched: Readiness { [.readable, .peerClosed, .edgeTriggered] }

    func token(of connection: Connection) -> Reactor.Token {
        Reactor.Token(owner: owner, slot: connection.key)
    }

    private mutating func pause(_ index: Int, _ state: ListenerSlot.Accepting, on reactor: borrowing Reactor) {
        guard let listener = listeners[index].listener else { return }
        listeners[index].accepting = state
        if let until = state.until { earliest = min(earliest ?? until, until) }
        // A failure leaves it watched: then the next turn tries to accept again.
        try? reactor.change(listener.descriptor, to: [], token: listenerToken(index))
    }

    mutating func resume(_ index: Int, on reactor: borrowing Reactor) {
        guard let listener = listeners[index].listener else { return }
        if case .open = listeners[index].accepting { return }
        // Level-triggered: connections that wait already are told at once.
        guard (try? reactor.change(listener.descriptor, to: .readable, token: listenerToken(index))) != nil else {
            return
        }
        listeners[index].accepting = .open
    }

    /// Ends a connection and whatever was under way on it.
    mutating func close(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        guard connections.remove(connection.key) != nil else { return }
        connection.phase = .closed
        // Before it is closed: a child between clone and exec has a copy, which would keep it registered.
        try? reactor.remove(connection.transport.descriptor)
        let index = connection.listener
        listeners[index].statistics.open -= 1
        if connection.isServed { listeners[index].served -= 1 } else { listeners[index].refused -= 1 }
        for other in listeners.indices {
            switch listeners[other].accepting {
            case .open: break
            case .full: if other == index { resume(other, on: reactor) }
            // The descriptor that becomes free now may be any listener's.
            case .exhausted: resume(other, on: reactor)
            }
        }
        if connections.isEmpty, !listeners.contains(where: \.isPaused) { earliest = nil }
    }
}
