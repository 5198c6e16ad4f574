import Testing

@testable import FosterCore

@Suite("The stop of everything")
struct ShutdownTests {
    /// web needs app, app needs db; log stands alone. All run.
    private func running(grace: Duration = .seconds(9)) throws -> World {
        var world = World(
            service("db"), service("app", needs: [Dependency("db", .ready)]),
            service("web", needs: [Dependency("app", .ready)]), service("log"), grace: grace)
        try world.handle(.begin)
        try world.spawn("db", "log")
        try world.spawn("app")
        try world.spawn("web")
        return world
    }

    @Test("Services stop in reverse order, in waves, and foster exits with 0")
    func waves() throws {
        var world = try running()
        #expect(try world.signal(.term).delivered == ["SIGTERM log leader", "SIGTERM web leader"])
        #expect(world.supervisor.snapshot.phase == .stopping)
        #expect(!world.supervisor.snapshot.ready)
        #expect(try world.end("log", .signaled(.term, coreDumped: false)).delivered == [])
        #expect(try world.end("web", code: 3).delivered == ["SIGTERM app leader"])
        #expect(try world.end("app", code: 0).delivered == ["SIGTERM db leader"])
        let last = try world.end("db", .signaled(.term, coreDumped: false))
        #expect(last.contains(.drainAll(deadline: .milliseconds(108_500), giveUpAt: .seconds(109))))
        #expect(world.timers.isEmpty)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 0)
        #expect(world.events.filter { $0.type == "shutdown.started" } == [.shutdownStarted(reason: "SIGTERM")])
    }

