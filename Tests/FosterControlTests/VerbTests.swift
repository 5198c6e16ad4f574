import FosterAPI
import FosterCore
import FosterLoop
import FosterSystem
import Testing

@testable import FosterControl

@Suite struct VerbTests {
    @Test func aVerbIsAcceptedWithAnOperationThatCanBeFollowed() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let answer = try fixture.command("/v1/services/web/stop")
        #expect(answer.status == 202)
        let operation = try answer.decode(OperationResource.self)
        #expect(operation.verb == "stop")
        #expect(operation.service == "web")
        #expect(operation.status == .running)
        #expect(operation.actor.hasPrefix("uid "))
        let location = try #require(answer.fields["location"])
        #expect(location == "/v1/operations/\(operation.id)")
        #expect(try fixture.get(location).decode(OperationResource.self) == operation)

        fixture.initSide.happen(.exited("web", run: 1, .signaled(.term, coreDumped: false)))
        let done = try fixture.get(location).decode(OperationResource.self)
        #expect(done.status == .succeeded)
        #expect(done.finishedAt != nil)
    }

    @Test(arguments: [("?wait=30s", [:]), ("", ["Prefer": "respond-async, wait=30"])])
    func whoWaitsIsAnsweredAtTheEnd(query: String, fields: [String: String]) throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let client = try fixture.connect()
        client.request("POST", "/v1/services/web/stop\(query)", fields)
        try #require(try fixture.initSide.takeRequests())
        fixture.initSide.happen(.exited("web", run: 1, .exited(code: 0)))
        let answer = try client.receive()
        #expect(answer.status == 200)
        #expect(try answer.decode(OperationResource.self).status == .succeeded)
    }

    @Test func whoHasWaitedLongEnoughIsToldThatItStillRuns() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let answer = try fixture.command("/v1/services/web/stop?wait=50ms")
        #expect(answer.status == 202)
        #expect(try answer.decode(OperationResource.self).status == .running)
        #expect(answer.fields["location"] != nil)
    }

    @Test func aFailureIsAConflictThatCarriesTheOperation() throws {
        let fixture = try Fixture([Fixture.service("web") { $0.readiness = .notify }])
        let client = try fixture.connect()
        client.request("POST", "/v1/services/web/start?wait=1m")
        try #require(try fixture.initSide.takeRequests())
        fixture.initSide.happen(.begin, .exited("web", run: 1, .exited(code: 3)))
        let answer = try client.receive()
        let problem = try answer.problem
        #expect(answer.status == 409)
        #expect(problem.code == "operation-failed")
        #expect(problem.instance == "/v1/services/web/start")
        #expect(problem.operation?.status == .failed)
        #expect(problem.operation?.failure?.code == "start-failed")
        #expect(problem.detail == "start-failed: exited with code 3 before it was ready")
    }

    @Test func whatTheOppositeVerbReplacedIsAConflict() throws {
        let fixture = try Fixture([Fixture.service("web") { $0.readiness = .notify }])
        fixture.initSide.happen(.begin)
        let client = try fixture.connect()
        client.request("POST", "/v1/services/web/restart?wait=1m")
        try #require(try fixture.initSide.takeRequests())
        _ = try fixture.command("/v1/services/web/stop")
        #expect(try client.receive().problem.code == "operation-superseded")
    }

    @Test func theSameVerbJoinsTheOperation() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let first = try fixture.command("/v1/services/web/stop").decode(OperationResource.self)
        let second = try fixture.command("/v1/services/web/stop").decode(OperationResource.self)
        #expect(first.id == second.id)
    }

    @Test func aSignalReachesWhomItNames() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let answer = try fixture.command(
            "/v1/services/web/signal?wait=1s", body: #"{"signal":"USR1","scope":"all","ifRunId":1}"#)
        #expect(answer.status == 200)
        #expect(fixture.initSide.effects.contains(.deliver(SignalMessage(.usr1), "web", 1, .tree)))
    }

    @Test func aShutdownTakesItsCode() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let answer = try fixture.command("/v1/shutdown", body: #"{"exitCode":7}"#)
        #expect(answer.status == 202)
        #expect(try answer.decode(OperationResource.self).service == nil)
        #expect(try fixture.get("/v1/info").decode(Info.self).phase == "stopping")
        let refused = try fixture.ask("POST", "/v1/services/web/restart")
        #expect(try refused.problem.code == "shutting-down")
        fixture.initSide.happen(.exited("web", run: 1, .exited(code: 0)))
        fixture.initSide.happen(.allDrained(survivors: 0))
        #expect(fixture.initSide.effects.contains(.finish(exitCode: 7)))
    }

    @Test(arguments: [
        ("stop", #"{"ifRunId":2}"#, 409, "run-mismatch"), ("restart", #"{"ifRunId":0}"#, 409, "run-mismatch"),
        ("signal", #"{"signal":"HUP","ifRunId":9}"#, 409, "run-mismatch"),
        ("signal", #"{"signal":"HAP"}"#, 400, "invalid-member"), ("signal", "{}", 400, "missing-member"),
        ("signal", #"{"signal":"HUP","scope":"tree"}"#, 400, "invalid-member"),
        ("signal", #"{"signal":1}"#, 400, "invalid-member"), ("stop", #"{"ifRunID":1}"#, 400, "unknown-member"),
        ("start", #"{"ifRunId":1}"#, 400, "unknown-member"), ("stop", "[]", 400, "invalid-json"),
        ("stop", "{", 400, "invalid-json"), ("stop", #"{"ifRunId":-1}"#, 400, "invalid-member"),
        ("stop", #"{"ifRunId":1e99}"#, 400, "invalid-member"),
        ("stop", #"{"ifRunId":[[[[[[[1]]]]]]]}"#, 400, "invalid-member"),
        ("stop", #"{"ifRunId":"# + String(repeating: "[", count: 100_000), 400, "invalid-json"),
    ])
    func aBadBodyIsRefusedBeforeInitHearsOfIt(verb: String, body: String, status: Int, code: String) throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let answer = try fixture.ask("POST", "/v1/services/web/\(verb)", body: body)
        #expect(answer.status == status)
        #expect(try answer.problem.code == code)
        #expect(try !fixture.initSide.takeRequests(within: .zero))
    }

    @Test func aBodyMustSayThatItIsJSON() throws {
        let fixture = try Fixture()
        let answer = try fixture.ask("POST", "/v1/shutdown", ["Content-Type": "text/plain"], body: "{}")
        #expect(answer.status == 415)
        #expect(answer.fields["accept"] == "application/json")
        let fine = try fixture.command(
            "/v1/shutdown", body: "{}", ["Content-Type": "Application/JSON; charset=utf-8"])
        #expect(fine.status == 202)
    }

    @Test func whatDoesNotRunGetsNoSignal() throws {
        let fixture = try Fixture()
        let answer = try fixture.ask("POST", "/v1/services/web/signal", body: #"{"signal":"HUP"}"#)
        #expect(answer.status == 409)
        #expect(try answer.problem.code == "not-running")
    }

    @Test func aFullMailboxIsSaidToBeFull() throws {
        let fixture = try Fixture(mailbox: 1)
        let first = try fixture.connect()
        first.request("POST", "/v1/services/web/start")
        // What came later is answered, so the first has been posted; nothing drains the mailbox, which has room for one.
        #expect(try fixture.get("/v1/info").status == 200)
        let answer = try fixture.ask("POST", "/v1/services/web/start")
        #expect(answer.status == 503)
        #expect(answer.fields["retry-after"] == "1")
        #expect(try answer.problem.code == "busy")
        try #require(try fixture.initSide.takeRequests())
        #expect(try first.receive().status == 202)
    }

    @Test func anExchangeWhosePeerHasLeftIsGivenUp() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        var client: Client? = try fixture.connect()
        client?.request("POST", "/v1/services/web/stop?wait=1h")
        try #require(try fixture.initSide.takeRequests())
        #expect(try fixture.connections() == 2)
        client = nil
        // The connection that asks is one itself.
        let limit = Clock.uptime() + .seconds(5)
        while try fixture.connections() != 1 { try #require(Clock.uptime() < limit) }
    }
}

extension Fixture {
    /// Open connections of the control socket, that of the question included.
    func connections() throws -> Int? {
        let prefix = "foster_http_connections{listener=\"control\"} "
        let line = try get("/metrics").text.split(separator: "\n").first { $0.hasPrefix(prefix) }
        return line.flatMap { Int($0.dropFirst(prefix.count)) }
    }
}
