import FosterLoop
import FosterSystem
import FosterWire

extension Server {
    /// Acts upon what has come on a connection, as far as it is its turn.
    mutating func read(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        switch connection.phase {
        case .reading: advance(connection, on: reactor, now: now)
        case .lingering: discardInput(of: connection, on: reactor, now: now)
        // Nobody reads the rest of a stream for a peer that has left.
        case .streaming: if connection.peerLeft { close(connection, on: reactor, now: now) }
        // One exchange at a time: what comes meanwhile waits in the kernel, which slows the sender.
        case .answering, .finishing, .closed: break
        }
    }

    /// Reads and parses until a request is complete or nothing is there.
    mutating func advance(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        var progress = connection.input.isEmpty ? .incomplete : connection.parseInput()
        while true {
            switch progress {
            case .complete(let request):
                return enqueue(request, of: connection)
            case .rejected(let error):
                return reject(connection, error, on: reactor, now: now)
            case .incomplete:
                guard connection.isReadable else { return awaitInput(connection, on: reactor, now: now) }
            }
            switch connection.transport.read(into: &scratch) {
            case .moved(let count):
                noteRead(count, of: connection)
                progress = connection.parse(scratch, count: count)
            case .wantsRead, .wantsWrite:
                connection.isReadable = false
            case .ended:
                connection.isReadable = false
                connection.peerEnded = true
                guard connection.parser.phase != .idle else { return close(connection, on: reactor, now: now) }
                return reject(connection, .truncated, on: reactor, now: now)
            case .failed:
                return close(connection, on: reactor, now: now)
            }
        }
    }

    /// Answers what is no request, and ends the connection.
    mutating func reject(
        _ connection: Connection, _ error: WireError, on reactor: borrowing Reactor, now: Duration
    ) {
        listeners[connection.listener].statistics.rejections[error, default: 0] &+= 1
        let response = renderer(error, listeners[connection.listener].statistics.name)
        connection.form = .last
        encode(response, for: connection, now: now)
        connection.phase = .finishing(.linger)
        transmit(connection, on: reactor, now: now)
    }

    /// Throws away what a peer sends after its last response, until it stops or has sent too much.
    mutating func discardInput(of connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        while connection.isReadable {
            switch connection.transport.read(into: &scratch) {
            case .moved(let count):
                noteRead(count, of: connection)
                connection.lingered += count
                guard connection.lingered <= limits.lingerBytes else {
                    return close(connection, on: reactor, now: now)
                }
            case .wantsRead, .wantsWrite:
                connection.isReadable = false
            case .ended, .failed:
                return close(connection, on: reactor, now: now)
            }
        }
    }

    /// A short read has emptied the socket (epoll(7), on edge-triggered notification), which spares the read that says so;
    /// but an end that was announced is still to be read.
    private func noteRead(_ count: Int, of connection: Connection) {
        if count < scratch.count, !connection.peerEnded { connection.isReadable = false }
    }

    private mutating func enqueue(_ request: consuming Request, of connection: Connection) {
        connection.serial &+= 1
        connection.form = request.responseForm
        connection.request = request
        connection.phase = .answering
        unschedule(connection)
        if listeners[connection.listener].isUrgent {
            urgent.append(connection.key)
        } else {
            ready.append(connection.key)
        }
        listeners[connection.listener].statistics.requests &+= 1
    }

    /// Sets the deadline for what is awaited, and tells a client that waits for leave to send its body to go on.
    private mutating func awaitInput(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        switch connection.parser.phase {
        case .idle where isDraining:
            return close(connection, on: reactor, now: now)
        case .idle:
            if connection.timing == .none { schedule(connection, .idle, at: now + limits.idleTimeout) }
        case .head:
            if connection.timing != .head { schedule(connection, .head, at: now + limits.headTimeout) }
        case .body:
            if connection.timing != .body { schedule(connection, .body, at: now + limits.bodyTimeout) }
        }
        guard connection.parser.takeContinue() else { return }
        // All or nothing: a socket whose buffer is empty and does not take 25 bytes is beyond help.
        let line = ResponseEncoder.continueLine
        if case .moved(line.count) = connection.transport.write(line, from: 0) { return }
        close(connection, on: reactor, now: now)
    }
}
