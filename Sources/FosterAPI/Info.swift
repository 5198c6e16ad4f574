/// What foster says of itself: `GET /v1/info`.
public struct Info: Codable, Hashable, Sendable {
    public var version: String
    /// `command` for `foster -- command`, `services` for `foster run`.
    public var form: String
    public var pid: Int32
    /// `starting`, `running` or `stopping`.
    public var phase: String
    /// What `/readyz` and `/startupz` answer.
    public var ready: Bool
    public var started: Bool
    public var startedAt: Timestamp
    /// The state's place in the journal.
    public var revision: UInt64
    public var cursor: Cursor

    public init(
        version: String, form: String, pid: Int32, phase: String, ready: Bool, started: Bool, startedAt: Timestamp,
        revision: UInt64, cursor: Cursor
    ) {
        self.version = version
        self.form = form
        self.pid = pid
        self.phase = phase
        self.ready = ready
        self.started = started
        self.startedAt = startedAt
        self.revision = revision
        self.cursor = cursor
    }
}
