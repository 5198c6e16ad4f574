import Testing

@testable import FosterCore

@Suite("Restart policy")
struct RestartTests {
    @Test("Delays are 100, 200, 400 ms, as Docker's")
    func delays() throws {
        var world = World(service("web", restart: RestartRule(policy: .always)))
        try world.handle(.begin)
        var delays: [Duration] = []
        for _ in 0..<4 {
            try world.spawn("web")
            try world.end("web", code: 1)
            #expect(try world.state("web") == .backoff)
            let next = try #require(world.status("web").nextStartAt)
            delays.append(next - world.now)
            #expect(try world.pass(next - world.now - .milliseconds(1)).launched == [])
            #expect(try world.pass(.milliseconds(1)).launched == ["web"])
        }
        #expect(delays == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800)])
        #expect(try world.status("web").restarts == 4)
        #expect(try world.status("web").exits == 4)
    }

    @Test("The delay stays at its limit, and goes back after a long run")
    func limitAndReset() throws {
        var rule = RestartRule(policy: .always)
        rule.maxDelay = .milliseconds(300)
        var world = World(service("web", restart: rule))
        try world.handle(.begin)
        for expected in [100, 200, 300, 300] as [Int64] {
            try world.spawn("web")
            try world.pass(.milliseconds(9_999))
            try world.end("web", code: 0)
            #expect(try world.status("web").nextStartAt == world.now + .milliseconds(expected))
            try world.pass(.milliseconds(expected))
        }
        try world.spawn("web")
        try world.pass(.seconds(10))
        try world.end("web", code: 0)
        #expect(try world.status("web").nextStartAt == world.now + .milliseconds(100))
    }

    @Test("A delay of 0 restarts at once, without backoff")
    func noDelay() throws {
        var rule = RestartRule(policy: .always)
        rule.delay = .zero
        var world = World(service("web", restart: rule))
        try world.handle(.begin)
        for run in 2...5 as ClosedRange<UInt64> {
            try world.spawn("web")
            #expect(try world.end("web", code: 1).contains(.launch("web", RunID(run))))
        }
        #expect(world.timers[.restart("web")] == nil)
        #expect(try world.status("web").restarts == 4)
    }

    static let policies: [(RestartPolicy, UInt8, ServiceStateName)] = [
        (.no, 0, .completed), (.no, 1, .failed),
        (.onFailure, 0, .completed), (.onFailure, 1, .backoff),
        (.always, 0, .backoff), (.always, 1, .backoff),
        (.unlessStopped, 0, .backoff), (.unlessStopped, 1, .backoff),
    ]

    @Test("Each policy answers a good and a bad end", arguments: policies)
    func policy(policy: RestartPolicy, code: UInt8, expected: ServiceStateName) throws {
        var world = World(
            service("web", restart: RestartRule(policy: policy), onFailure: .ignore), service("other"))
        try world.handle(.begin)
        try world.spawn("web", "other")
        try world.end("web", code: code)
        #expect(try world.state("web") == expected)
        #expect(try world.status("web").wanted == .up)
        #expect(try world.status("web").lastExit?.cause == .exit)
    }

    @Test("Retries are counted over long runs too, and set back by an operator")
    func retries() throws {
        let rule = RestartRule(policy: .onFailure, maxRetries: 2)
        var world = World(service("web", restart: rule, onFailure: .ignore), service("other"))
        try world.handle(.begin)
        try world.spawn("other")
        for _ in 0..<2 {
            for _ in 0..<2 {
                try world.spawn("web")
                try world.pass(.seconds(60))
                try world.end("web", .signaled(.kill, coreDumped: false))
                #expect(try world.state("web") == .backoff)
                try world.pass(.seconds(1))
            }
            try world.spawn("web")
            try world.end("web", code: 3)
            #expect(try world.state("web") == .failed)
            #expect(try world.status("web").reason == "exited with code 3")
            try world.command(.start("web"))
            #expect(try world.state("web") == .starting)
        }
        #expect(try world.status("web").restarts == 4)
    }

