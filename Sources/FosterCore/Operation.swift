/// A command that was accepted, and what became of it.
public struct OperationRecord: Hashable, Sendable, Codable {
    public var id: OperationID
    public var verb: OperationVerb
    /// `nil` for what concerns everything, such as a shutdown.
    public var service: ServiceID?
    /// The commands that this operation answers: more than one where a later command joined it.
    public var commands: [CommandID]
    public var actor: String
    public var createdAt: Duration
    public var finishedAt: Duration?
    /// `nil` while it is running.
    public var outcome: OperationOutcome?

    public init(
        id: OperationID, verb: OperationVerb, service: ServiceID?, commands: [CommandID], actor: String,
        createdAt: Duration
    ) {
        self.id = id
        self.verb = verb
        self.service = service
        self.commands = commands
        self.actor = actor
        self.createdAt = createdAt
    }
}

public enum OperationVerb: String, CaseIterable, Sendable, Codable {
    case start, stop, restart, signal, shutdown
}

public enum OperationOutcome: Hashable, Sendable, Codable {
    case succeeded
    /// `code` is stable (`run-mismatch`, `not-running`, `start-failed` …), `message` is for people.
    case failed(code: String, message: String)
    /// The opposite command took its place.
    case superseded
}
