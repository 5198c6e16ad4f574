/// What the init loop shall do, in this order, on the supervisor's behalf.
public enum Effect: Sendable, Equatable {
    /// Start the service's program as this run. Answered by `spawned` or `spawnFailed`, then by `exited`.
    case launch(ServiceID, RunID)
    /// Send a signal. It waits until the run's exec has succeeded, and is dropped when the run is gone.
    case deliver(SignalMessage, ServiceID, RunID, SignalScope)
    /// SIGKILL at once to all that came from the run; does not wait for exec.
    case kill(ServiceID, RunID)
    /// The run's first process is dead: end what it left behind, SIGTERM now and SIGKILL at `deadline`.
    /// Answered by `drained`, at once where nothing is left.
    case drain(ServiceID, RunID, deadline: Duration)
    case arm(TimerKey, at: Duration)
    /// Nothing where the timer is not armed.
    case disarm(TimerKey)
    /// Write into the journal. Every visible change has its entry: the revision of the last one names the state.
    case announce(JournalEntry)
    /// Stop foster itself, until it is continued.
    case suspend
    /// Tell the supervisor above (sd_notify(3)).
    case tell(UpwardMessage)
    /// End every descendant of foster: SIGTERM now, SIGKILL at `deadline`, done for good at `giveUpAt`. Answered by `allDrained`.
    /// A second one, after a second SIGINT, brings the times of the first forward and is answered once for both.
    case drainAll(deadline: Duration, giveUpAt: Duration)
    /// Leave the loop with this exit code.
    case finish(exitCode: UInt8)
}

public enum UpwardMessage: Hashable, Sendable, Codable {
    case ready
    case status(String)
    case stopping
    /// The supervisor above shall allow this much more time from now on.
    case extendTimeout(Duration)
}
