import FosterLoop
import Testing

@Suite("Timers")
struct TimersTests {
    @Test("Timers are due at their deadline, in its order, once")
    func order() {
        var timers = Timers<String>()
        timers.arm("late", at: .seconds(3))
        timers.arm("early", at: .seconds(1))
        timers.arm("middle", at: .seconds(2))
        #expect(timers.next == .seconds(1))
        #expect(timers.expire(at: .milliseconds(999)) == [])
        #expect(timers.expire(at: .seconds(2)) == ["early", "middle"])
        #expect(timers.expire(at: .seconds(2)) == [])
        #expect(timers.next == .seconds(3))
    }

    @Test("Arming again moves a timer; disarming forgets it")
    func moves() {
        var timers = Timers<String>()
        timers.arm("a", at: .seconds(1))
        timers.arm("a", at: .seconds(5))
        #expect(timers.expire(at: .seconds(4)) == [])
        timers.disarm("a")
        timers.disarm("never armed")
        #expect(timers.isEmpty)
        #expect(timers.next == nil)
        #expect(timers.expire(at: .seconds(9)) == [])
    }

    @Test("Of equal deadlines the first armed is the first due")
    func ties() {
        var timers = Timers<Int>()
        for key in 1...5 { timers.arm(key, at: .seconds(1)) }
        timers.disarm(3)
        timers.arm(1, at: .seconds(1))
        #expect(timers.expire(at: .seconds(1)) == [2, 4, 5, 1])
    }

    /// The same by looking through everything.
    private struct Model {
        var entries: [(key: Int, at: Duration)] = []

        mutating func disarm(_ key: Int) { entries.removeAll { $0.key == key } }

        mutating func arm(_ key: Int, at deadline: Duration) {
            disarm(key)
            entries.append((key, deadline))
        }

        mutating func expire(at now: Duration) -> [Int] {
            let due = entries.enumerated().filter { $1.at <= now }
                .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            entries.removeAll { $0.at <= now }
            return due.map(\.element.key)
        }
    }

    @Test("It agrees with a naive list over many random steps", arguments: 1...10 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var timers = Timers<Int>()
        var model = Model()
        var now = Duration.zero
        for _ in 0..<3000 {
            let key = Int.random(in: 0..<40, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                // Few different deadlines, some of them past: ties are the hard part.
                let deadline = now + .milliseconds(Int.random(in: -3...20, using: &random))
                timers.arm(key, at: deadline)
                model.arm(key, at: deadline)
            case 6, 7:
                timers.disarm(key)
                model.disarm(key)
            default:
                now += .milliseconds(Int.random(in: 0...5, using: &random))
                #expect(timers.expire(at: now) == model.expire(at: now))
            }
            #expect(timers.next == model.entries.map(\.at).min())
            #expect(timers.isEmpty == model.entries.isEmpty)
        }
        #expect(timers.expire(at: now + .seconds(1)) == model.expire(at: now + .seconds(1)))
    }
}
