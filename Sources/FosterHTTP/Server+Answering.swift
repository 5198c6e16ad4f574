public import FosterLoop
import FosterSystem
public import FosterWire

extension Server {
    /// Answers an exchange; the response is written at once as far as the peer takes it. False: the id is stale.
    ///
    /// A response that cannot be encoded is answered 500 instead, and counted.
    @discardableResult
    public mutating func respond(
        to id: ExchangeID, _ response: Response, on reactor: borrowing Reactor, now: Duration
    ) -> Bool {
        guard let connection = find(id), connection.phase == .answering else { return false }
        if response.closes || isDraining { connection.form.keepsAlive = false }
        encode(response, for: connection, now: now)
        finish(connection, on: reactor, now: now)
        return true
    }

    /// Begins a response whose body is sent in pieces; the head goes out at once. The body of `head` is not looked at.
    ///
    /// Closed at once when the request was HEAD, which is complete with this, and when the peer is gone.
    public mutating func startStream(
        _ id: ExchangeID, _ head: Response, on reactor: borrowing Reactor, now: Duration
    ) -> StreamState {
        guard let connection = find(id), connection.phase == .answering else { return .closed }
        guard !connection.peerLeft else {
            close(connection, on: reactor, now: now)
            return .closed
        }
        // Without chunks the end of the connection is the end of the body.
        if head.closes || isDraining || connection.form.isOldVersion { connection.form.keepsAlive = false }
        refreshStanding(now: now)
        encoded.removeAll(keepingCapacity: true)
        do throws(ResponseError) {
            try ResponseEncoder.appendStreamHead(head, connection.form, standing: standing, to: &encoded)
        } catch {
            encodeFailure(for: connection)
            finish(connection, on: reactor, now: now)
            return .closed
        }
        guard !connection.form.omitsBody else {
            finish(connection, on: reactor, now: now)
            return .closed
        }
        connection.phase = .streaming
        transmit(connection, on: reactor, now: now)
        return state(of: id)
    }

    /// Sends a piece of a streamed body. What it answers is what the caller has to decide by: nothing is taken from a
    /// stream that is full.
    public mutating func send(
        _ bytes: [UInt8], to id: ExchangeID, on reactor: borrowing Reactor, now: Duration
    ) -> StreamState {
        guard let connection = find(id), connection.phase == .streaming else { return .closed }
        let buffered = connection.buffered
        guard buffered == 0 || bytes.count <= limits.streamBuffer - buffered else { return .full(buffered: buffered) }
        encoded.removeAll(keepingCapacity: true)
        ResponseEncoder.append(chunk: bytes, connection.form, to: &encoded)
        transmit(connection, on: reactor, now: now)
        return state(of: id)
    }

    /// Ends a streamed body.
    public mutating func finish(_ id: ExchangeID, on reactor: borrowing Reactor, now: Duration) {
        guard let connection = find(id), connection.phase == .streaming else { return }
        encoded.removeAll(keepingCapacity: true)
        ResponseEncoder.appendEnd(connection.form, to: &encoded)
        finish(connection, on: reactor, now: now)
    }

    /// Gives an exchange up: the connection ends at once, so that the peer sees that a stream is not complete.
    public mutating func cut(_ id: ExchangeID, on reactor: borrowing Reactor, now: Duration) {
        guard let connection = find(id) else { return }
        close(connection, on: reactor, now: now)
    }

    /// Encodes a response, or 500 where that is a mistake.
    mutating func encode(_ response: Response, for connection: Connection, now: Duration) {
        refreshStanding(now: now)
        encoded.removeAll(keepingCapacity: true)
        do throws(ResponseError) {
            try ResponseEncoder.append(response, connection.form, standing: standing, to: &encoded)
        } catch {
            encodeFailure(for: connection)
        }
    }

    private mutating func encodeFailure(for connection: Connection) {
        listeners[connection.listener].statistics.unencodable &+= 1
        let response = Response(.internalServerError, text: "the response could not be encoded\n")
        // It has no field of its own, so that this one can always be encoded.
        try? ResponseEncoder.append(response, connection.form, standing: standing, to: &encoded)
    }

    /// Sends the last bytes of a response and goes on to what follows it.
    private mutating func finish(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        if connection.form.keepsAlive {
            connection.phase = .finishing(.nextRequest)
        } else {
            // With bytes still unread, closing would reset the connection under the response.
            let isQuiet = connection.input.isEmpty && !connection.isReadable
            connection.phase = .finishing(isQuiet ? .close : .linger)
        }
        transmit(connection, on: reactor, now: now)
    }

