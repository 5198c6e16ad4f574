import FosterAPI
import FosterCore
import FosterWire

extension Responder {
    /// Events on one page, and what is asked for without `limit`.
    static let pageLimit = 1000
    static let usualPage = 100

    /// A page, or the stream that the client accepts.
    mutating func events(_ query: Query, _ request: Request) throws(Refusal) -> Reply {
        let filter = try EventFilter(types: query.list("type"), services: query.list("service"))
        if filter.admitsProcesses { wantsOrphans = true }
        let offers = [JSON.mediaType] + StreamFormat.allCases.map(\.rawValue)
        guard let type = Accept.best(of: offers, for: request[.accept]) else {
            throw Refusal(
                .notAcceptable, "not-acceptable", "available: \(offers.joined(separator: ", "))")
        }
        let limit = try query.number("limit", in: 1...Self.pageLimit)
        let after = try place(query, request)
        guard let format = StreamFormat(rawValue: type) else {
            return .response(try page(after: after, filter, limit: limit ?? Self.usualPage))
        }
        guard limit == nil else { throw Query.invalid("limit", "a stream has none") }
        return .stream(
            EventStream.Request(format: format, filter: filter, after: after ?? status.journal.lastRevision))
    }

    /// The revision after which to begin: from `after=`, else from the field that an EventSource sends when it connects again.
    private func place(_ query: Query, _ request: Request) throws(Refusal) -> UInt64? {
        let given = try query.text("after")
        guard let text = given ?? request[.lastEventID] else { return nil }
        guard let cursor = Cursor(text) else {
            let form = "a cursor is the epoch, a hyphen and a revision"
            guard given == nil else { throw Query.invalid("after", form) }
            throw Refusal(.badRequest, "invalid-field", "invalid value of the field \"Last-Event-ID\"; \(form)")
        }
        let journal = status.journal
        guard cursor.epoch == life.epoch, journal.entries(after: cursor.revision, limit: 1) != nil else {
            throw Self.gone(cursor)
        }
        return cursor.revision
    }

    static func gone(_ cursor: Cursor) -> Refusal {
        Refusal(
            .gone, "cursor-gone",
            "the journal has nothing at \(cursor): it is too old, or of another life of foster; read the state anew")
    }

    private func page(after: UInt64?, _ filter: EventFilter, limit: Int) throws(Refusal) -> Response {
        let journal = status.journal
        var revision = after ?? (journal.firstRevision ?? 1) &- 1
        var events: [EventPayload] = []
        while events.count < limit {
            guard let entries = journal.entries(after: revision, limit: 256) else {
                throw Self.gone(life.cursor(revision))
            }
            if entries.isEmpty { break }
            for entry in entries where events.count < limit {
                revision = entry.revision
                if filter.admits(entry.event) { events.append(EventPayload(entry, life)) }
            }
        }
        return JSON.response(
            EventPage(events: events, cursor: life.cursor(revision), more: revision < journal.lastRevision))
    }
}