    @Test("Each wave gets its share of the time left, its laggards are killed and named, and the code is 137")
    func laggards() throws {
        var world = try running(grace: .milliseconds(9_500))
        try world.signal(.term)
        // Nine seconds for three waves, less than the ten seconds of grace.
        #expect(world.timers[.shutdown] == world.now + .seconds(3))
        try world.end("log", code: 0)
        #expect(try world.pass(.milliseconds(2_999)).killed == [])
        let effects = try world.pass(.milliseconds(1))
        #expect(effects.killed == ["web"])
        #expect(world.events.contains(.shutdownLaggard("web")))
        #expect(effects.delivered == [])
        #expect(try world.end("web", .signaled(.kill, coreDumped: false)).delivered == ["SIGTERM app leader"])
        #expect(world.timers[.shutdown] == world.now + .seconds(3))
        try world.pass(.seconds(1))
        try world.end("app", code: 0)
        // The second that app did not need goes to db.
        #expect(world.timers[.shutdown] == world.now + .seconds(5))
        try world.end("db", code: 0)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 137)
    }

    @Test("A wave gets no longer than its longest grace")
    func ownGrace() throws {
        var world = World(
            service("a", stopGrace: .seconds(1)), service("b", stopGrace: .seconds(2)), grace: .seconds(20))
        try world.handle(.begin)
        try world.spawn("a", "b")
        try world.signal(.int)
        #expect(try world.pass(.seconds(1)).killed == ["a"])
        #expect(try world.pass(.seconds(1)).killed == ["b"])
        #expect(world.events.filter { $0.type == "shutdown.laggard" }.count == 2)
    }

    @Test("What cannot even be killed keeps neither the next wave nor foster's end waiting")
    func unkillable() throws {
        var world = try running()
        try world.signal(.term)
        let effects = try world.pass(.seconds(9))
        #expect(effects.delivered == ["SIGTERM app leader", "SIGTERM db leader"])
        #expect(Set(effects.killed) == ["web", "log", "app", "db"])
        #expect(effects.contains { if case .drainAll = $0 { true } else { false } })
        try world.handle(.allDrained(survivors: 4))
        #expect(world.exitCode == 137)
        #expect(world.events.last == .warning("4 processes could not be ended"))
    }

    @Test("Remains that took SIGKILL make a laggard of their service; survivors change no code")
    func drainedByKill() throws {
        var world = World(service("web"))
        try world.handle(.begin)
        try world.spawn("web")
        try world.signal(.term)
        try world.handle(.exited("web", run: 1, .exited(code: 0)))
        try world.handle(.drained("web", run: 1, killed: true))
        #expect(world.events.contains(.shutdownLaggard("web")))
        try world.handle(.allDrained(survivors: 2))
        #expect(world.exitCode == 137)
    }

    @Test("A second stop request changes nothing")
    func secondRequest() throws {
        var world = try running()
        try world.signal(.term)
        let before = world.supervisor.snapshot.services.map(\.status)
        for signal in [Signal.term, .term, .int, .hup] {
            try world.pass(.milliseconds(10))
            #expect(try world.signal(signal).count == 1, "only signal.received")
        }
        #expect(try world.command(.shutdown(exitCode: 5)).outcome == nil)
        #expect(world.supervisor.snapshot.services.map(\.status) == before)
        #expect(world.effects.delivered.count == 2)
    }

    @Test("Only a second SIGINT at least 1 s after the first skips to the kill")
    func secondInterrupt() throws {
        var world = try running()
        try world.signal(.int)
        try world.pass(.milliseconds(999))
        #expect(try world.signal(.int).killed == [])
        try world.pass(.milliseconds(1))
        let effects = try world.signal(.int)
        #expect(effects.killed == ["db", "app", "web", "log"])
        #expect(effects.contains(.drainAll(deadline: world.now, giveUpAt: world.now + .milliseconds(500))))
        #expect(world.timers.isEmpty)
        for id in ["db", "app", "web", "log"] as [ServiceID] {
            try world.end(id, .signaled(.kill, coreDumped: false))
        }
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 137)
        #expect(world.events.filter { $0.type == "shutdown.laggard" }.count == 4)
    }

    @Test("A crash during the stop is not restarted, nor is what was in backoff")
    func noRestarts() throws {
        let always = RestartRule(policy: .always)
        var world = World(
            service("db", restart: always), service("web", restart: always, needs: [Dependency("db", .ready)]),
            service("flaky", restart: always))
        try world.handle(.begin)
        try world.spawn("db", "flaky")
        try world.spawn("web")
        try world.end("flaky", code: 1)
        try world.signal(.term)
        #expect(try world.state("flaky") == .stopped)
        try world.end("db", code: 1)
        try world.end("web", code: 0)
        #expect(world.effects.launched.count == 3)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 0)
    }

    @Test("A shutdown command's code replaces the stop's, and its operation ends with foster")
    func command() throws {
        var world = World(service("web"))
        try world.handle(.begin)
        try world.spawn("web")
        let operation = try world.command(.shutdown(exitCode: 42))
        try world.end("web", code: 1)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 42)
        #expect(try world.outcome(operation) == .succeeded)
        #expect(try world.handle(.begin).isEmpty && world.signal(.term).isEmpty)
    }

    static let actionCases: [(ContainerAction, ContainerAction, UInt8, UInt8?)] = [
        (.shutdown, .ignore, 0, 0), (.ignore, .shutdown, 9, 9), (.shutdown, .ignore, 9, nil),
        (.ignore, .shutdown, 0, nil),
    ]

    @Test("onExit and onFailure stop everything with that service's code", arguments: actionCases)
    func actions(onExit: ContainerAction, onFailure: ContainerAction, code: UInt8, expected: UInt8?) throws {
        var spec = service("job", onFailure: onFailure)
        spec.onExit = onExit
        var world = World(spec, service("web"))
        try world.handle(.begin)
        try world.spawn("job", "web")
        let effects = try world.end("job", code: code)
        #expect(effects.delivered == (expected == nil ? [] : ["SIGTERM web leader"]))
        guard expected != nil else { return }
        try world.pass(.seconds(20))
        try world.end("web", .signaled(.kill, coreDumped: false))
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == expected, "also when another service was a laggard")
    }

    @Test(
        "When all have ended, the code is that of the last that failed, else 0",
        arguments: [
            ([0, 0], 0), ([3, 0], 3), ([3, 4], 4), ([0, 4], 4),
        ] as [([UInt8], UInt8)])
    func allEnded(codes: [UInt8], expected: UInt8) throws {
        var world = World(service("a", onFailure: .ignore), service("b", onFailure: .ignore))
        try world.handle(.begin)
        try world.spawn("a", "b")
        try world.end("a", code: codes[0])
        try world.pass(.seconds(1))
        try world.end("b", code: codes[1])
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == expected)
    }

    @Test("Foster stays while an operator keeps one service stopped")
    func stoppedStays() throws {
        var world = World(service("a"), service("b"))
        try world.handle(.begin)
        try world.spawn("a", "b")
        try world.command(.stop("a"))
        try world.end("a", code: 0)
        try world.end("b", code: 0)
        #expect(world.supervisor.snapshot.phase == .running)
        #expect(!world.effects.contains { if case .drainAll = $0 { true } else { false } })
        try world.signal(.term)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 0)
    }

    @Test("Above is told READY=1 once, STATUS= at changes, and STOPPING=1 once")
    func upward() throws {
        var world = try running()
        #expect(
            world.told == [
                .status("0 of 4 services ready: waiting for db, app, web, log"),
                .status("1 of 4 services ready: waiting for app, web, log"),
                .status("2 of 4 services ready: waiting for app, web"),
                .status("3 of 4 services ready: waiting for web"),
                .status("4 of 4 services ready"),
                .ready,
            ])
        #expect(world.supervisor.snapshot.started)
        try world.command(.restart("log"))
        try world.end("log", code: 0)
        try world.spawn("log")
        #expect(world.told.filter { $0 == .ready }.count == 1)
        try world.signal(.term)
        try world.signal(.term)
        #expect(world.told.suffix(3) == [.stopping, .status("stopping"), .extendTimeout(.seconds(10))])
    }

    @Test("With no time at all every wave still gets its stop signal")
    func noGrace() throws {
        var world = try running(grace: .zero)
        try world.signal(.term)
        try world.pass(.zero)
        #expect(world.effects.delivered.count == 4)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 137)
    }
}
