/// One event of the journal; the type says which of the optional members are there.
public struct EventPayload: Codable, Hashable, Sendable {
    /// Its place: `after=` it resumes with the next one.
    public var cursor: Cursor
    public var time: Timestamp
    public var type: String
    public var service: String?
    public var runId: UInt64?
    public var pid: Int32?

    /// `service.state`.
    public var state: String?
    public var reason: String?
    /// `service.ready`.
    public var ready: Bool?
    /// `service.status` and `agent.warning`: words for people.
    public var message: String?
    /// `service.exit` and `process.reaped`.
    public var exit: Exit?
    /// `service.backoff`.
    public var delaySeconds: Double?
    public var restarts: UInt64?
    /// `operation.created` and `operation.finished`.
    public var operation: Operation?
    /// `process.adopted` and `process.reaped`: the program's name.
    public var name: String?
    /// `process.reaped`: how long it was known to be an orphan.
    public var orphanSeconds: Double?
    /// `config.loaded`.
    public var services: Int?
    public var path: String?
    /// `signal.received`.
    public var signal: String?
    /// `log.dropped`.
    public var lines: UInt64?

    public init(cursor: Cursor, time: Timestamp, type: String, service: String?) {
        self.cursor = cursor
        self.time = time
        self.type = type
        self.service = service
    }

    /// How a process ended.
    public struct Exit: Codable, Hashable, Sendable {
        public var code: UInt8
        public var signal: String?
        public var coreDumped: Bool?
        /// Whether it had been asked to end; of services only.
        public var expected: Bool?

        public init(code: UInt8, signal: String?, coreDumped: Bool?, expected: Bool?) {
            self.code = code
            self.signal = signal
            self.coreDumped = coreDumped
            self.expected = expected
        }
    }

    public struct Operation: Codable, Hashable, Sendable {
        public var id: String
        public var verb: String
        public var status: OperationResource.Status
        public var failure: OperationResource.Failure?
        public var actor: String?

        public init(
            id: String, verb: String, status: OperationResource.Status, failure: OperationResource.Failure?,
            actor: String?
        ) {
            self.id = id
            self.verb = verb
            self.status = status
            self.failure = failure
            self.actor = actor
        }
    }
}

/// A part of the journal: `GET /v1/events` as JSON.
public struct EventPage: Codable, Hashable, Sendable {
    public var events: [EventPayload]
    /// Where the next page begins.
    public var cursor: Cursor
    /// Whether the next page has something already.
    public var more: Bool

    public init(events: [EventPayload], cursor: Cursor, more: Bool) {
        self.events = events
        self.cursor = cursor
        self.more = more
    }
}

/// A line of an NDJSON stream that is no event: `bookmark` says how far the reader is, `problem` that the stream ends and why.
public struct StreamNotice: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable {
        case bookmark, problem
    }

    public var type: Kind
    public var cursor: Cursor
    public var problem: Problem?

    public init(type: Kind, cursor: Cursor, problem: Problem? = nil) {
        self.type = type
        self.cursor = cursor
        self.problem = problem
    }
}