    @Test("A launch that fails carries its code and follows the backoff")
    func spawnFailure() throws {
        var world = World(service("web", restart: RestartRule(policy: .onFailure, maxRetries: 1)))
        try world.handle(.begin)
        try world.fail(toSpawn: "web", code: 126)
        #expect(try world.state("web") == .backoff)
        let end = try #require(world.status("web").lastExit)
        #expect(end.cause == .spawn && end.code == 126 && end.reason == "exec \"/nowhere\": ENOENT")
        try world.pass(.milliseconds(100))
        try world.fail(toSpawn: "web", code: 127)
        #expect(try world.state("web") == .failed)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 127)
    }

    @Test("What a dead run left behind is ended before the next run starts")
    func drain() throws {
        var rule = RestartRule(policy: .always)
        rule.delay = .zero
        var world = World(service("web", restart: rule, stopGrace: .seconds(3)))
        try world.handle(.begin)
        try world.spawn("web")
        let effects = try world.handle(.exited("web", run: 1, .exited(code: 1)))
        #expect(effects.contains(.drain("web", 1, deadline: world.now + .seconds(3))))
        #expect(effects.launched.isEmpty)
        #expect(try world.state("web") == .stopping)
        #expect(try world.handle(.drained("web", run: 1, killed: true)).launched == ["web"])
    }

    @Test("A run that is not ready in time is stopped, then killed, and counts as a failure")
    func startTimeout() throws {
        var spec = service("web", restart: RestartRule(policy: .onFailure), readiness: .notify)
        spec.startTimeout = .seconds(5)
        var world = World(spec)
        try world.handle(.begin)
        try world.spawn("web")
        #expect(try world.pass(.seconds(5)).delivered == ["SIGTERM web leader"])
        #expect(try world.pass(.seconds(10)).killed == ["web"])
        try world.end("web", .signaled(.kill, coreDumped: false))
        #expect(try world.status("web").lastExit?.cause == .startTimeout)
        #expect(try world.state("web") == .backoff)
        try world.pass(.milliseconds(100))
        try world.spawn("web")
        try world.handle(.notified("web", run: 2, .ready))
        #expect(try world.pass(.seconds(60)).isEmpty)
        #expect(try world.state("web") == .running)
    }

    @Test("An exit with 0 before READY=1 is a failed start, and gives the container the code 1")
    func exitBeforeReady() throws {
        var world = World(service("web", readiness: .notify))
        try world.handle(.begin)
        try world.spawn("web")
        try world.end("web", code: 0)
        #expect(try world.status("web").reason == "exited with code 0 before it was ready")
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 1)
    }

    @Test("Absurd durations neither trap nor hang")
    func extremes() throws {
        var rule = RestartRule(policy: .always)
        rule.delay = .seconds(Int64.max)
        rule.maxDelay = .seconds(Int64.max)
        rule.resetAfter = .seconds(Int64.min)
        var spec = service("web", restart: rule, stopGrace: .seconds(Int64.max))
        spec.startTimeout = .seconds(Int64.max)
        var world = World(spec, grace: .seconds(Int64.max))
        try world.handle(.begin)
        try world.spawn("web")
        try world.end("web", code: 1)
        #expect(try world.state("web") == .backoff)
        try world.command(.restart("web"))
        try world.spawn("web")
        try world.signal(.term)
        try world.end("web", code: 0)
        try world.handle(.allDrained(survivors: 0))
        #expect(world.exitCode == 0)
    }

    @Test("A timer that comes before its time is armed again")
    func earlyTimer() throws {
        var world = World(service("web", restart: RestartRule(policy: .always)))
        try world.handle(.begin)
        try world.spawn("web")
        try world.end("web", code: 1)
        #expect(
            try world.handle(.timer(.restart("web"))) == [.arm(.restart("web"), at: world.now + .milliseconds(100))])
    }
}
