/// The ends of the container: the stop of everything, `main`'s end, and the end of all services by themselves.
///
/// The exit code of a stop is 0 where every service ended within its grace, also by the stop signal, else 137; the code of a
/// shutdown command, and that of the service whose end was the cause, go before. The init form's is always `main`'s own, but
/// for a shutdown command's. Descendants that survive the last drain change nothing about it.
extension Supervisor {
    var isStopping: Bool {
        switch stage {
        case .idle, .running: false
        case .conceded, .stopping, .draining, .finished: true
        }
    }

    /// Begins the stop of everything; a second request changes nothing. Of a stop that was only passed on to `main` it
    /// makes one that ends with a kill.
    mutating func stopEverything(_ reason: String, exitCode: UInt8?, _ turn: inout Turn) {
        switch stage {
        case .idle, .running, .conceded: break
        case .stopping, .draining, .finished: return
        }
        announceStop(reason, &turn)
        let edges = services.indices.map { index in (services[index].id, dependents[index].map { services[$0].id }) }
        let waves = DependencyGraph(Dictionary(edges, uniquingKeysWith: { first, _ in first })).waves
        let stop = OrderedStop(
            at: turn.now, grace: plan.grace ?? Plan.defaultGrace, exitCode: exitCode,
            waves: waves.map { wave in wave.compactMap { positions[$0] } })
        stage = .stopping(stop)
        for index in services.indices { send(.retire, to: index, &turn) }
    }

    /// Says once that everything stops.
    mutating func announceStop(_ reason: String, _ turn: inout Turn) {
        guard !isStopping else { return }
        turn.announce(.shutdownStarted(reason: reason))
        for message in upward.stop() { turn.perform(.tell(message)) }
        // A signal that was only passed on has no budget: how long it takes is for the command to say.
        if let grace = plan.grace { askForTime(grace, &turn) }
        operations.supersede([.start, .restart], &turn)
    }

    /// The supervisor above shall wait for an end that takes at most this long.
    private func askForTime(_ time: Duration, _ turn: inout Turn) {
        turn.perform(.tell(.extendTimeout(time.adding(.seconds(1)))))
    }

    /// Goes on where all services' states allow it; answers whether it did.
    mutating func advance(_ turn: inout Turn) -> Bool {
        switch (stage, plan.form) {
        case (.running, .command), (.conceded, .command): return advanceMain(&turn)
        case (.running, .services):
            guard services.allSatisfy(\.hasEnded) else { return false }
            stopEverything("nothing runs any more", exitCode: lastFailureCode, &turn)
            return true
        case (.stopping(let stop), _):
            guard stop.isWaveDown(in: services) else { return false }
            beginNextWave(of: stop, &turn)
            return true
        case (.idle, _), (.conceded, .services), (.draining, _), (.finished, _): return false
        }
    }

    /// The time of a wave, or of a conceded `main`, is over.
    mutating func shutdownIsDue(_ turn: inout Turn) {
        switch stage {
        case .conceded:
            for index in services.indices { killLaggard(index, &turn) }
        case .stopping(var stop) where stop.isKilled:
            stop.abandonWave()
            stage = .stopping(stop)
        case .stopping(var stop):
            stop.isKilled = true
            stage = .stopping(stop)
            for index in stop.current { killLaggard(index, &turn) }
            turn.perform(.arm(.shutdown, at: stop.killWindowEnd(at: turn.now)))
        case .idle, .running, .draining, .finished: break
        }
    }

    /// Skips to the kill of everything.
    mutating func killEverything(_ turn: inout Turn) {
        if case .stopping = stage {
            for index in services.indices { killLaggard(index, &turn) }
            turn.perform(.disarm(.shutdown))
        }
        stage = .draining(exitCode: exitCode)
        turn.perform(.drainAll(deadline: turn.now, giveUpAt: turn.now.adding(OrderedStop.reserve)))
    }

    mutating func allDrained(survivors: Int, _ turn: inout Turn) {
        guard case .draining(let exitCode) = stage else { return }
        if survivors > 0 { turn.announce(.warning("\(survivors) processes could not be ended")) }
        finish(exitCode, &turn)
    }

