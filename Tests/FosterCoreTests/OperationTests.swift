import Testing

@testable import FosterCore

@Suite("Operations")
struct OperationTests {
    /// A world in which `web` runs, and `other` too, so that the end of `web` is not the container's.
    private func running(_ readiness: Readiness = .none, restart: RestartPolicy = .no) throws -> World {
        let rule = RestartRule(policy: restart)
        var world = World(service("web", restart: rule, readiness: readiness, onFailure: .ignore), service("other"))
        try world.handle(.begin)
        try world.spawn("web", "other")
        if readiness == .notify { try world.handle(.notified("web", run: 1, .ready)) }
        return world
    }

    @Test("Restart stops, starts anew, and is done when the new run is ready")
    func restart() throws {
        var world = try running(.notify)
        let operation = try world.command(.restart("web"))
        #expect(world.effects.delivered == ["SIGTERM web leader"])
        #expect(try world.end("web", .signaled(.term, coreDumped: false)).launched == ["web"])
        try world.spawn("web")
        #expect(try world.outcome(operation) == nil)
        try world.handle(.notified("web", run: 2, .ready))
        #expect(try world.outcome(operation) == .succeeded)
        #expect(try world.status("web").restarts == 0, "only the policy's restarts are counted")
        #expect(try world.status("web").lastExit?.cause == .stop)
    }

