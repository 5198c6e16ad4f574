/// One line of the journal.
public struct JournalEntry: Hashable, Sendable, Codable {
    /// Counted from 1 without a gap.
    public let revision: UInt64
    /// Time since boot.
    public let time: Duration
    public let event: JournalEvent

    public init(revision: UInt64, time: Duration, event: JournalEvent) {
        self.revision = revision
        self.time = time
        self.event = event
    }
}

/// Something that happened, as readers of `/v1/events` and of the log see it.
public enum JournalEvent: Hashable, Sendable, Codable {
    /// `service.state`: a new state, or new words about it.
    case serviceState(ServiceID, ServiceStateName, run: RunID?, pid: Int32?, reason: String?)
    /// `service.ready`: ready came or went.
    case serviceReady(ServiceID, Bool, run: RunID?)
    /// `service.status`: what the service says of itself (STATUS=).
    case serviceStatus(ServiceID, String, run: RunID)
    /// `service.exit`: a run ended. `expected`: it had been asked to.
    case serviceExit(ServiceID, run: RunID, pid: Int32, ExitStatus, expected: Bool)
    /// `service.backoff`: it is started again after this delay.
    case serviceBackoff(ServiceID, delay: Duration, restarts: UInt64)
    /// `operation.created` and `operation.finished`.
    case operationCreated(OperationID, OperationVerb, ServiceID?, actor: String)
    case operationFinished(OperationID, OperationVerb, ServiceID?, OperationOutcome)
    /// `process.adopted` and `process.reaped`, off by default for readers.
    case processAdopted(Lineage.Identity, name: String, service: ServiceID?)
    /// What is not known of it is `nil`; `after`: how long it was known to be an orphan.
    case processReaped(pid: Int32, ExitStatus, name: String?, service: ServiceID?, after: Duration?)
    /// `config.loaded`.
    case configLoaded(services: Int, path: String?)
    /// `shutdown.started`.
    case shutdownStarted(reason: String)
    /// `shutdown.laggard`: a service that had to be killed when its time was over.
    case shutdownLaggard(ServiceID)
    /// `signal.received`.
    case signalReceived(Signal)
    /// `log.dropped`.
    case logDropped(ServiceID, lines: UInt64)
    /// `agent.warning`: something that did not stop foster, such as a feature that is off.
    case warning(String)

    /// The type by which readers know and filter it.
    public var type: String {
        switch self {
        case .serviceState: "service.state"
        case .serviceReady: "service.ready"
        case .serviceStatus: "service.status"
        case .serviceExit: "service.exit"
        case .serviceBackoff: "service.backoff"
        case .operationCreated: "operation.created"
        case .operationFinished: "operation.finished"
        case .processAdopted: "process.adopted"
        case .processReaped: "process.reaped"
        case .configLoaded: "config.loaded"
        case .shutdownStarted: "shutdown.started"
        case .shutdownLaggard: "shutdown.laggard"
        case .signalReceived: "signal.received"
        case .logDropped: "log.dropped"
        case .warning: "agent.warning"
        }
    }

    /// The service it is about.
    public var service: ServiceID? {
        switch self {
        case .serviceState(let id, _, _, _, _), .serviceReady(let id, _, _), .serviceStatus(let id, _, _),
            .serviceExit(let id, _, _, _, _), .serviceBackoff(let id, _, _), .shutdownLaggard(let id),
            .logDropped(let id, _):
            id
        case .operationCreated(_, _, let id, _), .operationFinished(_, _, let id, _), .processAdopted(_, _, let id),
            .processReaped(_, _, _, let id, _):
            id
        case .configLoaded, .shutdownStarted, .signalReceived, .warning: nil
        }
    }
}
