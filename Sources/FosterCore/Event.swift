/// What happened, as the loops tell the supervisor.
public enum Event: Sendable {
    /// Begin: every service that is wanted up may start.
    case begin
    /// The run's program has been executed.
    case spawned(ServiceID, run: RunID, pid: Int32)
    case spawnFailed(ServiceID, run: RunID, SpawnFailure)
    /// The run's first process ended; what it left behind may still live.
    case exited(ServiceID, run: RunID, ExitStatus)
    /// The answer to `Effect.drain`: nothing that came from the run lives any more. `killed` is whether it took SIGKILL.
    case drained(ServiceID, run: RunID, killed: Bool)
    case notified(ServiceID, run: RunID, Notification)
    case timer(TimerKey)
    /// A signal that foster itself got.
    case signal(SignalMessage)
    case command(Command)
    /// The answer to `Effect.drainAll`: no descendant is left, or `survivors` could not be ended.
    case allDrained(survivors: Int)
    /// A fact that only the journal needs to know, such as an adopted orphan.
    case observed(JournalEvent)
}

/// One line of the sd_notify protocol that a service sent, already checked to come from the run.
public enum Notification: Hashable, Sendable, Codable {
    case ready
    case reloading
    case stopping
    case status(String)
}

/// What a timer is for. One timer a key: arming it again moves it.
public enum TimerKey: Hashable, Sendable, Codable {
    /// The end of a service's backoff.
    case restart(ServiceID)
    /// A run that does not get ready in time.
    case startTimeout(ServiceID)
    /// The end of a stop's grace: SIGKILL is next.
    case stopGrace(ServiceID)
    /// The end of the whole stop's budget, or of the init form's `--grace`.
    case shutdown
    /// The end of a received signal's delay.
    case delayedSignal
}

/// What an operator asked for, from the API or the command line.
public struct Command: Sendable {
    public enum Action: Hashable, Sendable {
        case start(ServiceID)
        case stop(ServiceID)
        case restart(ServiceID)
        case signal(ServiceID, Signal, SignalScope)
        /// The ordered stop of everything; `exitCode` replaces the code that the stop would give.
        case shutdown(exitCode: UInt8?)
    }

    public var id: CommandID
    public var action: Action
    /// Acts only on this run, the one that the caller saw.
    public var ifRunID: RunID?
    /// Who asked, for the journal: `uid 0`, `signal`.
    public var actor: String

    public init(id: CommandID, action: Action, ifRunID: RunID? = nil, actor: String) {
        self.id = id
        self.action = action
        self.ifRunID = ifRunID
        self.actor = actor
    }
}