    @Test("Restart fails when the new run does not get ready")
    func restartFails() throws {
        var world = try running(.notify, restart: .always)
        let operation = try world.command(.restart("web"))
        try world.end("web", code: 0)
        try world.spawn("web")
        try world.end("web", code: 5)
        #expect(
            try world.outcome(operation)
                == .failed(code: "start-failed", message: "exited with code 5 before it was ready"))
        #expect(try world.state("web") == .backoff)
    }

    @Test("Start of what runs succeeds at once, and of what is starting with the run under way")
    func startOfRunning() throws {
        var world = try running()
        #expect(try world.command(.start("web")).outcome == .succeeded)
        try world.command(.restart("web"))
        try world.end("web", code: 0)
        let start = try world.command(.start("web"))
        #expect(start.outcome == nil)
        try world.spawn("web")
        #expect(try world.outcome(start) == .succeeded)
        #expect(try world.run("web") == 2)
    }

    @Test("Start fails when the launch does")
    func startFails() throws {
        var world = try running()
        try world.end("web", code: 1)
        let start = try world.command(.start("web"))
        try world.fail(toSpawn: "web")
        #expect(try world.outcome(start) == .failed(code: "start-failed", message: "exec \"/nowhere\": ENOENT"))
    }

    @Test("The same verb joins the running operation")
    func join() throws {
        var world = try running()
        let first = try world.command(.restart("web"))
        let second = try world.command(.restart("web"))
        #expect(first.id == second.id && second.commands.count == 2)
        #expect(world.effects.delivered.count == 1)
    }

    static let opposites: [(Command.Action, Command.Action)] = [
        (.start("web"), .stop("web")), (.restart("web"), .stop("web")), (.stop("web"), .start("web")),
        (.stop("web"), .restart("web")), (.start("web"), .restart("web")),
    ]

    @Test("The opposite verb takes the place of the running operation", arguments: opposites)
    func supersede(first: Command.Action, second: Command.Action) throws {
        var world = try running(.notify)
        try world.command(.stop("web"))
        try world.end("web", code: 0)
        // A run that is not ready yet keeps the start from being done.
        try world.command(.start("web"))
        try world.spawn("web")
        let old = try world.command(first)
        let new = try world.command(second)
        #expect(try world.outcome(old) == .superseded)
        #expect(try world.outcome(new) == nil)
        if case .stop = second {
            try world.end("web", code: 0)
            #expect(try world.state("web") == .stopped)
        } else {
            #expect(try world.end("web", code: 0).launched == ["web"])
            try world.spawn("web")
            try world.handle(.notified("web", run: 3, .ready))
        }
        #expect(try world.outcome(new) == .succeeded)
    }

    @Test("Stop of what does not run is done at once", arguments: [false, true])
    func stopOfBackoff(inBackoff: Bool) throws {
        var world = try running(restart: inBackoff ? .always : .no)
        try world.end("web", code: 1)
        #expect(try world.state("web") == (inBackoff ? .backoff : .failed))
        #expect(try world.command(.stop("web")).outcome == .succeeded)
        #expect(try world.state("web") == .stopped)
        #expect(try world.status("web").wanted == .down)
        #expect(try world.pass(.seconds(100)).isEmpty)
    }

    @Test("A stop before exec waits for it, and the grace ends in a kill that does not")
    func stopBeforeExec() throws {
        var world = World(service("web"), service("other"))
        try world.handle(.begin)
        let stop = try world.command(.stop("web"))
        #expect(world.effects.delivered == ["SIGTERM web leader"])
        #expect(try world.pass(.seconds(10)).killed == ["web"])
        try world.end("web", .signaled(.kill, coreDumped: false))
        #expect(try world.outcome(stop) == .succeeded)
    }

    @Test("An end that was asked for is not restarted, whatever the policy", arguments: RestartPolicy.allCases)
    func stopIsFinal(policy: RestartPolicy) throws {
        var world = try running(restart: policy)
        try world.command(.stop("web"))
        try world.end("web", .signaled(.term, coreDumped: false))
        #expect(try world.state("web") == .stopped)
        #expect(try world.pass(.seconds(100)).isEmpty)
    }

    @Test("The stop signal of a shell form reaches the group at least")
    func shellForm() throws {
        var spec = service("web")
        spec.program = .shell("exec nginx | tee log")
        spec.stop.signal = .quit
        var world = World(spec, service("other"))
        try world.handle(.begin)
        try world.spawn("web")
        try world.command(.stop("web"))
        #expect(world.effects.delivered == ["SIGQUIT web group"])
    }

    @Test("Signals are delivered to the live run, and its death counts")
    func signals() throws {
        var world = try running(restart: .onFailure)
        #expect(try world.command(.signal("web", .hup, .tree)).outcome == .succeeded)
        #expect(world.effects.delivered == ["SIGHUP web tree"])
        try world.end("web", .signaled(.hup, coreDumped: false))
        #expect(try world.state("web") == .backoff)
        #expect(try world.status("web").lastExit?.cause == .signal)
        #expect(try failureCode(world.command(.signal("web", .hup, .leader))) == "not-running")
    }

    @Test(
        "What cannot be done is refused with a code",
        arguments: [
            (Command.Action.start("nobody"), RunID?.none, "no-such-service"),
            (.signal("nobody", .term, .leader), nil, "no-such-service"),
            (.stop("web"), 7, "run-mismatch"),
            (.restart("web"), 7, "run-mismatch"),
            (.signal("web", .term, .leader), 7, "run-mismatch"),
        ])
    func refusals(action: Command.Action, run: RunID?, code: String) throws {
        var world = try running()
        #expect(try failureCode(world.command(action, ifRunID: run)) == code)
        #expect(try world.state("web") == .running)
        #expect(try world.command(.stop("web"), ifRunID: 1).outcome == nil)
    }

    @Test("While everything stops, starts are refused and stops are answered in their turn")
    func duringShutdown() throws {
        var world = try running()
        let restart = try world.command(.restart("other"))
        try world.signal(.term)
        #expect(try world.outcome(restart) == .superseded)
        #expect(try failureCode(world.command(.start("web"))) == "shutting-down")
        #expect(try failureCode(world.command(.restart("web"))) == "shutting-down")
        let stop = try world.command(.stop("web"))
        try world.end("web", code: 0)
        #expect(try world.outcome(stop) == .succeeded)
    }

    @Test("Of what ended, 256 operations are kept, and all that run")
    func limit() throws {
        var world = try running()
        let stop = try world.command(.stop("web"))
        for _ in 0..<300 { try world.command(.signal("other", .usr1, .leader)) }
        let operations = world.supervisor.snapshot.operations
        #expect(operations.count == 257)
        #expect(operations.first == stop)
    }

    @Test("Every operation is announced twice")
    func announced() throws {
        var world = try running()
        let stop = try world.command(.stop("web"))
        try world.end("web", code: 0)
        #expect(world.events.contains(.operationCreated(stop.id, .stop, "web", actor: "uid 0")))
        #expect(world.events.contains(.operationFinished(stop.id, .stop, "web", .succeeded)))
    }

    private func failureCode(_ operation: OperationRecord) -> String? {
        if case .failed(let code, _) = operation.outcome { code } else { nil }
    }
}
