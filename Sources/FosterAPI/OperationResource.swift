/// A verb that was accepted, and what became of it.
public struct OperationResource: Codable, Hashable, Sendable {
    public enum Status: String, Codable, CaseIterable, Sendable {
        case running, succeeded, failed
        /// The opposite verb took its place.
        case superseded
    }

    /// `op-12`.
    public var id: String
    /// `start`, `stop`, `restart`, `signal` or `shutdown`.
    public var verb: String
    /// None for what concerns everything.
    public var service: String?
    public var status: Status
    public var failure: Failure?
    public var actor: String
    public var createdAt: Timestamp
    public var finishedAt: Timestamp?

    public init(
        id: String, verb: String, service: String?, status: Status, failure: Failure?, actor: String,
        createdAt: Timestamp, finishedAt: Timestamp?
    ) {
        self.id = id
        self.verb = verb
        self.service = service
        self.status = status
        self.failure = failure
        self.actor = actor
        self.createdAt = createdAt
        self.finishedAt = finishedAt
    }

    /// `code` is stable (`run-mismatch`, `start-failed` …), `message` is for people.
    public struct Failure: Codable, Hashable, Sendable {
        public var code: String
        public var message: String

        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }
}
