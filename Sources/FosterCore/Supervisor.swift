/// Decides everything: takes what happened and when, and says what to do. Pure; the init loop owns it and performs the effects.
///
/// Services never call each other. Each change is queued, and its consequences (for dependents, operations, the container)
/// are drawn one after the other until nothing is left to draw.
///
/// Rules that are its own, on top of the design's:
/// - A dependency that gave up fails those that wait for it, and one that completed fails those that wait for it to be
///   ready; `started` goes on holding after the run's end. What fails so ends the container like any failure, with the
///   code of the dependency that failed.
/// - A start by an operator starts what the service depends on as well; a stop leaves dependents alone.
/// - A failed run that exited with 0, because it was not ready in time, gives the container the code 1.
public struct Supervisor: Sendable, Codable {
    let plan: Plan
    var services: [ServiceMachine]
    /// Where in `services` each one is.
    let positions: SortedTable<ServiceID, Int>
    /// Who depends directly on the service at each place.
    let dependents: [[Int]]
    var stage: Stage = .idle
    var operations = Operations()
    var upward = Upward()
    /// When the first SIGINT came that asked for the stop of everything.
    var firstInterrupt: Duration?
    /// Signals that take effect later, in the order in which they came.
    var delayed: [DelayedSignal] = []
    /// Signals of which the first is passed over, and has not come yet.
    var skipped: [Signal]
    private var revision: UInt64 = 0
    private var wasStarted = false
    private var isReady = false
    /// What readers have seen last, one a service; empty after decoding, and built anew then.
    private var records: [ServiceRecord] = []

    private enum CodingKeys: String, CodingKey {
        case plan, services, positions, dependents, stage, operations, upward, firstInterrupt, delayed, skipped,
            revision,
            wasStarted,
            isReady
    }

    /// How far the container is.
    enum Stage: Sendable, Codable {
        case idle
        case running
        /// Init form: a stop signal was passed on, and `main`'s end is the container's. `deadline`: when it is killed.
        case conceded(Signal, deadline: Duration?)
        case stopping(OrderedStop)
        /// No service is left; waiting for all other descendants.
        case draining(exitCode: UInt8)
        case finished
    }

    public init(plan: Plan) {
        self.plan = plan
        skipped = plan.signals.skipped
        // In the init form main's end is the container's, and all descendants are drained then.
        services = plan.services.map { ServiceMachine($0, drainsLastRun: plan.form == .services) }
        let positions = SortedTable(plan.services.enumerated().map { ($0.element.id, $0.offset) })
        self.positions = positions
        if plan.services.count > 1 {
            let dependents = DependencyGraph(plan.services).dependents
            self.dependents = plan.services.map { dependents[$0.id, default: []].compactMap { positions[$0] } }
        } else {
            dependents = plan.services.map { _ in [] }
        }
        records = services.map(Self.record)
    }

    public mutating func handle(_ event: Event, at now: Duration, effects: inout [Effect]) {
        if case .finished = stage { return }
        var turn = Turn(now: now, revision: revision, effects: effects)
        effects = []
        if case .observed(let event) = event {
            // Nothing follows from it: thousands of orphans may die in a moment.
            turn.announce(event)
            revision = turn.revision
            effects = turn.effects
            return
        }
        take(event, &turn)
        drawConsequences(&turn)
        refresh(&turn)
        revision = turn.revision
        effects = turn.effects
    }

    public var snapshot: Snapshot {
        var snapshot = Snapshot()
        snapshot.revision = revision
        snapshot.phase = phase
        snapshot.services = records.count == services.count ? records : services.map(Self.record)
        snapshot.operations = operations.records
        snapshot.ready = isReady
        snapshot.stopsSoon = isAboutToStop
        snapshot.started = wasStarted
        return snapshot
    }

