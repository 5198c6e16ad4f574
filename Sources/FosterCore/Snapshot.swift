/// The state of everything at one revision, as readers see it. Immutable and cheap to copy.
public struct Snapshot: Sendable {
    /// The revision of the last journal entry that is part of this state.
    public var revision: UInt64 = 0
    public var phase: Phase = .starting
    /// In the plan's order.
    public var services: [ServiceRecord] = []
    /// Oldest first; all that run and the newest that ended.
    public var operations: [OperationRecord] = []
    /// `readyz`: every service wanted up is ready, and no stop is under way.
    public var ready = false
    /// A signal that stops everything has come and is delayed.
    public var stopsSoon = false
    /// `startupz`: every service was ready once.
    public var started = false

    public init() {}

    public enum Phase: String, Sendable, Codable {
        case starting, running, stopping
    }
}

/// One service at one revision. A changed service gets a new record, so that an unchanged one is known by its identity.
public final class ServiceRecord: Sendable {
    public let spec: ServiceSpec
    public let status: ServiceStatus

    public init(spec: ServiceSpec, status: ServiceStatus) {
        self.spec = spec
        self.status = status
    }
}

/// What a service is, as against what was asked.
public struct ServiceStatus: Hashable, Sendable, Codable {
    /// The journal revision of the last change.
    public var revision: UInt64 = 0
    public var state: ServiceStateName = .stopped
    /// Why it is in this state, where that needs words: the reason of a failure.
    public var reason: String?
    public var wanted: Wanted = .up
    public var ready = false
    /// The current run, or the last one.
    public var runID: RunID?
    /// The current run's first process.
    public var pid: Int32?
    /// When the current or last run was started, time since boot.
    public var startedAt: Duration?
    public var readyAt: Duration?
    /// When the next run starts, in state `backoff`.
    public var nextStartAt: Duration?
    /// Restarts by policy since foster started.
    public var restarts: UInt64 = 0
    /// Exits since foster started.
    public var exits: UInt64 = 0
    public var lastExit: RunEnd?
    /// What the service says of itself (STATUS=).
    public var statusText: String?
    /// The dependencies whose condition does not hold yet.
    public var waitingFor: [Dependency] = []

    public init() {}
}

public enum ServiceStateName: String, CaseIterable, Sendable, Codable {
    case stopped, starting, running, stopping, backoff, failed, completed
}

public enum Wanted: String, Sendable, Codable {
    case up, down
}

/// How a run ended.
public struct RunEnd: Hashable, Sendable, Codable {
    public enum Cause: String, CaseIterable, Sendable, Codable {
        /// It ended by itself, well or not.
        case exit
        /// A signal ended it that was not part of a stop.
        case signal
        /// It had been asked to end.
        case stop
        /// It did not get ready in time.
        case startTimeout
        /// Its program was never executed.
        case spawn
    }

    public var runID: RunID
    public var cause: Cause
    public var code: UInt8
    public var signal: Signal?
    /// Words for people: `exited with code 1`, `chdir "/srv/app": ENOENT`.
    public var reason: String
    public var at: Duration

    public init(runID: RunID, cause: Cause, code: UInt8, signal: Signal?, reason: String, at: Duration) {
        self.runID = runID
        self.cause = cause
        self.code = code
        self.signal = signal
        self.reason = reason
        self.at = at
    }
}
