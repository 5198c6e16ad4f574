import FosterCore
import FosterLoop
import FosterSystem
import Testing

@testable import FosterInit

@Suite("Publication")
struct StatusPublisherTests {
    let latest = Latest(Status())

    private func entry(_ revision: UInt64) -> JournalEntry {
        JournalEntry(revision: revision, time: .zero, event: .warning("x"))
    }

    private func snapshot(_ revision: UInt64) -> Snapshot {
        var snapshot = Snapshot()
        snapshot.revision = revision
        return snapshot
    }

    @Test("happens only when something has changed")
    func onlyOnChange() throws {
        var publisher = StatusPublisher(latest)
        let bell = try latest.subscribe()
        publisher.publish(snapshot(0), at: .zero)
        #expect(!isRung(bell))
        publisher.append(entry(1))
        publisher.publish(snapshot(1), at: .zero)
        #expect(isRung(bell))
        #expect(latest.value.snapshot.revision == 1)
        publisher.publish(snapshot(1), at: .zero)
        #expect(!isRung(bell))
    }

    @Test("waits for the output of a run that has ended, but not for long")
    func waitsForOutput() {
        var publisher = StatusPublisher(latest)
        publisher.hold(for: "web", 1, at: .seconds(1))
        publisher.publish(snapshot(5), at: .seconds(1))
        #expect(latest.value.snapshot.revision == 0)
        #expect(publisher.heldUntil == .seconds(1) + StatusPublisher.patience)
        publisher.publish(snapshot(5), at: .seconds(1) + StatusPublisher.patience)
        #expect(latest.value.snapshot.revision == 5)
        #expect(publisher.heldUntil == nil)
    }

    @Test("goes on as soon as the output of every ended run is drained")
    func goesOnWhenDrained() {
        var publisher = StatusPublisher(latest)
        publisher.hold(for: "web", 1, at: .seconds(1))
        publisher.hold(for: "db", 1, at: .seconds(1))
        publisher.release("web", 1)
        publisher.publish(snapshot(5), at: .seconds(1))
        #expect(latest.value.snapshot.revision == 0)
        publisher.release("db", 1)
        publisher.publish(snapshot(5), at: .seconds(1))
        #expect(latest.value.snapshot.revision == 5)
    }

    @Test("waits for nothing at the end")
    func endsAtOnce() {
        var publisher = StatusPublisher(latest)
        publisher.hold(for: "web", 1, at: .seconds(1))
        publisher.releaseAll()
        publisher.publish(snapshot(5), at: .seconds(1))
        #expect(latest.value.snapshot.revision == 5)
        #expect(publisher.heldUntil == nil)
    }

    @Test("tells of an answered ping")
    func answersPings() {
        var publisher = StatusPublisher(latest)
        publisher.answer(ping: 3)
        publisher.publish(snapshot(0), at: .zero)
        #expect(latest.value.answeredPing == 3)
    }

    /// Whether the bell was rung since the last look.
    private func isRung(_ bell: Doorbell) -> Bool {
        guard var reactor = try? Reactor() else { return false }
        var batch: [Reactor.Event] = []
        try? reactor.add(bell.descriptor, for: .readable, token: Reactor.Token(owner: 0))
        try? reactor.wait(until: .zero, into: &batch)
        bell.clear()
        return !batch.isEmpty
    }
}
