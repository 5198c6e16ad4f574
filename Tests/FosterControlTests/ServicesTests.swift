import FosterAPI
import FosterCore
import FosterLoop
import FosterWire
import Testing

@testable import FosterControl

@Suite struct ServicesTests {
    @Test func aServiceIsShownWithWhatWasAskedAndWhatItIs() throws {
        let fixture = try Fixture([
            Fixture.service("db"),
            Fixture.service("web") {
                $0.program = .shell("exec web")
                $0.env = [EnvironmentVariable(name: "A", value: "1"), EnvironmentVariable(name: "A", value: "2")]
                $0.restart = RestartRule(policy: .onFailure, maxRetries: 5)
                $0.stop = StopRule(signal: .quit, scope: .group, grace: .milliseconds(1500))
                $0.dependsOn = [Dependency("db", .ready)]
                $0.readiness = .notify
            },
        ])
        fixture.initSide.happen(.begin)
        let service = try fixture.get("/v1/services/web").decode(ServiceResource.self)
        #expect(service.name == "web")
        #expect(service.spec.shell == "exec web")
        #expect(service.spec.command == nil)
        #expect(service.spec.env == ["A": "2"])
        #expect(service.spec.restart.policy == "on-failure")
        #expect(service.spec.restart.maxRetries == 5)
        #expect(service.spec.restart.maxDelay == "1m")
        #expect(service.spec.stop == .init(signal: "SIGQUIT", scope: "group", grace: "1s500ms"))
        #expect(service.spec.dependsOn == ["db": "ready"])
        #expect(service.spec.readiness == .init(notify: true))
        #expect(service.spec.startTimeout == "1m30s")
        #expect(service.status.state == "starting")
        #expect(service.status.runId == 1)
        #expect(service.status.pid == 1001)
        #expect(service.status.startedAt != nil)
        #expect(service.status.lastExit == nil)

        fixture.initSide.happen(.exited("web", run: 1, .signaled(.kill, coreDumped: false)))
        let after = try fixture.get("/v1/services/web").decode(ServiceResource.self).status
        #expect(after.state == "backoff")
        #expect(after.nextStartAt != nil)
        #expect(after.lastExit?.code == 137)
        #expect(after.lastExit?.signal == "SIGKILL")
        #expect(after.lastExit?.cause == "signal")
    }

    @Test(arguments: [
        ("", ["a", "b", "c"]), ("?state=running", ["a", "c"]), ("?state=running,stopped", ["a", "b", "c"]),
        ("?ready=false", ["b"]), ("?name=a,b", ["a", "b"]), ("?name=a,b&state=running", ["a"]), ("?name=none", []),
    ])
    func aListHasWhatItsFilterLetsThrough(query: String, names: [String]) throws {
        let fixture = try Fixture(["a", "b", "c"].map { Fixture.service($0) })
        fixture.initSide.happen(
            .begin, .command(Command(id: CommandID(1), action: .stop("b"), actor: "test")),
            .exited("b", run: 1, .exited(code: 0)))
        let list = try fixture.get("/v1/services\(query)").decode(ServiceList.self)
        #expect(list.items.map(\.name) == names)
        #expect(list.revision == fixture.initSide.status.value.snapshot.revision)
        #expect(list.cursor == Cursor(epoch: Fixture.epoch, revision: list.revision))
    }

    @Test func theTagChangesWithTheStateAndOnlyThen() throws {
        let fixture = try Fixture([Fixture.service("a"), Fixture.service("b")])
        fixture.initSide.happen(.begin)
        let list = try #require(try fixture.get("/v1/services").fields["etag"])
        let one = try #require(try fixture.get("/v1/services/a").fields["etag"])
        let info = try #require(try fixture.get("/v1/info").fields["etag"])
        for (target, tag) in [("/v1/services", list), ("/v1/services/a", one), ("/v1/info", info)] {
            let answer = try fixture.get(target, ["If-None-Match": "\"x\", W/\(tag)"])
            #expect(answer.status == 304)
            #expect(answer.fields["etag"] == tag)
            #expect(answer.body.isEmpty)
        }
        fixture.initSide.happen(.exited("b", run: 1, .exited(code: 1)))
        #expect(try fixture.get("/v1/services", ["If-None-Match": list]).status == 200)
        #expect(try fixture.get("/v1/services/a", ["If-None-Match": one]).status == 304)
        #expect(try fixture.get("/v1/services/b", ["If-None-Match": one]).status == 200)
    }

    @Test func onlyChangedServicesAreEncodedAnew() throws {
        var bodies = ServiceBodies()
        let life = Life(epoch: 1, wallOffset: .zero)
        var snapshot = Snapshot()
        snapshot.services = ["a", "b"].map {
            ServiceRecord(spec: Fixture.service($0), status: ServiceStatus())
        }
        _ = bodies.list(snapshot, life)
        var status = ServiceStatus()
        status.state = .failed
        // The same record, though another life would show it: known by its identity, it is not looked at again.
        let other = Life(epoch: 2, wallOffset: .seconds(1))
        let first = bodies.body(of: 0, snapshot, life)
        snapshot.revision = 1
        snapshot.services[1] = ServiceRecord(spec: snapshot.services[1].spec, status: status)
        let list = String(decoding: bodies.list(snapshot, other).body, as: UTF8.self)
        #expect(list.contains(String(decoding: first, as: UTF8.self)))
        #expect(list.contains("\"state\":\"failed\""))
    }

    @Test func infoSaysWhatFosterIs() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let info = try fixture.get("/v1/info").decode(Info.self)
        #expect(info.version == "1.2.3")
        #expect(info.form == "services")
        #expect(info.ready)
        #expect(info.phase == "running")
        #expect(info.cursor.epoch == Fixture.epoch)
        #expect(info.revision == fixture.initSide.status.value.snapshot.revision)
    }
}
