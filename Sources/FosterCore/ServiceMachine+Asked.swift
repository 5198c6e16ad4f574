/// What operators, dependencies and the stop of everything ask of a service.
extension ServiceMachine {
    mutating func start(_ turn: inout Turn) {
        guard retirement == .no else { return }
        status.wanted = .up
        backoff.reset()
        switch state {
        case .stopped, .completed, .failed: enter(.waiting)
        case .backoff:
            turn.perform(.disarm(.restart(id)))
            enter(.waiting)
        case .stopping(let process, _, let killed): enter(.stopping(process, .asked, killed: killed))
        case .draining(let run, _): enter(.draining(run, .asWanted))
        case .waiting, .launching, .unready, .running: break
        }
    }

    mutating func stop(_ turn: inout Turn) {
        status.wanted = .down
        switch state {
        case .waiting, .completed, .failed: enter(.stopped)
        case .backoff: leaveBackoff(&turn)
        case .launching, .unready, .running: askToEnd(.asked, &turn)
        case .stopping(let process, _, let killed): enter(.stopping(process, .asked, killed: killed))
        case .draining(let run, _): enter(.draining(run, .asWanted))
        case .stopped: break
        }
    }

    mutating func restart(_ turn: inout Turn) {
        guard retirement == .no else { return }
        switch state {
        case .launching, .unready, .running:
            status.wanted = .up
            backoff.reset()
            askToEnd(.asked, &turn)
        case .stopped, .waiting, .stopping, .draining, .backoff, .completed, .failed:
            start(&turn)
        }
    }

    mutating func retire(_ retirement: Retirement, _ turn: inout Turn) {
        if self.retirement != .conceded { self.retirement = retirement }
        switch state {
        case .waiting: enter(.stopped)
        case .backoff: leaveBackoff(&turn)
        case .stopped, .launching, .unready, .running, .stopping, .draining, .completed, .failed: break
        }
    }

    mutating func halt(_ turn: inout Turn) {
        retire(.retired, &turn)
        switch state {
        case .launching, .unready, .running: askToEnd(.asked, &turn)
        case .stopping(let process, _, let killed): enter(.stopping(process, .asked, killed: killed))
        case .stopped, .waiting, .draining, .backoff, .completed, .failed: break
        }
    }

    mutating func kill(_ turn: inout Turn) {
        retire(.retired, &turn)
        switch state {
        case .launching(let run, _):
            turn.perform(.disarm(.startTimeout(id)))
            kill(.launching(run), &turn)
        case .unready(let execution):
            turn.perform(.disarm(.startTimeout(id)))
            kill(.executing(execution), &turn)
        case .running(let execution, _): kill(.executing(execution), &turn)
        case .stopping(let process, _, killed: false):
            turn.perform(.disarm(.stopGrace(id)))
            kill(process, &turn)
        case .draining(let run, _): turn.perform(.kill(id, run))
        case .stopped, .waiting, .stopping, .backoff, .completed, .failed: break
        }
    }

    mutating func wait(for dependencies: [Dependency]) {
        guard case .waiting = state, dependencies != status.waitingFor else { return }
        status.waitingFor = dependencies
        status.reason = "waiting for \(dependencies.map(\.service.name).joined(separator: ", "))"
    }

    mutating func proceed(_ turn: inout Turn) {
        guard case .waiting = state else { return }
        let run = (status.runID ?? 0).next
        enter(.launching(run, saidReady: false))
        status.runID = run
        status.startedAt = nil
        status.readyAt = nil
        status.statusText = nil
        turn.perform(.launch(id, run))
        turn.perform(.arm(.startTimeout(id), at: turn.now.adding(spec.startTimeout)))
    }

    mutating func dependencyFailed(_ reason: String, code: UInt8) {
        guard case .waiting = state else { return }
        enter(.failed(code: code), reason: reason)
    }

    /// The way of every stop: the stop signal (queued until exec where need be), then the grace, then SIGKILL.
    mutating func askToEnd(_ cause: StopCause, _ turn: inout Turn) {
        let process: Process
        switch state {
        case .launching(let run, _):
            process = .launching(run)
            if cause == .asked { turn.perform(.disarm(.startTimeout(id))) }
        case .unready(let execution):
            process = .executing(execution)
            if cause == .asked { turn.perform(.disarm(.startTimeout(id))) }
        case .running(let execution, _): process = .executing(execution)
        case .stopped, .waiting, .stopping, .draining, .backoff, .completed, .failed: return
        }
        turn.perform(.deliver(SignalMessage(spec.stop.signal), id, process.run, signalScope))
        turn.perform(.arm(.stopGrace(id), at: turn.now.adding(spec.stop.grace)))
        enter(
            .stopping(process, cause, killed: false),
            reason: cause == .startTimeout ? "not ready within \(spec.startTimeout)" : nil)
    }

    /// Whom stop signals and forwarded ones reach. A shell does not pass signals on, so its whole group gets them.
    var signalScope: SignalScope {
        if case .shell = spec.program, spec.stop.scope == .leader { .group } else { spec.stop.scope }
    }

    private mutating func kill(_ process: Process, _ turn: inout Turn) {
        turn.perform(.kill(id, process.run))
        enter(.stopping(process, .asked, killed: true))
    }

    private mutating func leaveBackoff(_ turn: inout Turn) {
        turn.perform(.disarm(.restart(id)))
        enter(.stopped)
    }
}
