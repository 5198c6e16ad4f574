import Testing

@testable import FosterCore

/// Random days in the life of a supervisor. The processes are simulated well enough to know which run may do what; events that
/// are late or make no sense are mixed in.
@Suite("Whatever happens, in whatever order")
struct RandomTests {
    @Test(
        "No run overlaps another, timers have reasons, and foster ends when asked", arguments: 0..<150 as Range<UInt64>)
    func life(seed: UInt64) throws {
        var life = Life(seed: seed)
        try life.react(life.world.handle(.begin))
        for _ in 0..<80 {
            try life.step()
            try life.check()
        }
        try life.react(life.world.signal(.term))
        for _ in 0..<400 where life.world.exitCode == nil { try life.wind() }
        #expect(life.world.exitCode != nil, "foster never ended")
        #expect(life.finishes == 1)
        #expect(life.world.timers.isEmpty, "a timer is left over: \(life.world.timers)")
        #expect(life.world.supervisor.snapshot.operations.allSatisfy { $0.outcome != nil })
    }
}

private struct Life {
    enum Process { case launching, alive, draining }

    var world: World
    var random: SplitMix64
    let ids: [ServiceID]
    let form: AgentForm
    /// What lives: at most one run a service.
    var processes: [ServiceID: (run: RunID, process: Process)] = [:]
    var draining = false
    var finishes = 0

    init(seed: UInt64) {
        var random = SplitMix64(state: seed &* 0x9E37_79B9)
        form = Int.random(in: 0..<4, using: &random) == 0 ? .command : .services
        ids = form == .command ? [.main] : ["a", "b", "c", "d"]
        var specs: [ServiceSpec] = []
        for (index, id) in ids.enumerated() {
            var rule = RestartRule(policy: RestartPolicy.allCases.randomElement(using: &random) ?? .no)
            rule.delay = [.zero, .milliseconds(100)].randomElement(using: &random) ?? .zero
            rule.maxRetries = [nil, 0, 3].randomElement(using: &random) ?? nil
            let needs = ids.prefix(index).filter { _ in Bool.random(using: &random) }.map {
                Dependency($0, DependencyCondition.allCases.randomElement(using: &random) ?? .ready)
            }
            var spec = service(
                id, restart: rule, needs: needs, readiness: Bool.random(using: &random) ? .notify : .none,
                onFailure: .ignore, stopGrace: .seconds(Int64.random(in: 0..<4, using: &random)))
            spec.startTimeout = .seconds(Int64.random(in: 1..<5, using: &random))
            if Int.random(in: 0..<20, using: &random) == 0 { spec.onExit = .shutdown }
            specs.append(spec)
        }
        var plan = Plan(form: form, output: .prefix, services: specs)
        plan.grace = form == .command && Bool.random(using: &random) ? nil : .seconds(5)
        if Bool.random(using: &random) { plan.signals.delays = [SignalRules.Delay(.term, by: .seconds(2))] }
        world = World(plan)
        world.copyInterval = 16
        self.random = random
    }

    /// Does what the init loop would, and checks that it could.
    mutating func react(_ effects: [Effect]) throws {
        for effect in effects {
            switch effect {
            case .launch(let id, let run):
                #expect(processes[id] == nil, "run \(run) of \(id) overlaps another")
                processes[id] = (run, .launching)
            case .deliver(_, let id, let run, _):
                #expect(processes[id]?.run == run && processes[id]?.process != .draining)
            case .kill(let id, let run): #expect(processes[id]?.run == run)
            case .drain(let id, let run, _):
                #expect(processes[id]?.run == run)
                processes[id] = (run, .draining)
            case .drainAll: draining = true
            case .finish: finishes += 1
            case .arm, .disarm, .announce, .suspend, .tell: break
            }
        }
    }

