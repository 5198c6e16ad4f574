import FosterAPI
import FosterCore
import FosterWire

/// The forms in which events are streamed, by their media types.
enum StreamFormat: String, CaseIterable {
    /// A JSON object a line.
    case lines = "application/x-ndjson"
    /// Server-sent events, for EventSource in a browser (HTML standard, section 9.2).
    case serverSent = "text/event-stream"
}

/// One reader that follows the journal.
struct EventStream {
    /// How long nothing may be said before the reader gets a sign of life.
    static let noticeInterval: Duration = .seconds(15)

    /// What was asked for.
    struct Request {
        let format: StreamFormat
        let filter: EventFilter
        let after: UInt64
    }

    let origin: RequestOrigin
    let format: StreamFormat
    private let filter: EventFilter
    /// The last entry that the reader has seen or does not want.
    private(set) var revision: UInt64
    /// Encoded, and not yet taken by the connection.
    var pending: [UInt8] = []
    /// What is pending is the last that it gets.
    private(set) var isOver = false
    /// When to send a bookmark, unless there is an event before.
    var nextNotice: Duration

    init(_ request: Request, for origin: RequestOrigin, at now: Duration) {
        self.origin = origin
        format = request.format
        filter = request.filter
        revision = request.after
        nextNotice = now + Self.noticeInterval
    }

    var admitsProcesses: Bool { filter.admitsProcesses }

    /// Encodes at most `limit` entries into `pending`. False: the reader has fallen off the journal's ring.
    mutating func encodeNext(_ journal: Journal, _ life: Life, _ texts: inout EventTexts, limit: Int) -> Bool {
        guard let entries = journal.entries(after: revision, limit: limit) else { return false }
        for entry in entries {
            revision = entry.revision
            guard filter.admits(entry.event) else { continue }
            let data = texts.text(of: entry, life)
            switch format {
            case .lines: pending += data + [UInt8(ascii: "\n")]
            case .serverSent:
                pending += Array("id: \(life.cursor(entry.revision))\nevent: \(entry.event.type)\ndata: ".utf8)
                pending += data + Array("\n\n".utf8)
            }
        }
        return true
    }

    /// Says how far the reader is: also the sign of life, and the first thing that is sent.
    mutating func encodeBookmark(_ life: Life) {
        let cursor = life.cursor(revision)
        switch format {
        case .lines: pending += JSON.encode(StreamNotice(type: .bookmark, cursor: cursor)) + [UInt8(ascii: "\n")]
        // An id without data sets the place to resume at, and is no event.
        case .serverSent: pending += Array(": ping\nid: \(cursor)\n\n".utf8)
        }
    }

    /// Says why the stream ends.
    mutating func encodeEnd(_ refusal: Refusal, _ life: Life) {
        isOver = true
        switch format {
        case .lines:
            let notice = StreamNotice(type: .problem, cursor: life.cursor(revision), problem: refusal.problem)
            pending += JSON.encode(notice) + [UInt8(ascii: "\n")]
        case .serverSent:
            pending += Array("event: problem\ndata: ".utf8) + JSON.encode(refusal.problem) + Array("\n\n".utf8)
        }
    }
}
