import FosterCore
import FosterHTTP
import FosterLoop
import FosterSystem
import FosterWire

extension ControlLoop {
    /// Readers that may follow at the same time, on all listeners.
    static let streamLimit = 64
    /// Entries that one reader gets before it is the next one's turn.
    static let entriesAtOnce = 32

    mutating func open(_ request: EventStream.Request, for origin: RequestOrigin, at now: Duration) {
        guard streams.count < Self.streamLimit else {
            return refuse(
                origin, Refusal(.serviceUnavailable, "too-many-streams", "there are as many streams as allowed"),
                at: now)
        }
        counts.note(origin.label, code: 200)
        let head = Response(.ok, contentType: request.format.rawValue)
        guard server.startStream(origin.exchange, head, on: reactor, now: now) != .closed else { return }
        var stream = EventStream(request, for: origin, at: now)
        stream.encodeBookmark(responder.life)
        streams.append(stream)
    }

    /// Sends every stream what is new. What a reader does not take waits, at last in the journal itself.
    mutating func feedStreams(at now: Duration) {
        guard !streams.isEmpty else { return texts.forget() }
        let end = Clock.uptime() + Self.timePerTurn
        var fed: [EventStream] = []
        var rest = streams[...]
        // At least one gets its share; those that do not are the first next time.
        repeat {
            guard var stream = rest.popFirst() else { break }
            if feed(&stream, at: now) { fed.append(stream) }
        } while Clock.uptime() < end
        if !rest.isEmpty { hasBacklog = true }
        streams = rest + fed
    }

    /// Has the init loop look for orphans while somebody follows them, and when somebody has asked: at most once a second.
    mutating func askForOrphans(at now: Duration) {
        guard now >= nextOrphans, responder.wantsOrphans || streams.contains(where: \.admitsProcesses) else { return }
        responder.wantsOrphans = false
        nextOrphans = now + ProcessTable.interval
        // Where its mailbox is full the next time will do.
        _ = requests.post(.lookForOrphans)
    }

    /// False: the stream is over.
    private mutating func feed(_ stream: inout EventStream, at now: Duration) -> Bool {
        let exchange = stream.origin.exchange
        let journal = responder.status.journal
        guard server.isAlive(exchange) else {
            server.cut(exchange, on: reactor, now: now)
            return false
        }
        // What was encoded and not taken comes first.
        if stream.pending.isEmpty {
            if !stream.encodeNext(journal, responder.life, &texts, limit: Self.entriesAtOnce) {
                stream.encodeEnd(Responder.gone(responder.life.cursor(stream.revision)), responder.life)
            }
            if stream.pending.isEmpty, now >= stream.nextNotice { stream.encodeBookmark(responder.life) }
        }
        if !stream.pending.isEmpty {
            switch server.send(stream.pending, to: exchange, on: reactor, now: now) {
            case .closed: return false
            case .full:
                // The connection will be heard of when it takes bytes again, or when its write deadline is over.
                stream.nextNotice = now + EventStream.noticeInterval
                return true
            case .open:
                stream.pending = []
                guard !stream.isOver else {
                    server.finish(exchange, on: reactor, now: now)
                    return false
                }
                stream.nextNotice = now + EventStream.noticeInterval
            }
        }
        if stream.revision < journal.lastRevision { hasBacklog = true }
        return true
    }
}
