import FosterAPI
import FosterCore
import Foundation
import Testing

@testable import FosterControl
@testable import FosterSystem

@Suite struct ProcessTests {
    @Test func fosterItselfIsAmongTheProcesses() throws {
        let list = try Fixture().get("/v1/processes").decode(ProcessList.self)
        let own = try #require(list.items.first { $0.origin == .foster })
        #expect(own.pid == Host.pid)
        #expect(own.id.hasPrefix("\(Host.pid)-"))
        #expect(!own.command.isEmpty)
        #expect(own.residentMemoryBytes > 0)
        // It was started before it swept, and not in another year.
        #expect(own.startedAt <= list.sweptAt)
        #expect(list.sweptAt.millisecondsSince1970 - own.startedAt.millisecondsSince1970 < 86_400_000)
    }

    @Test func aFilterLetsThroughWhatItNames() throws {
        let fixture = try Fixture()
        #expect(try fixture.get("/v1/processes?origin=foster").decode(ProcessList.self).items.map(\.pid) == [Host.pid])
        #expect(try fixture.get("/v1/processes?origin=foster&state=zombie").decode(ProcessList.self).items.isEmpty)
        #expect(try fixture.get("/v1/processes?service=web").decode(ProcessList.self).items.isEmpty)
    }

    @Test func theInitLoopIsAskedToLookForOrphansAtMostOnceASecond() throws {
        let fixture = try Fixture()
        _ = try fixture.get("/v1/processes")
        #expect(try fixture.initSide.takeRequests())
        #expect(fixture.initSide.looks == 1)
        for _ in 0..<5 { _ = try fixture.get("/v1/events?type=process.*") }
        #expect(try fixture.initSide.takeRequests())
        #expect(fixture.initSide.looks == 2)
        // Other events, and other processes' counts, need no look.
        _ = try fixture.get("/v1/events?type=service.*")
        _ = try fixture.get("/metrics")
        #expect(try !fixture.initSide.takeRequests(within: .milliseconds(1200)))
    }

    @Test func theInitLoopLooksForOrphansAsLongAsSomebodyFollowsThem() throws {
        let fixture = try Fixture()
        let client = try fixture.connect()
        client.request("GET", "/v1/events?type=process.adopted", ["Accept": "application/x-ndjson"])
        _ = try client.receive()
        for looks in 1...3 {
            #expect(try fixture.initSide.takeRequests())
            #expect(fixture.initSide.looks == looks)
        }
    }

    @Test func anAdoptedProcessHasTheTimeAndTheServiceThatTheJournalKnows() throws {
        var table = ProcessTable(.services)
        let child = try Process.run(URL(filePath: "/bin/sleep"), arguments: ["1000"])
        // Its signals are as blocked as the test's.
        defer { kill(child.processIdentifier, SIGKILL) }
        let facts = try #require(ProcFS.facts(of: child.processIdentifier))
        var status = FosterCore.Status()
        status.journal.append(
            JournalEntry(
                revision: 1, time: .seconds(7),
                event: .processAdopted(
                    .init(pid: facts.pid, startTime: facts.startTime), name: "sleep", service: "web")))
        table.sweep(status, at: .seconds(9))
        let row = try #require(table.rows.first { $0.facts.pid == facts.pid })
        #expect(row.finding.origin == .adopted)
        #expect(row.finding.service == "web")
        #expect(row.finding.orphanedAt == .seconds(7))
    }

    @Test(arguments: [(AgentForm.services, "web" as ServiceID?), (.command, nil)])
    func aServiceIsKnownByTheVariableThatOnlyServicesAreGiven(form: AgentForm, service: ServiceID?) throws {
        var table = ProcessTable(form)
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sleep")
        child.arguments = ["1000"]
        child.environment = [ServiceSpec.marker: "web"]
        try child.run()
        // Its signals are as blocked as the test's.
        defer { kill(child.processIdentifier, SIGKILL) }
        var status = FosterCore.Status()
        status.snapshot.services = [ServiceRecord(spec: Fixture.service("web"), status: ServiceStatus())]
        table.sweep(status, at: .seconds(9))
        for second in [9, 10] {
            table.sweep(status, at: .seconds(second))
            let row = try #require(table.rows.first { $0.facts.pid == child.processIdentifier })
            #expect(row.finding.service == service)
            #expect(row.finding.orphanedAt == .seconds(9))
        }
    }
}
