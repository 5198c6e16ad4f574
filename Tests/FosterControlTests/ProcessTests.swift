import FosterAPI
import FosterCore
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

    @Test func whereAProcessComesFromIsToldByAncestorsSessionsAndMemory() throws {
        var lineage = Lineage()
        var supervisor = Supervisor(plan: Plan(form: .services, output: .inherit, services: [Fixture.service("web")]))
        var effects: [Effect] = []
        supervisor.handle(.begin, at: .zero, effects: &effects)
        supervisor.handle(.spawned("web", run: 1, pid: 10), at: .zero, effects: &effects)
        var status = FosterCore.Status()
        status.snapshot = supervisor.snapshot
        lineage.learn(from: status)

        let table = try [
            process(1, parent: 0, session: 1), process(10, parent: 1, session: 10),
            process(11, parent: 10, session: 10), process(12, parent: 11, session: 12),
            process(13, parent: 1, session: 10), process(14, parent: 13, session: 14),
            process(15, parent: 1, session: 15), process(20, parent: 0, session: 20),
            process(21, parent: 20, session: 20),
        ]
        let first = lineage.trace(table, foster: 1)
        let expected: [(Lineage.Origin, ServiceID?)] = [
            (.foster, nil), (.service, "web"), (.service, "web"), (.service, "web"), (.adopted, "web"),
            (.adopted, nil), (.adopted, nil), (.other, nil), (.other, nil),
        ]
        for (index, row) in expected.enumerated() {
            #expect(first[index].origin == row.0, "\(table[index].pid)")
            #expect(first[index].service == row.1, "\(table[index].pid)")
        }

        // The leader and the parent are gone; the session tells of one, only memory of the other.
        supervisor.handle(.exited("web", run: 1, .exited(code: 0)), at: .zero, effects: &effects)
        status.snapshot = supervisor.snapshot
        lineage.learn(from: status)
        let later = lineage.trace(
            try [
                process(1, parent: 0, session: 1), process(12, parent: 1, session: 12),
                process(13, parent: 1, session: 10),
            ],
            foster: 1)
        #expect(later[1].origin == .adopted)
        #expect(later[1].service == "web")
        #expect(later[2].service == "web")
    }

    @Test func aTableThatWasReadWhileItChangedDoesNotGoInCircles() throws {
        var lineage = Lineage()
        let circle = try [process(2, parent: 3, session: 2), process(3, parent: 2, session: 3)]
        #expect(lineage.trace(circle, foster: 1).map(\.origin) == [.other, .other])
    }

    private func process(_ pid: Int32, parent: Int32, session: Int32) throws -> ProcessFacts {
        let rest = Array(repeating: "0", count: 13).joined(separator: " ")
        let line = "\(pid) (p) S \(parent) \(session) \(session) \(rest) 1 0 \(pid) 0 0 0 0 0"
        return try #require(ProcFS.parse(stat: Array(line.utf8)))
    }
}