    /// Writes what has been encoded behind what still waits.
    mutating func transmit(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        if connection.buffered > 0 {
            connection.output.append(contentsOf: encoded)
        } else if !encoded.isEmpty {
            // Straight from the buffer that all share: an idle connection needs none of its own.
            switch connection.transport.write(encoded, from: 0) {
            case .moved(let count) where count == encoded.count: break
            case .moved(let count): connection.output = Array(encoded[count...])
            case .wantsRead, .wantsWrite: connection.output = encoded
            case .ended, .failed: return close(connection, on: reactor, now: now)
            }
        }
        guard hasRoomForUnsent(of: connection) else {
            listeners[connection.listener].statistics.shed &+= 1
            return close(connection, on: reactor, now: now)
        }
        // One large response does not keep its room for good.
        if encoded.capacity > 256 * 1024 { encoded = [] }
        flush(connection, on: reactor, now: now)
    }

    /// Whether what waits on all connections is within the limit. One that is alone may have as much as its response is long.
    private func hasRoomForUnsent(of connection: Connection) -> Bool {
        guard connection.buffered > 0 else { return true }
        var others = 0
        for key in connections.keys where key != connection.key { others += connections[key]?.buffered ?? 0 }
        return others == 0 || connection.buffered + others <= limits.unsent
    }

    /// Writes what waits, and goes on when nothing is left.
    mutating func flush(_ connection: Connection, on reactor: borrowing Reactor, now: Duration) {
        while connection.buffered > 0 {
            switch connection.transport.write(connection.output, from: connection.outputStart) {
            case .moved(let count):
                connection.outputStart += count
                schedule(connection, .write, at: now + limits.writeTimeout)
            case .wantsRead, .wantsWrite:
                if connection.timing != .write { schedule(connection, .write, at: now + limits.writeTimeout) }
                connection.output.removeFirst(connection.outputStart)
                connection.outputStart = 0
                return watchWritable(connection, true, on: reactor, now: now)
            case .ended, .failed:
                return close(connection, on: reactor, now: now)
            }
        }
        if connection.watchesWritable {
            watchWritable(connection, false, on: reactor, now: now)
        }
        if connection.outputStart > 0 {
            connection.output = []
            connection.outputStart = 0
        }
        if connection.timing == .write { unschedule(connection) }
        if case .finishing(let ending) = connection.phase { conclude(connection, ending, on: reactor, now: now) }
    }

    private mutating func conclude(
        _ connection: Connection, _ ending: Connection.Ending, on reactor: borrowing Reactor, now: Duration
    ) {
        switch ending {
        case .nextRequest:
            connection.phase = .reading
            advance(connection, on: reactor, now: now)
        case .linger:
            connection.phase = .lingering
            connection.input = []
            connection.inputStart = 0
            connection.transport.shutDownWriting()
            schedule(connection, .linger, at: now + (connection.isServed ? limits.lingerTimeout : limits.refusalLinger))
            discardInput(of: connection, on: reactor, now: now)
        case .close:
            close(connection, on: reactor, now: now)
        }
    }

    /// Only while something waits: each byte that a peer reads would wake the loop.
    private mutating func watchWritable(
        _ connection: Connection, _ wanted: Bool, on reactor: borrowing Reactor, now: Duration
    ) {
        guard connection.watchesWritable != wanted else { return }
        let watched = wanted ? Self.watched.union(.writable) : Self.watched
        do {
            try reactor.change(connection.transport.descriptor, to: watched, token: token(of: connection))
            connection.watchesWritable = wanted
        } catch {
            // Without news that there is room again it would wait for its deadline; too much news does no harm.
            if wanted { close(connection, on: reactor, now: now) }
        }
    }

    private func state(of id: ExchangeID) -> StreamState {
        guard let connection = find(id), connection.phase == .streaming else { return .closed }
        return .open(buffered: connection.buffered)
    }

    private mutating func refreshStanding(now: Duration) {
        guard now >= standingUntil else { return }
        let wall = Clock.wall().nanoseconds
        let date = HTTPDate.text(secondsSince1970: wall / 1_000_000_000)
        standing = Array("Date: \(date)\r\n".utf8) + fixedFields
        standingUntil = now + .nanoseconds(1_000_000_000 - wall % 1_000_000_000)
    }
}
