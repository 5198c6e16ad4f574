import Testing

@testable import FosterCore

@Suite struct LineageTests {
    @Test func whereAProcessComesFromIsToldByAncestorsSessionsAndMemory() throws {
        var lineage = Lineage()
        let (running, dead) = try Self.statuses()
        lineage.learn(from: running)

        let table = [
            process(1, parent: 0, session: 1), process(10, parent: 1, session: 10),
            process(11, parent: 10, session: 10), process(12, parent: 11, session: 12),
            process(13, parent: 1, session: 10), process(14, parent: 13, session: 14),
            process(15, parent: 1, session: 15), process(20, parent: 0, session: 20),
            process(21, parent: 20, session: 20),
        ]
        let first = lineage.trace(table, foster: 1, at: .seconds(1))
        let expected: [(Lineage.Origin, ServiceID?, Duration?)] = [
            (.foster, nil, nil), (.service, "web", nil), (.service, "web", nil), (.service, "web", nil),
            // An orphan, and what is below one.
            (.adopted, "web", .seconds(1)), (.adopted, "web", nil), (.adopted, nil, .seconds(1)),
            (.other, nil, nil), (.other, nil, nil),
        ]
        for (index, row) in expected.enumerated() {
            #expect(first[index].origin == row.0, "\(table[index].identity.pid)")
            #expect(first[index].service == row.1, "\(table[index].identity.pid)")
            #expect(first[index].orphanedAt == row.2, "\(table[index].identity.pid)")
        }

        // The leader and the parent are gone; the session tells of one, only memory of the other.
        lineage.learn(from: dead)
        let later = lineage.trace(
            [
                process(1, parent: 0, session: 1), process(12, parent: 1, session: 12),
                process(13, parent: 1, session: 10),
            ],
            foster: 1, at: .seconds(2))
        #expect(later[1] == Lineage.Finding(origin: .adopted, service: "web", orphanedAt: .seconds(2)))
        #expect(later[2] == Lineage.Finding(origin: .adopted, service: "web", orphanedAt: .seconds(1)))
    }

    @Test func whatComesLaterInADaemonsSessionIsTheServicesToo() throws {
        var lineage = Lineage()
        lineage.learn(from: try Self.statuses().running)
        let foster = process(1, parent: 0, session: 1)
        let leader = process(10, parent: 1, session: 10)
        _ = lineage.trace([foster, leader, process(12, parent: 10, session: 12)], foster: 1, at: .seconds(1))
        // Its parent, which made the session, was seen below the service; it was not.
        let found = lineage.trace([foster, leader, process(13, parent: 1, session: 12)], foster: 1, at: .seconds(2))
        #expect(found[2].service == "web")
        // Nobody was left in the session: its number may be anybody's now.
        _ = lineage.trace([foster, leader], foster: 1, at: .seconds(3))
        let last = lineage.trace([foster, leader, process(14, parent: 1, session: 12)], foster: 1, at: .seconds(4))
        #expect(last[2].service == nil)
    }

    @Test func thePidOfADeadFirstProcessMayBeSomebodyElsesByNow() throws {
        var lineage = Lineage()
        let (running, dead) = try Self.statuses()
        lineage.learn(from: running)
        lineage.learn(from: dead)
        let found = lineage.trace(
            [
                process(1, parent: 0, session: 1), process(10, parent: 0, session: 10),
                process(11, parent: 1, session: 10),
            ],
            foster: 1, at: .seconds(1))
        #expect(found.map(\.service) == [nil, nil, nil])
    }

    @Test func whatTheEnvironmentSaysIsAskedForOnceAndRemembered() {
        var lineage = Lineage()
        let table = [
            process(1, parent: 0, session: 1), process(12, parent: 1, session: 12), process(13, parent: 1, session: 13),
            process(14, parent: 12, session: 14),
        ]
        let first = lineage.trace(table, foster: 1, at: .seconds(1))
        #expect(first.map(\.needsMarker) == [false, true, true, false])
        lineage.note(table[1].identity, cameFrom: "web")
        lineage.note(table[2].identity, cameFrom: nil)
        let second = lineage.trace(table, foster: 1, at: .seconds(2))
        #expect(second.map(\.needsMarker) == [false, false, false, false])
        #expect(second.map(\.service) == [nil, "web", nil, "web"])
        // The same pid, another process.
        let third = lineage.trace(
            [table[0], process(12, start: 2, parent: 1, session: 12)], foster: 1, at: .seconds(3))
        #expect(third[1].service == nil && third[1].needsMarker)
    }

    @Test func whatTheInitLoopHasFoundIsLearntFromTheJournal() {
        var lineage = Lineage()
        var status = Status()
        status.journal.append(
            JournalEntry(
                revision: 1, time: .seconds(3),
                event: .processAdopted(process(12, parent: 1, session: 12).identity, name: "p", service: "web")))
        lineage.learn(from: status)
        let table = [process(1, parent: 0, session: 1), process(12, parent: 1, session: 12)]
        let found = lineage.trace(table, foster: 1, at: .seconds(9))
        #expect(found[1] == Lineage.Finding(origin: .adopted, service: "web", orphanedAt: .seconds(3)))
    }

    @Test(arguments: [
        // As PID 1 that leads its session: what entered the namespaces has another one.
        (foster: 1, session: 1, services: ["main", nil]),
        // As PID 1 in a session from outside: that tells nothing.
        (foster: 1, session: 0, services: [nil, nil]),
        // Below another PID 1 only what came from foster can become its child.
        (foster: 5, session: 0, services: ["main", "main"]),
    ])
    func whatTheInitFormAdoptsCameFromItsCommandWhereNothingElseCould(
        foster: Int32, session: Int32, services: [ServiceID?]
    ) {
        var lineage = Lineage(onlyService: .main)
        let found = lineage.trace(
            [
                process(foster, parent: 0, session: session), process(20, parent: foster, session: session),
                process(21, parent: foster, session: 21),
            ],
            foster: foster, at: .zero)
        #expect(found.dropFirst().map(\.service) == services)
        #expect(found.dropFirst().allSatisfy { $0.origin == .adopted })
    }

    @Test func aTableThatWasReadWhileItChangedDoesNotGoInCircles() {
        var lineage = Lineage()
        let circle = [process(2, parent: 3, session: 2), process(3, parent: 2, session: 3)]
        #expect(lineage.trace(circle, foster: 1, at: .zero).map(\.origin) == [.other, .other])
    }

    /// Of a service `web` whose first process is 10, and after that one's death.
    private static func statuses() throws -> (running: Status, dead: Status) {
        var spec = ServiceSpec(id: "web", program: .command(["/bin/web"]))
        spec.onFailure = .ignore
        var supervisor = Supervisor(plan: Plan(form: .services, output: .inherit, services: [spec]))
        var effects: [Effect] = []
        supervisor.handle(.begin, at: .zero, effects: &effects)
        supervisor.handle(.spawned("web", run: 1, pid: 10), at: .zero, effects: &effects)
        var running = Status()
        running.snapshot = supervisor.snapshot
        supervisor.handle(.exited("web", run: 1, .exited(code: 0)), at: .zero, effects: &effects)
        var dead = Status()
        dead.snapshot = supervisor.snapshot
        return (running, dead)
    }

    private func process(_ pid: Int32, start: UInt64? = nil, parent: Int32, session: Int32) -> Lineage.Sighting {
        Lineage.Sighting(
            Lineage.Identity(pid: pid, startTime: start ?? UInt64(pid)), parent: parent, group: session,
            session: session)
    }
}
