import Testing

@testable import FosterCore

@Suite("Dependencies")
struct DependencyTests {
    @Test("Services start in waves, as conditions come to hold")
    func waves() throws {
        var world = World(
            service("web", needs: [Dependency("db", .ready), Dependency("migrate", .completed)]),
            service("migrate", needs: [Dependency("db", .started)]),
            service("db", readiness: .notify))
        #expect(try world.handle(.begin).launched == ["db"])
        #expect(try world.status("web").waitingFor == [Dependency("db", .ready), Dependency("migrate", .completed)])
        #expect(try world.status("web").reason == "waiting for db, migrate")
        #expect(try world.state("web") == .starting)
        #expect(try world.spawn("db").launched == ["migrate"])
        try world.spawn("migrate")
        #expect(try world.handle(.notified("db", run: 1, .ready)).launched == [])
        #expect(try world.status("web").waitingFor == [Dependency("migrate", .completed)])
        #expect(try world.end("migrate", code: 0).launched == ["web"])
        try world.spawn("web")
        #expect(try world.status("web").waitingFor == [])
        #expect(world.supervisor.snapshot.ready)
        #expect(world.supervisor.snapshot.phase == .running)
    }

    @Test("READY=1 that overtakes the report of exec is kept")
    func earlyReady() throws {
        var world = World(service("db", readiness: .notify))
        try world.handle(.begin)
        try world.handle(.notified("db", run: 1, .ready))
        #expect(try world.state("db") == .starting)
        try world.spawn("db")
        #expect(try world.status("db").ready)
    }

    static let hopelessCases: [(DependencyCondition, UInt8, ServiceStateName, String?)] = [
        (.ready, 3, .failed, "dependency \"db\" failed"),
        (.completed, 3, .failed, "dependency \"db\" failed"),
        (.started, 3, .starting, nil),
        (.ready, 0, .failed, "dependency \"db\" completed and cannot become ready"),
        (.completed, 0, .starting, nil),
    ]

    @Test("A condition that can never hold fails who waits for it", arguments: hopelessCases)
    func hopeless(condition: DependencyCondition, code: UInt8, state: ServiceStateName, reason: String?) throws {
        let gate = service("gate", readiness: .notify)
        let web = service(
            "web", needs: [Dependency("gate", .ready), Dependency("db", condition)], onFailure: .ignore)
        var world = World(web, service("db", onFailure: .ignore), gate)
        try world.handle(.begin)
        try world.spawn("gate", "db")
        try world.end("db", code: code)
        try world.handle(.notified("gate", run: 1, .ready))
        #expect(try world.state("web") == state)
        #expect(try world.status("web").reason == reason)
    }

    @Test("When nothing runs and nothing will, foster exits with the failed dependency's code")
    func endByDependency() throws {
        var world = World(
            service("db", onFailure: .ignore),
            service("app", needs: [Dependency("db", .completed)], onFailure: .ignore),
            service("web", needs: [Dependency("app", .ready)], onFailure: .ignore))
        try world.handle(.begin)
        try world.spawn("db")
        try world.end("db", code: 7)
        #expect(try world.status("web").reason == "dependency \"app\" failed")
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 7)
    }

    @Test("A service whose dependency gave up ends the container unless it says otherwise")
    func failureReachesContainer() throws {
        var world = World(
            service("db", onFailure: .ignore), service("web", needs: [Dependency("db", .completed)]), service("log"))
        try world.handle(.begin)
        try world.spawn("db", "log")
        #expect(try world.end("db", code: 7).delivered == ["SIGTERM log leader"])
        try world.end("log", code: 0)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 7)
    }

    @Test("A start by an operator starts what it needs, all the way down, and a stop leaves dependents alone")
    func pull() throws {
        var world = World(
            service("web", needs: [Dependency("app", .ready)]), service("app", needs: [Dependency("db", .ready)]),
            service("db"))
        try world.handle(.begin)
        try world.spawn("db")
        try world.spawn("app")
        try world.spawn("web")
        for id in ["db", "app", "web"] as [ServiceID] {
            #expect(try world.command(.stop(id)).outcome == nil)
            #expect(world.effects.delivered.last == "SIGTERM \(id) leader")
            try world.end(id, .signaled(.term, coreDumped: false))
            #expect(try world.state(id) == .stopped)
        }
        #expect(world.exitCode == nil, "what an operator stopped does not end the container")
        let start = try world.command(.start("web"))
        #expect(try world.state("app") == .starting)
        #expect(try world.state("db") == .starting)
        try world.spawn("db")
        try world.spawn("app")
        #expect(try world.outcome(start) == nil)
        try world.spawn("web")
        #expect(try world.outcome(start) == .succeeded)
    }

    @Test("A start by an operator gives a dependency that gave up another chance")
    func pullFailed() throws {
        var world = World(
            service("web", needs: [Dependency("db", .ready)], onFailure: .ignore), service("db", onFailure: .ignore),
            service("log"))
        try world.handle(.begin)
        try world.spawn("log")
        try world.fail(toSpawn: "db")
        #expect(try world.state("web") == .failed)
        let start = try world.command(.start("web"))
        #expect(try world.state("web") == .starting)
        #expect(try world.state("db") == .starting)
        try world.fail(toSpawn: "db")
        #expect(try world.outcome(start) == .failed(code: "start-failed", message: "dependency \"db\" failed"))
    }

    @Test("A dependency that is started along supersedes its own stop")
    func pullStopping() throws {
        var world = World(service("web", needs: [Dependency("db", .ready)], readiness: .notify), service("db"))
        try world.handle(.begin)
        try world.spawn("db")
        try world.spawn("web")
        let stop = try world.command(.stop("db"))
        try world.command(.start("web"))
        #expect(try world.outcome(stop) == .superseded)
        #expect(try world.end("db", code: 0).launched == ["db"])
    }

    @Test("A restart by policy waits again for what the service needs")
    func restartWaits() throws {
        let always = RestartRule(policy: .always)
        var world = World(
            service("web", restart: always, needs: [Dependency("db", .ready)]), service("db", restart: always))
        try world.handle(.begin)
        try world.spawn("db")
        try world.spawn("web")
        try world.end("web", code: 1)
        try world.pass(.milliseconds(50))
        try world.end("db", code: 1)
        #expect(try world.pass(.milliseconds(50)).launched == [])
        #expect(try world.status("web").waitingFor == [Dependency("db", .ready)])
        #expect(try world.pass(.milliseconds(50)).launched == ["db"])
        #expect(try world.spawn("db").launched == ["web"])
    }

    @Test("A command to start that comes before the beginning is kept")
    func startBeforeBegin() throws {
        var world = World(service("web"))
        try world.command(.start("web"))
        #expect(world.effects.launched == [])
        #expect(try world.handle(.begin).launched == ["web"])
    }
}
