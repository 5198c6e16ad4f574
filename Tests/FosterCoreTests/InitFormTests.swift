import Testing

@testable import FosterCore

@Suite("The init form")
struct InitFormTests {
    private func main(
        grace: Duration? = nil, restart: RestartPolicy = .no, shell: Bool = false, executed: Bool = true
    ) throws -> World {
        var spec = ServiceSpec(id: .main, program: shell ? .shell("sleep 1; true") : .command(["sleep", "1"]))
        spec.restart.policy = restart
        var plan = Plan(form: .command, output: .inherit, services: [spec])
        plan.grace = grace
        var world = World(plan)
        #expect(try world.handle(.begin).launched == [.main])
        if executed { try world.spawn(.main) }
        return world
    }

    static let ends: [(FosterCore.ExitStatus, UInt8)] = [
        (.exited(code: 0), 0), (.exited(code: 77), 77), (.exited(code: 255), 255),
        (.signaled(.kill, coreDumped: false), 137), (.signaled(.term, coreDumped: true), 143),
    ]

    @Test("Main's end is foster's, after all descendants have been drained", arguments: ends)
    func end(exit: FosterCore.ExitStatus, code: UInt8) throws {
        var world = try main()
        let effects = try world.handle(.exited(.main, run: 1, exit))
        let deadline = world.now + .seconds(9)
        #expect(effects.contains(.drainAll(deadline: deadline, giveUpAt: deadline + .seconds(1))))
        #expect(!effects.contains { if case .drain = $0 { true } else { false } })
        #expect(world.exitCode == nil)
        #expect(try world.handle(.allDrained(survivors: 1)).last == .finish(exitCode: code))
        #expect(world.timers.isEmpty)
    }

    @Test("A command that cannot be executed ends foster at once", arguments: [125, 126, 127] as [UInt8])
    func spawnFailure(code: UInt8) throws {
        var world = try main(executed: false)
        #expect(try world.fail(toSpawn: .main, code: code).last == .finish(exitCode: code))
        #expect(world.timers.isEmpty)
    }

    @Test("Every signal is forwarded, with its value and in order, also before exec, and none starts a kill")
    func forward() throws {
        var world = try main(executed: false)
        let messages = [
            SignalMessage(.term), SignalMessage(.hup), SignalMessage(try #require(Signal(number: 40)), value: 7),
            SignalMessage(.int), SignalMessage(.int),
        ]
        for message in messages {
            #expect(try world.handle(.signal(message)).contains(.deliver(message, .main, 1, .leader)))
            try world.pass(.seconds(2))
        }
        try world.spawn(.main)
        #expect(try world.pass(.seconds(3600)).killed == [])
        try world.handle(.exited(.main, run: 1, .signaled(.term, coreDumped: false)))
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 143)
        #expect(world.events.filter { $0.type == "signal.received" }.count == messages.count)
    }

    @Test("A shell's group gets the signals")
    func shell() throws {
        var world = try main(shell: true)
        #expect(try world.signal(.usr1).delivered == ["SIGUSR1 main group"])
    }

    @Test("With a grace, the first stop signal leads to a kill when it is over, and the drain ends with it")
    func grace() throws {
        var world = try main(grace: .seconds(5))
        #expect(try world.signal(.usr1).contains { if case .arm = $0 { true } else { false } } == false)
        try world.signal(.term)
        let deadline = world.now + .seconds(5)
        try world.pass(.seconds(1))
        try world.signal(.term)
        #expect(world.timers == [.shutdown: deadline])
        var other = world
        #expect(try world.pass(.seconds(4)).killed == [.main])
        try world.handle(.exited(.main, run: 1, .signaled(.kill, coreDumped: false)))
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 137)

        let effects = try other.handle(.exited(.main, run: 1, .exited(code: 0)))
        #expect(effects.contains(.drainAll(deadline: deadline, giveUpAt: deadline + .seconds(1))))
        #expect(other.timers.isEmpty)
    }

    @Test("With a policy main is restarted, but not after a stop signal")
    func restart() throws {
        var world = try main(restart: .always)
        #expect(try world.end(.main, code: 1).contains(.drain(.main, 1, deadline: world.now + .seconds(10))))
        #expect(try world.state(.main) == .backoff)
        #expect(
            try world.signal(.usr1).last
                == .announce(
                    JournalEntry(
                        revision: world.journal.lastRevision, time: world.now,
                        event: .warning("SIGUSR1 dropped: main is not running"))))
        try world.pass(.milliseconds(100))
        try world.spawn(.main)
        try world.signal(.term)
        try world.handle(.exited(.main, run: 2, .exited(code: 3)))
        #expect(try world.handle(.allDrained(survivors: 0)).last == .finish(exitCode: 3))
    }

    @Test("A stop signal during the backoff ends foster with the last code")
    func stopInBackoff() throws {
        var world = try main(restart: .always)
        try world.end(.main, code: 9)
        #expect(try world.signal(.term).contains { if case .drainAll = $0 { true } else { false } })
        #expect(world.timers.isEmpty)
        #expect(try world.handle(.allDrained(survivors: 0)).last == .finish(exitCode: 9))
    }

    @Test("A stop signal while the remains of a run are ended is the last word, too")
    func stopWhileDraining() throws {
        var world = try main(restart: .always)
        try world.handle(.exited(.main, run: 1, .exited(code: 9)))
        try world.signal(.term)
        try world.handle(.drained(.main, run: 1, killed: false))
        #expect(try world.handle(.allDrained(survivors: 0)).last == .finish(exitCode: 9))
        #expect(world.effects.launched.count == 1)
    }

    @Test("Foster stays when an operator stops main, until it gets a stop signal")
    func operatorStop() throws {
        var world = try main()
        let stop = try world.command(.stop(.main))
        #expect(world.effects.delivered == ["SIGTERM main leader"])
        try world.end(.main, .signaled(.term, coreDumped: false))
        #expect(try world.outcome(stop) == .succeeded)
        let start = try world.command(.start(.main))
        try world.spawn(.main)
        #expect(try world.outcome(start) == .succeeded)
        try world.command(.stop(.main))
        try world.end(.main, code: 0)
        #expect(world.supervisor.snapshot.phase == .running)
        try world.signal(.term)
        #expect(try world.handle(.allDrained(survivors: 0)).last == .finish(exitCode: 0))
    }

    @Test(
        "A shutdown command stops main and kills it after the grace, also when a stop signal was only passed on",
        arguments: [false, true])
    func shutdownCommand(afterSignal: Bool) throws {
        var world = try main()
        if afterSignal { try world.signal(.term) }
        try world.command(.shutdown(exitCode: nil))
        #expect(world.effects.delivered.last == "SIGTERM main leader")
        #expect(try world.pass(.milliseconds(8_500)).killed == [.main])
        try world.end(.main, .signaled(.kill, coreDumped: false))
        #expect(try world.handle(.allDrained(survivors: 0)).last == .finish(exitCode: 137))
        #expect(world.events.filter { $0.type == "shutdown.started" }.count == 1)
        #expect(world.told.filter { $0 == .stopping }.count == 1)
    }

    @Test("A second SIGINT during the drain ends it")
    func interruptDrain() throws {
        var world = try main()
        try world.signal(.int)
        try world.handle(.exited(.main, run: 1, .signaled(.int, coreDumped: false)))
        try world.pass(.seconds(1))
        #expect(
            try world.signal(.int).contains(.drainAll(deadline: world.now, giveUpAt: world.now + .milliseconds(500))))
        #expect(try world.handle(.allDrained(survivors: 0)).last == .finish(exitCode: 130))
    }
}
