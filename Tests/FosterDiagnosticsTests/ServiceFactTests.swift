import FosterCore
import Testing

@testable import FosterDiagnostics

/// What the journal tells of runs that left something behind.
@Suite struct ServiceFactTests {
    private let id: ServiceID = "web"

    /// A journal of these events at these milliseconds, and the service's status.
    private func facts(
        _ events: [(Int, JournalEvent)], pid: Int32? = nil, run: RunID? = nil, since: Duration? = nil,
        now: Duration = .seconds(60)
    ) throws -> ServiceFacts {
        var status = Status()
        for (index, (time, event)) in events.enumerated() {
            status.journal.append(
                JournalEntry(revision: UInt64(index) + 1, time: .milliseconds(time), event: event))
        }
        var service = ServiceStatus()
        service.pid = pid
        service.runID = run
        service.startedAt = since
        status.snapshot.services = [
            ServiceRecord(spec: ServiceSpec(id: id, program: .command(["x"])), status: service)
        ]
        return try #require(ServiceFacts.all(in: status, at: now).first)
    }

    private func running(_ run: RunID, pid: Int32) -> JournalEvent {
        .serviceState(id, .running, run: run, pid: pid, reason: nil)
    }
    private func exit(_ run: RunID, pid: Int32, code: UInt8 = 0, expected: Bool = false) -> JournalEvent {
        .serviceExit(id, run: run, pid: pid, .exited(code: code), expected: expected)
    }
    private func state(_ state: ServiceStateName, _ run: RunID) -> JournalEvent {
        .serviceState(id, state, run: run, pid: nil, reason: nil)
    }

    @Test func aRunThatTookTimeToClearUpHasFled() throws {
        let flight = try facts([
            (0, state(.starting, 1)), (1, running(1, pid: 10)), (13, exit(1, pid: 10)), (13, state(.stopping, 1)),
            (20, state(.completed, 1)),
        ]).flight
        #expect(flight == .init(run: 1, pid: 10, ranFor: .milliseconds(12), reaped: []))
    }

    @Test func soHasOneWhoseRestWasReaped() throws {
        let flight = try facts([
            (1, running(1, pid: 10)), (13, exit(1, pid: 10)), (13, state(.stopping, 1)), (13, state(.completed, 1)),
            (14, .processReaped(pid: 11, .signaled(.term, coreDumped: false), name: nil, service: nil, after: nil)),
        ]).flight
        #expect(flight?.reaped == [11])
    }

    @Test func soHasOneThatIsStillClearedUp() throws {
        #expect(try facts([(1, running(1, pid: 10)), (13, exit(1, pid: 10)), (13, state(.stopping, 1))]).flight != nil)
    }

    @Test func ofTwoThatEndedTogetherNoneIsSuspectedForTheOthersRest() throws {
        let other: ServiceID = "db"
        #expect(
            try facts([
                (1, running(1, pid: 10)), (2, .serviceState(other, .running, run: 1, pid: 20, reason: nil)),
                (13, exit(1, pid: 10)), (13, state(.stopping, 1)), (13, state(.completed, 1)),
                (14, .serviceExit(other, run: 1, pid: 20, .exited(code: 0), expected: false)),
                (15, .processReaped(pid: 21, .signaled(.term, coreDumped: false), name: nil, service: nil, after: nil)),
            ]).flight == nil)
    }

    @Test func whoTookAllAlongHasNot() throws {
        #expect(
            try facts([
                (1, running(1, pid: 10)), (13, exit(1, pid: 10)), (13, state(.stopping, 1)), (13, state(.completed, 1)),
                // Died by itself; and one long after.
                (14, .processReaped(pid: 11, .exited(code: 0), name: nil, service: nil, after: nil)),
                (
                    500,
                    .processReaped(pid: 12, .signaled(.term, coreDumped: false), name: nil, service: nil, after: nil)
                ),
            ]).flight == nil)
    }

    @Test func whoFailedOrRanLongOrWasAskedHasNot() throws {
        func flight(_ exit: JournalEvent, at time: Int) throws -> ServiceFacts.Flight? {
            try facts([
                (1, running(1, pid: 10)), (time, exit), (time, state(.stopping, 1)), (time + 50, state(.stopped, 1)),
            ]).flight
        }
        #expect(try flight(exit(1, pid: 10), at: 13) != nil)
        #expect(try flight(exit(1, pid: 10, code: 1), at: 13) == nil)
        #expect(try flight(exit(1, pid: 10, expected: true), at: 13) == nil)
        #expect(try flight(exit(1, pid: 10), at: 5002) == nil)
    }

    @Test func itIsForgottenWhenTheNextRunLasts() throws {
        let events: [(Int, JournalEvent)] = [
            (1, running(1, pid: 10)), (13, exit(1, pid: 10)), (13, state(.stopping, 1)), (20, state(.backoff, 1)),
            (120, running(2, pid: 20)),
        ]
        func flight(now: Duration) throws -> ServiceFacts.Flight? {
            try facts(events, pid: 20, run: 2, since: .milliseconds(120), now: now).flight
        }
        #expect(try flight(now: .seconds(1)) != nil)
        #expect(try flight(now: .seconds(6)) == nil)
    }

    @Test func theLastRunThatEndedCounts() throws {
        #expect(
            try facts([
                (1, running(1, pid: 10)), (13, exit(1, pid: 10)), (13, state(.stopping, 1)), (20, state(.backoff, 1)),
                (120, running(2, pid: 20)), (130, exit(2, pid: 20, code: 3)), (130, state(.stopping, 2)),
                (140, state(.failed, 2)),
            ]).flight == nil)
    }

    @Test func aShellsGroupGetsTheSignals() {
        var status = Status()
        status.snapshot.services = [
            ServiceRecord(spec: ServiceSpec(id: id, program: .shell("nginx | cat")), status: ServiceStatus())
        ]
        #expect(ServiceFacts.all(in: status, at: .zero).map(\.signalsLeaderOnly) == [false])
    }
}