    /// A service is about to be killed because its grace is over, or its `run`'s remains have been.
    mutating func noteLaggard(_ id: ServiceID, draining run: RunID? = nil, _ turn: inout Turn) {
        guard case .stopping(var stop) = stage, let index = positions[id] else { return }
        switch services[index].state {
        case .stopping(_, _, killed: false) where run == nil: break
        case .draining(let drained, _) where drained == run: break
        default: return
        }
        guard stop.note(laggard: index) else { return }
        stage = .stopping(stop)
        turn.announce(.shutdownLaggard(id))
    }

    private mutating func killLaggard(_ index: Int, _ turn: inout Turn) {
        guard services[index].isLive else { return }
        var isNews = true
        if case .stopping(var stop) = stage {
            isNews = stop.note(laggard: index)
            stage = .stopping(stop)
        }
        if isNews { turn.announce(.shutdownLaggard(services[index].id)) }
        send(.kill, to: index, &turn)
    }

    private mutating func beginNextWave(of stop: OrderedStop, _ turn: inout Turn) {
        var stop = stop
        guard let deadline = stop.nextWave(in: services, at: turn.now) else {
            turn.perform(.disarm(.shutdown))
            let deadline = max(turn.now, stop.servicesEnd)
            stage = .draining(exitCode: exitCode)
            // Even the shortest budget leaves the killed a moment to be reaped.
            let giveUpAt = max(stop.giveUpAt, deadline.adding(OrderedStop.killWindow))
            turn.perform(.drainAll(deadline: deadline, giveUpAt: giveUpAt))
            return
        }
        stage = .stopping(stop)
        turn.perform(.arm(.shutdown, at: deadline))
        for index in stop.current { send(.halt, to: index, &turn) }
    }

    /// The init form: `main`'s end is the container's, unless an operator stopped it.
    private mutating func advanceMain(_ turn: inout Turn) -> Bool {
        guard let main = services.first else {
            stopEverything("nothing to run", exitCode: 0, &turn)
            return true
        }
        var deadline = turn.now.adding(plan.grace ?? Plan.defaultGrace)
        switch (stage, main.state) {
        case (.running, .completed), (.running, .failed): break
        case (.conceded(_, let killAt), .completed), (.conceded(_, let killAt), .failed),
            (.conceded(_, let killAt), .stopped):
            if let killAt {
                turn.perform(.disarm(.shutdown))
                deadline = max(turn.now, min(killAt, deadline))
            }
        default: return false
        }
        announceStop("\(main.id) \(main.status.lastExit?.reason ?? "did not run")", &turn)
        let code = exitCode
        let wasNeverExecuted = main.status.lastExit?.cause == .spawn && main.status.exits == 0
        if wasNeverExecuted || plan.conduct.leftovers != .drained {
            // There is nobody to wait for.
            finish(code, &turn)
        } else {
            stage = .draining(exitCode: code)
            askForTime(deadline.since(turn.now), &turn)
            turn.perform(.drainAll(deadline: deadline, giveUpAt: deadline.adding(.seconds(1))))
        }
        return true
    }

    private mutating func finish(_ exitCode: UInt8, _ turn: inout Turn) {
        for operation in operations.running { operations.finish(operation.id, .succeeded, &turn) }
        stage = .finished
        turn.perform(.finish(exitCode: exitCode))
    }

    /// What foster exits with as things stand.
    private var exitCode: UInt8 {
        if case .draining(let code) = stage { return code }
        var isLate = false
        if case .stopping(let stop) = stage {
            if let code = stop.exitCode { return code }
            isLate = !stop.laggards.isEmpty
        }
        guard plan.form == .command, let main = services.first else { return isLate ? 137 : 0 }
        if case .failed(let code) = main.state { return code }
        if let end = main.status.lastExit { return end.code }
        if case .conceded(let signal, _) = stage { return 128 &+ signal.number }
        return isLate ? 137 : 0
    }

    /// The code of the service that failed last, else 0.
    private var lastFailureCode: UInt8 {
        var last: (at: Duration, code: UInt8) = (.zero, 0)
        for service in services {
            guard case .failed(let code) = service.state else { continue }
            let at = service.status.lastExit?.at ?? .zero
            if at >= last.at { last = (at, code) }
        }
        return last.code
    }
}
