public import FosterLoop
import FosterWire

extension Server {
    /// When ``expire(now:on:)`` is to be called, nil while nothing has a deadline.
    ///
    /// It may be earlier than the first deadline that still holds: a busy connection's deadline moves at each request, and only
    /// when the old one has come is the new one looked at. A connection that is quiet costs one such wake-up at most.
    public var nextDeadline: Duration? { earliest }

    /// Acts upon every deadline that is over.
    public mutating func expire(now: Duration, on reactor: borrowing Reactor) {
        guard let first = earliest, first <= now else { return }
        var next: Duration?
        for key in connections.keys {
            guard let connection = connections[key], let lookAt = connection.lookAt else { continue }
            if lookAt <= now {
                connection.lookAt = connection.due
                if let due = connection.due, due <= now { overdue(connection, on: reactor, now: now) }
            }
            if connections[key] != nil, let lookAt = connection.lookAt { next = min(next ?? lookAt, lookAt) }
        }
        for index in listeners.indices {
            guard let until = listeners[index].accepting.until else { continue }
            if until <= now { resume(index, on: reactor) } else { next = min(next ?? until, until) }
        }
        earliest = next
    }

    private mutating func overdue(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        let timing = connection.timing
        unschedule(connection)
        connection.lookAt = nil
        switch timing {
        case .none: break
        // Who has not begun to say anything needs no answer.
        case .head where connection.parser.phase == .idle: close(connection, on: reactor, now: now)
        case .head: reject(connection, .headTimeout, on: reactor, now: now)
        case .body: reject(connection, .bodyTimeout, on: reactor, now: now)
        case .idle, .write, .linger: close(connection, on: reactor, now: now)
        }
    }

    mutating func schedule(_ connection: Connection, _ timing: Connection.Timing, at due: Duration) {
        connection.timing = timing
        connection.due = due
        if let lookAt = connection.lookAt, lookAt <= due { return }
        connection.lookAt = due
        earliest = min(earliest ?? due, due)
    }

    func unschedule(_ connection: Connection) {
        connection.timing = .none
        connection.due = nil
    }
}
