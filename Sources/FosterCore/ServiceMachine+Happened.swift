/// What happens to the processes of a service, and to its timers.
extension ServiceMachine {
    mutating func spawned(_ run: RunID, pid: Int32, _ turn: inout Turn) {
        let execution = Execution(run: run, pid: pid, since: turn.now)
        switch state {
        case .launching(run, let saidReady):
            status.pid = pid
            status.startedAt = turn.now
            if saidReady || spec.readiness == .none {
                becomeReady(execution, &turn)
            } else {
                enter(.unready(execution))
            }
        case .stopping(.launching(run), let cause, let killed):
            status.pid = pid
            status.startedAt = turn.now
            state = .stopping(.executing(execution), cause, killed: killed)
        case .stopped, .waiting, .launching, .unready, .running, .stopping, .draining, .backoff, .completed, .failed:
            break
        }
    }

    mutating func spawnFailed(_ run: RunID, _ failure: SpawnFailure, _ turn: inout Turn) {
        let sequel: Sequel
        switch state {
        case .launching(run, _):
            turn.perform(.disarm(.startTimeout(id)))
            sequel = .byPolicy(failed: true, lived: .zero)
        case .stopping(.launching(run), let cause, let killed):
            if !killed { turn.perform(.disarm(.stopGrace(id))) }
            sequel = cause == .asked ? .asWanted : .byPolicy(failed: true, lived: .zero)
        case .stopped, .waiting, .launching, .unready, .running, .stopping, .draining, .backoff, .completed, .failed:
            return
        }
        status.lastExit = RunEnd(
            runID: run, cause: .spawn, code: failure.exitCode, signal: nil, reason: failure.description, at: turn.now)
        follow(sequel, &turn)
    }

    mutating func exited(_ run: RunID, _ exit: ExitStatus, _ turn: inout Turn) {
        guard let end = end(of: run, exit, &turn) else { return }
        let expected = end.cause == .stop
        announce(.serviceExit(id, run: run, pid: status.pid ?? 0, exit, expected: expected), &turn)
        status.exits &+= 1
        status.pid = nil
        status.lastExit = RunEnd(
            runID: run, cause: end.cause, code: exit.code, signal: exit.signal, reason: end.reason, at: turn.now)
        if endsAll(end.sequel) {
            follow(end.sequel, &turn)
        } else {
            turn.perform(.drain(id, run, deadline: turn.now.adding(spec.stop.grace)))
            enter(.draining(run, end.sequel), reason: expected ? nil : end.reason)
        }
    }

    mutating func drained(_ run: RunID, _ turn: inout Turn) {
        guard case .draining(run, let sequel) = state else { return }
        follow(sequel, &turn)
    }

    mutating func notified(_ run: RunID, _ notification: Notification, _ turn: inout Turn) {
        guard run == liveRun else { return }
        switch (notification, state) {
        case (.status(let text), _):
            guard text != status.statusText else { return }
            status.statusText = text
            announce(.serviceStatus(id, text, run: run), &turn)
        case (.ready, .launching) where spec.readiness == .notify: state = .launching(run, saidReady: true)
        case (.ready, .unready(let execution)): becomeReady(execution, &turn)
        case (.ready, .running(let execution, ready: false)): state = .running(execution, ready: true)
        case (.stopping, .running(let execution, ready: true)): state = .running(execution, ready: false)
        // A service that reloads goes on serving (sd_notify(3): RELOADING=1 keeps the unit active).
        case (.ready, _), (.stopping, _), (.reloading, _): break
        }
    }

    mutating func restartDue(_ turn: inout Turn) {
        guard case .backoff(let until) = state else { return }
        // A timer that comes early must neither shorten the delay nor be the last one.
        if turn.now < until {
            turn.perform(.arm(.restart(id), at: until))
        } else {
            enter(.waiting)
        }
    }

    mutating func startTimedOut(_ turn: inout Turn) {
        switch state {
        case .launching, .unready: askToEnd(.startTimeout, &turn)
        case .stopped, .waiting, .running, .stopping, .draining, .backoff, .completed, .failed: break
        }
    }

