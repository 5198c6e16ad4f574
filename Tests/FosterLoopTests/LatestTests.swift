import FosterLoop
import FosterSystem
import Foundation
import Testing

@Suite("Latest", .timeLimit(.minutes(1)))
struct LatestTests {
    @Test("Readers get the newest value")
    func newest() {
        let latest = Latest(1)
        #expect(latest.value == 1)
        latest.publish(2)
        latest.publish(3)
        #expect(latest.value == 3)
    }

    @Test("Every subscriber is rung at each publication from its subscription on")
    func doorbells() throws {
        let latest = Latest(0)
        latest.publish(1)
        let first = try latest.subscribe()
        #expect(try !becomesReadable(first.descriptor, within: .zero))
        latest.publish(2)
        let second = try latest.subscribe()
        #expect(try becomesReadable(first.descriptor, within: .zero))
        #expect(try !becomesReadable(second.descriptor, within: .zero))
        first.clear()
        #expect(try !becomesReadable(first.descriptor, within: .zero))
        latest.publish(3)
        #expect(try becomesReadable(first.descriptor, within: .zero))
        #expect(try becomesReadable(second.descriptor, within: .zero))
    }

    /// Publishes into the one that holds it when it goes: with the lock held that would never end.
    private final class Farewell: Sendable {
        let latest: Latest<[Farewell]>
        let gone: Latest<Int>
        init(_ latest: Latest<[Farewell]>, _ gone: Latest<Int>) {
            self.latest = latest
            self.gone = gone
        }
        deinit { gone.publish(latest.value.count + 1) }
    }

    @Test("The old value goes outside of the lock")
    func release() {
        let latest = Latest<[Farewell]>([])
        let gone = Latest(0)
        latest.publish([Farewell(latest, gone)])
        latest.publish([])
        #expect(gone.value == 1)
    }

    @Test("Whoever clears the bell before reading ends with the last value")
    func concurrency() throws {
        let count = 50_000
        let latest = Latest((number: 0, copy: 0))
        let bell = try latest.subscribe()
        Thread.detachNewThread { for number in 1...count { latest.publish((number, number)) } }
        var reactor = try Reactor()
        try reactor.add(bell.descriptor, for: .readable, token: .init(owner: 0))
        var batch: [Reactor.Event] = []
        var seen = 0
        let deadline = Clock.uptime() + .seconds(30)
        while seen < count, Clock.uptime() < deadline {
            try reactor.wait(until: deadline, into: &batch)
            bell.clear()
            let value = latest.value
            if value.number < seen || value.number != value.copy { Issue.record("\(value) after \(seen)") }
            seen = value.number
        }
        #expect(seen == count)
    }
}
