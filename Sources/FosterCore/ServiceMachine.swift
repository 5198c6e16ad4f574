/// One service: what it does next, given what happened. Total: every pair of state and input has an answer, and what can only
/// be late news (of an earlier run, or of a timer that was disarmed) changes nothing.
///
/// It knows no other service. The supervisor tells it when the conditions of its dependencies hold (`proceed`), when they
/// do not yet (`waitFor`), and when they never will (`dependencyFailed`).
struct ServiceMachine: Sendable, Codable {
    /// What the machine is told.
    enum Input: Hashable, Sendable {
        /// Wanted up. Sets the restart delay and the count of retries back.
        case start
        /// Wanted down.
        case stop
        /// Wanted up in a new run.
        case restart
        /// No run follows the present one, whatever the policy says: everything is being stopped.
        case retire
        /// The same, because the operator's stop signal was passed on to the run: its end is a stop, not a failure.
        case concede
        /// Stop as part of the stop of everything: `retire`, and a stop that leaves `wanted` as it is.
        case halt
        /// SIGKILL at once, as part of the stop of everything.
        case kill

        case waitFor([Dependency])
        case proceed
        case dependencyFailed(reason: String, code: UInt8)

        case spawned(RunID, pid: Int32)
        case spawnFailed(RunID, SpawnFailure)
        case exited(RunID, ExitStatus)
        case drained(RunID)
        case notified(RunID, Notification)

        case restartDue
        case startTimedOut
        case stopGraceOver
    }

    /// What it is doing, with all that only matters while it does.
    enum State: Hashable, Sendable, Codable {
        case stopped
        /// Wanted up; the conditions of its dependencies do not hold yet.
        case waiting
        /// Launched; its program has not been reported executed. `saidReady`: READY=1 overtook that report.
        case launching(RunID, saidReady: Bool)
        /// Executing, not ready yet.
        case unready(Execution)
        /// Executing, and was ready; `ready` is false once it says that it is stopping.
        case running(Execution, ready: Bool)
        /// Asked to end; its first process lives.
        case stopping(Process, StopCause, killed: Bool)
        /// Its first process is dead; what that left behind is being ended.
        case draining(RunID, Sequel)
        case backoff(until: Duration)
        case completed
        /// Given up. `code` is never 0: a run can fail with code 0, when it was not ready in time.
        case failed(code: UInt8)
    }

    /// A run whose program has been executed.
    struct Execution: Hashable, Sendable, Codable {
        let run: RunID
        let pid: Int32
        let since: Duration
    }

    enum Process: Hashable, Sendable, Codable {
        case launching(RunID)
        case executing(Execution)

        var run: RunID {
            switch self {
            case .launching(let run): run
            case .executing(let execution): execution.run
            }
        }
    }

    enum StopCause: Hashable, Sendable, Codable {
        case asked, startTimeout
    }

    /// What follows when nothing of a run is left.
    enum Sequel: Hashable, Sendable, Codable {
        /// What is wanted: a new run at once, or none.
        case asWanted
        /// What the restart policy says.
        case byPolicy(failed: Bool, lived: Duration)
    }

    enum Retirement: Hashable, Sendable, Codable {
        case no, retired, conceded
    }

    let spec: ServiceSpec
    /// Whether the run after which nothing follows is drained like any other. Not for the init form's `main`: its end is
    /// the container's, and all descendants are drained then.
    let drainsLastRun: Bool
    var state: State = .stopped
    /// What readers see; its `revision` is that of the last entry about it.
    var status = ServiceStatus()
    var backoff = Backoff()
    var retirement: Retirement = .no
    /// Whether any run was ever ready.
    var wasReady = false

    init(_ spec: ServiceSpec, drainsLastRun: Bool = true) {
        self.spec = spec
        self.drainsLastRun = drainsLastRun
    }

    var id: ServiceID { spec.id }

    /// Answers whether anything changed. Every visible change has its entry: specific ones first, then the state's, then
    /// that ready came or went.
    @discardableResult
    mutating func handle(_ input: Input, _ turn: inout Turn) -> Bool {
        let before = (state, status, retirement)
        switch input {
        case .start: start(&turn)
        case .stop: stop(&turn)
        case .restart: restart(&turn)
        case .retire: retire(.retired, &turn)
        case .concede: retire(.conceded, &turn)
        case .halt: halt(&turn)
        case .kill: kill(&turn)
        case .waitFor(let dependencies): wait(for: dependencies)
        case .proceed: proceed(&turn)
        case .dependencyFailed(let reason, let code): dependencyFailed(reason, code: code)
        case .spawned(let run, let pid): spawned(run, pid: pid, &turn)
        case .spawnFailed(let run, let failure): spawnFailed(run, failure, &turn)
        case .exited(let run, let exit): exited(run, exit, &turn)
        case .drained(let run): drained(run, &turn)
        case .notified(let run, let notification): notified(run, notification, &turn)
        case .restartDue: restartDue(&turn)
        case .startTimedOut: startTimedOut(&turn)
        case .stopGraceOver: stopGraceOver(&turn)
        }
        announceChange(since: before.1, &turn)
        return state != before.0 || status != before.1 || retirement != before.2
    }

    mutating func enter(_ next: State, reason: String? = nil) {
        state = next
        status.reason = reason
        status.waitingFor = []
        status.nextStartAt = nil
    }

    mutating func announce(_ event: JournalEvent, _ turn: inout Turn) {
        turn.announce(event)
        status.revision = turn.revision
    }

    private mutating func announceChange(since before: ServiceStatus, _ turn: inout Turn) {
        status.state = state.name
        status.ready = state.isReady
        guard status != before else { return }
        // A service that begins to wait is told in the same turn to go on waiting or to proceed; that has the entry.
        if state == .waiting, status.waitingFor.isEmpty { return }
        let isTold = status.revision != before.revision || status.ready != before.ready
        if !isTold || status.state != before.state || status.runID != before.runID || status.reason != before.reason
            || status.wanted != before.wanted || status.waitingFor != before.waitingFor
        {
            announce(
                .serviceState(id, status.state, run: status.runID, pid: status.pid, reason: status.reason), &turn)
        }
        if status.ready != before.ready {
            announce(.serviceReady(id, status.ready, run: status.runID), &turn)
        }
    }
}

extension ServiceMachine.State {
    /// The state's name for readers.
    var name: ServiceStateName {
        switch self {
        case .stopped: .stopped
        case .waiting, .launching, .unready: .starting
        case .running: .running
        case .stopping, .draining: .stopping
        case .backoff: .backoff
        case .completed: .completed
        case .failed: .failed
        }
    }

    var isReady: Bool {
        if case .running(_, ready: true) = self { true } else { false }
    }
}