    mutating func stopGraceOver(_ turn: inout Turn) {
        guard case .stopping(let process, let cause, killed: false) = state else { return }
        turn.perform(.kill(id, process.run))
        state = .stopping(process, cause, killed: true)
    }

    private mutating func becomeReady(_ execution: Execution, _ turn: inout Turn) {
        turn.perform(.disarm(.startTimeout(id)))
        enter(.running(execution, ready: true))
        status.readyAt = turn.now
        wasReady = true
    }

    /// How to understand the end of the present run, with its timers disarmed; `nil` when the news is of another run.
    private func end(
        of run: RunID, _ exit: ExitStatus, _ turn: inout Turn
    ) -> (cause: RunEnd.Cause, reason: String, sequel: Sequel)? {
        guard run == liveRun else { return nil }
        let stopped: (RunEnd.Cause, String, Sequel) = (.stop, exit.description, .asWanted)
        let cause: RunEnd.Cause = exit.signal == nil ? .exit : .signal
        switch state {
        case .launching, .unready:
            turn.perform(.disarm(.startTimeout(id)))
            if retirement == .conceded { return stopped }
            // Where readiness is none, only the report of exec is missing: the exit came first.
            let isUnready = spec.readiness == .notify
            let reason = isUnready ? "\(exit) before it was ready" : exit.description
            return (cause, reason, .byPolicy(failed: isUnready || exit.code != 0, lived: lived(at: turn.now)))
        case .running:
            if retirement == .conceded { return stopped }
            return (cause, exit.description, .byPolicy(failed: exit.code != 0, lived: lived(at: turn.now)))
        case .stopping(_, let stopCause, let killed):
            if !killed { turn.perform(.disarm(.stopGrace(id))) }
            if stopCause == .asked || retirement == .conceded { return stopped }
            let reason = "not ready within \(spec.startTimeout), \(exit)"
            return (.startTimeout, reason, .byPolicy(failed: true, lived: lived(at: turn.now)))
        case .stopped, .waiting, .draining, .backoff, .completed, .failed: return nil
        }
    }

    private func lived(at now: Duration) -> Duration { status.startedAt.map { now.since($0) } ?? .zero }

    /// Whether the container ends with this run, so that all that descends from foster is drained instead.
    private func endsAll(_ sequel: Sequel) -> Bool {
        guard !drainsLastRun else { return false }
        switch sequel {
        case .asWanted: return retirement == .conceded
        case .byPolicy(let failed, _):
            return retirement != .no || !backoff.allowsRestart(by: spec.restart, failed: failed)
        }
    }

    /// Nothing of the run is left: what now?
    private mutating func follow(_ sequel: Sequel, _ turn: inout Turn) {
        switch sequel {
        case .asWanted: enter(retirement == .no && status.wanted == .up ? .waiting : .stopped)
        case .byPolicy where retirement == .conceded: enter(.stopped)
        case .byPolicy(let failed, let lived):
            if retirement == .no, backoff.allowsRestart(by: spec.restart, failed: failed) {
                restart(after: backoff.nextDelay(by: spec.restart, lived: lived), &turn)
            } else if failed {
                let code = status.lastExit?.code ?? 0
                enter(.failed(code: code == 0 ? 1 : code), reason: status.lastExit?.reason)
            } else {
                enter(.completed)
            }
        }
    }

    private mutating func restart(after delay: Duration, _ turn: inout Turn) {
        status.restarts &+= 1
        announce(.serviceBackoff(id, delay: delay, restarts: status.restarts), &turn)
        guard delay > .zero else { return enter(.waiting) }
        let until = turn.now.adding(delay)
        enter(.backoff(until: until), reason: status.lastExit?.reason)
        status.nextStartAt = until
        turn.perform(.arm(.restart(id), at: until))
    }
}

extension ExitStatus {
    fileprivate var signal: Signal? {
        if case .signaled(let signal, _) = self { signal } else { nil }
    }
}
