import Testing

@testable import FosterCore

@Suite("Rewritten and delayed signals")
struct SignalRuleTests {
    private func world(
        _ form: AgentForm, rewrites: [SignalRules.Rewrite] = [], delays: [SignalRules.Delay] = []
    ) throws -> World {
        var plan = Plan(form: form, output: .inherit, services: [service("main"), service("other")])
        if form == .command { plan.services.removeLast() }
        plan.signals.rewrites = rewrites
        plan.signals.delays = delays
        var world = World(plan)
        try world.handle(.begin)
        for spec in plan.services { try world.spawn(spec.id) }
        return world
    }

    @Test("Another signal is delivered in the place of one, with its value")
    func rewrite() throws {
        var world = try world(.command, rewrites: [.init(.usr1, becomes: .usr2)])
        let run = try world.run("main")
        let effects = try world.handle(.signal(SignalMessage(.usr1, value: 7)))
        #expect(effects.contains(.deliver(SignalMessage(.usr2, value: 7), "main", run, .leader)))
    }

    @Test("Of two rules about one signal the later counts")
    func later() throws {
        var world = try world(.command, rewrites: [.init(.hup, becomes: .usr1), .init(.hup, becomes: .usr2)])
        #expect(try world.signal(.hup).delivered == ["SIGUSR2 main leader"])
    }

    @Test("A dropped stop signal stops nothing", arguments: [AgentForm.command, .services])
    func drop(form: AgentForm) throws {
        var world = try world(form, rewrites: [.init(.term, becomes: nil)])
        #expect(try world.signal(.term).delivered.isEmpty)
        #expect(world.supervisor.snapshot.phase == .running)
        #expect(world.events.contains(.signalReceived(.term)))
    }

    @Test("A rewritten stop signal is one, and so is what is rewritten to one", arguments: [Signal.term, .hup])
    func stays(received: Signal) throws {
        let rules = [SignalRules.Rewrite(.term, becomes: .quit), .init(.hup, becomes: .term)]
        var command = try world(.command, rewrites: rules)
        #expect(
            try command.signal(received).delivered == [
                received == .term ? "SIGQUIT main leader" : "SIGTERM main leader"
            ])
        #expect(command.supervisor.snapshot.phase == .stopping)
        var services = try world(.services, rewrites: rules)
        // Services get their own stop signal.
        #expect(Set(try services.signal(received).delivered) == ["SIGTERM main leader", "SIGTERM other leader"])
    }

    @Test(
        "A delayed stop takes effect later; until then all runs on, but is not ready",
        arguments: [AgentForm.command, .services])
    func delay(form: AgentForm) throws {
        var world = try world(form, delays: [.init(.term, by: .seconds(5))])
        #expect(world.supervisor.snapshot.ready)
        #expect(try world.signal(.term).delivered.isEmpty)
        #expect(!world.supervisor.snapshot.ready)
        #expect(world.supervisor.snapshot.phase == .running)
        #expect(try world.pass(.milliseconds(4999)).delivered.isEmpty)
        #expect(try world.pass(.milliseconds(1)).delivered.contains("SIGTERM main leader"))
        #expect(world.supervisor.snapshot.phase == .stopping)
    }

    @Test("A delayed signal that is no stop leaves foster ready")
    func other() throws {
        var world = try world(.command, delays: [.init(.hup, by: .seconds(1))])
        #expect(try world.signal(.hup).delivered.isEmpty)
        #expect(world.supervisor.snapshot.ready)
        #expect(try world.pass(.seconds(1)).delivered == ["SIGHUP main leader"])
    }

    @Test("A signal that waits already comes once; real-time ones queue in order")
    func coalescing() throws {
        let realTime = try #require(Signal(number: 40))
        var world = try world(.command, delays: [.init(.hup, by: .seconds(1)), .init(realTime, by: .seconds(1))])
        for value in 1...3 {
            try world.signal(.hup)
            try world.handle(.signal(SignalMessage(realTime, value: Int64(value))))
        }
        let effects = try world.pass(.seconds(1))
        #expect(effects.delivered.filter { $0.contains("HUP") }.count == 1)
        let values = effects.compactMap { if case .deliver(let message, _, _, _) = $0 { message.value } else { nil } }
        #expect(values == [1, 2, 3])
    }

    @Test("A stop by other means does not wait for a delayed one, and a further signal is not delayed then")
    func overtaken() throws {
        var world = try world(.command, delays: [.init(.term, by: .seconds(5))])
        try world.signal(.term)
        try world.signal(.int)
        #expect(world.supervisor.snapshot.phase == .stopping)
        #expect(try world.signal(.term).delivered == ["SIGTERM main leader"])
    }

    @Test("The supervisor above is asked for the time that a stop may take")
    func extend() throws {
        var services = try world(.services)
        try services.signal(.term)
        #expect(services.told.contains(.extendTimeout(.seconds(10))))
        var command = try world(.command)
        try command.signal(.term)
        #expect(!command.told.contains { if case .extendTimeout = $0 { true } else { false } })
        try command.end("main", code: 0)
        #expect(command.told.contains(.extendTimeout(.seconds(10))))
    }
}