    mutating func check() throws {
        #expect(finishes <= 1)
        if world.exitCode != nil { return }
        let snapshot = world.supervisor.snapshot
        for key in world.timers.keys {
            switch key {
            case .restart(let id): #expect(try world.state(id) == .backoff)
            case .startTimeout(let id):
                #expect(try world.state(id) == .starting && processes[id] != nil)
            case .stopGrace(let id): #expect(try world.state(id) == .stopping && processes[id] != nil)
            case .shutdown: #expect(snapshot.phase == .stopping)
            case .delayedSignal: #expect(!world.supervisor.delayed.isEmpty)
            }
        }
        for record in snapshot.services {
            let status = record.status
            #expect(status.ready == false || status.state == .running)
            #expect((status.pid != nil) == (processes[record.spec.id]?.process == .alive))
            #expect(status.state != .backoff || world.timers[.restart(record.spec.id)] == status.nextStartAt)
            #expect(status.revision <= snapshot.revision)
        }
    }

    mutating func step() throws {
        let id = ids.randomElement(using: &random) ?? .main
        switch Int.random(in: 0..<14, using: &random) {
        case 0..<5: try live(id)
        case 5: try react(world.pass(.milliseconds(Int64.random(in: 0..<3000, using: &random))))
        case 6: try react(world.handle(nonsense(about: id)))
        case 7: try obey(.start(id))
        case 8: try obey(.stop(id))
        case 9: try obey(.restart(id))
        case 10: try obey(.signal(id, .hup, .leader))
        case 11: try react(world.signal(.usr1))
        case 12: try drainedAll()
        default:
            switch Int.random(in: 0..<40, using: &random) {
            case 0: try react(world.signal(.int))
            case 1: try react(world.signal(.term))
            case 2: try obey(.shutdown(exitCode: nil))
            default: try live(id)
            }
        }
    }

    /// The way to the end: everything obeys, some of it late.
    mutating func wind() throws {
        try react(world.pass(.milliseconds(Int64.random(in: 0..<500, using: &random))))
        // Nothing but a kill ends what was only passed on to a main that does not listen.
        for id in ids where Bool.random(using: &random) { try live(id, dies: true) }
        try drainedAll()
    }

    private mutating func drainedAll() throws {
        guard draining else { return }
        try react(world.handle(.allDrained(survivors: processes.count)))
    }

    private mutating func obey(_ action: Command.Action) throws {
        let first = world.effects.count
        if world.exitCode == nil { try world.command(action) }
        try react(Array(world.effects.dropFirst(first)))
    }

    /// Something that can happen to the process of the service happens.
    private mutating func live(_ id: ServiceID, dies: Bool = false) throws {
        guard let (run, process) = processes[id] else { return }
        switch process {
        case .launching:
            if Int.random(in: 0..<5, using: &random) == 0 {
                processes[id] = nil
                let failure = SpawnFailure(stage: "exec", subject: "x", reason: "ENOENT", exitCode: 127)
                try react(world.handle(.spawnFailed(id, run: run, failure)))
            } else {
                processes[id] = (run, .alive)
                try react(world.handle(.spawned(id, run: run, pid: 77)))
            }
        case .alive:
            switch dies ? 2 : Int.random(in: 0..<4, using: &random) {
            case 0: try react(world.handle(.notified(id, run: run, .ready)))
            case 1: try react(world.handle(.notified(id, run: run, .status("\(world.now)"))))
            default:
                // The init form drains all at once after the last run of main.
                processes[id] = nil
                let code = UInt8.random(in: 0..<2, using: &random)
                var effects = try world.handle(.exited(id, run: run, .exited(code: code)))
                if effects.contains(where: { if case .drain = $0 { true } else { false } }) {
                    processes[id] = (run, .draining)
                } else {
                    #expect(form == .command || world.exitCode != nil)
                }
                try react(effects)
                effects = []
            }
        case .draining:
            processes[id] = nil
            try react(world.handle(.drained(id, run: run, killed: Bool.random(using: &random))))
        }
    }

    /// News of a run that is over, or of a timer that was disarmed.
    private mutating func nonsense(about id: ServiceID) -> Event {
        let run = RunID((processes[id]?.run.number ?? 5) + 40)
        let events: [Event] = [
            .exited(id, run: run, .exited(code: 0)), .drained(id, run: run, killed: true),
            .spawned(id, run: run, pid: 1), .notified(id, run: run, .ready), .timer(.restart("nobody")),
            .exited("nobody", run: 1, .exited(code: 0)), .observed(.warning("odd")), .begin,
        ]
        return events.randomElement(using: &random) ?? .begin
    }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