    private mutating func take(_ event: Event, _ turn: inout Turn) {
        switch event {
        case .begin: begin(&turn)
        case .spawned(let id, let run, let pid): send(.spawned(run, pid: pid), to: id, &turn)
        case .spawnFailed(let id, let run, let failure): send(.spawnFailed(run, failure), to: id, &turn)
        case .exited(let id, let run, let exit): send(.exited(run, exit), to: id, &turn)
        case .drained(let id, let run, let killed):
            if killed { noteLaggard(id, draining: run, &turn) }
            send(.drained(run), to: id, &turn)
        case .notified(let id, let run, let notification): send(.notified(run, notification), to: id, &turn)
        case .timer(.restart(let id)): send(.restartDue, to: id, &turn)
        case .timer(.startTimeout(let id)): send(.startTimedOut, to: id, &turn)
        case .timer(.stopGrace(let id)):
            noteLaggard(id, &turn)
            send(.stopGraceOver, to: id, &turn)
        case .timer(.shutdown): shutdownIsDue(&turn)
        case .timer(.delayedSignal): delayIsOver(&turn)
        case .signal(let message): receive(message, &turn)
        case .command(let command): obey(command, &turn)
        case .allDrained(let survivors): allDrained(survivors: survivors, &turn)
        case .observed: break
        }
    }

    private mutating func begin(_ turn: inout Turn) {
        guard case .idle = stage else { return }
        stage = .running
        for index in services.indices where services[index].status.wanted == .up {
            send(.start, to: index, &turn)
            // Also one that was asked to start before the beginning, which changes nothing now.
            turn.noteChange(of: index)
        }
    }

    mutating func send(_ input: ServiceMachine.Input, to id: ServiceID, _ turn: inout Turn) {
        if let index = positions[id] { send(input, to: index, &turn) }
    }

    mutating func send(_ input: ServiceMachine.Input, to index: Int, _ turn: inout Turn) {
        guard services.indices.contains(index) else { return }
        if services[index].handle(input, &turn) { turn.noteChange(of: index) }
    }

    private mutating func drawConsequences(_ turn: inout Turn) {
        repeat {
            while let index = turn.nextChange() {
                endOperations(of: index, &turn)
                reviewConditions(of: index, &turn)
                for dependent in dependents[index] { reviewConditions(of: dependent, &turn) }
                actOnEnd(of: index, &turn)
            }
        } while advance(&turn)
    }

    /// Ends the container where the end of this service means that.
    private mutating func actOnEnd(of index: Int, _ turn: inout Turn) {
        guard case .running = stage, plan.form == .services else { return }
        let service = services[index]
        switch service.state {
        case .failed(let code) where service.spec.onFailure == .shutdown:
            stopEverything("\(service.id) failed: \(service.status.reason ?? "given up")", exitCode: code, &turn)
        case .completed where service.spec.onExit == .shutdown:
            stopEverything("\(service.id) completed", exitCode: 0, &turn)
        default: break
        }
    }

    /// Replaces what readers see of changed services, and tells the supervisor above what is new.
    private mutating func refresh(_ turn: inout Turn) {
        if records.count != services.count {
            records = services.map(Self.record)
        } else {
            for index in Set(turn.changed) { records[index] = Self.record(services[index]) }
        }
        guard turn.revision != revision else { return }
        if case .running = stage {
            // Lazily, here and below: this runs at every event, and a thousand services are not to be copied for it.
            let wanted = services.lazy.filter { $0.status.wanted == .up }
            isReady = !isAboutToStop && wanted.allSatisfy { $0.state.isReady || $0.state == .completed }
            wasStarted = wasStarted || wanted.allSatisfy { $0.wasReady || $0.state == .completed }
            for message in upward.report(wanted, isReady: isReady) { turn.perform(.tell(message)) }
        } else {
            isReady = false
        }
    }

    private var phase: Snapshot.Phase {
        switch stage {
        case .idle: .starting
        case .running: upward.saidReady ? .running : .starting
        case .conceded, .stopping, .draining, .finished: .stopping
        }
    }

    private static func record(_ machine: ServiceMachine) -> ServiceRecord {
        ServiceRecord(spec: machine.spec, status: machine.status)
    }
}
