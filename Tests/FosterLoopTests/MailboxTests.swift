import FosterLoop
import FosterSystem
import Foundation
import Testing

@Suite("Mailbox", .timeLimit(.minutes(1)))
struct MailboxTests {
    @Test("Messages come out in their order, at most as many as asked for")
    func order() throws {
        let mailbox = try Mailbox<Int>(capacity: 10)
        for number in 1...5 { #expect(mailbox.post(number)) }
        #expect(mailbox.drain(limit: 2) == [1, 2])
        #expect(mailbox.drain(limit: 10) == [3, 4, 5])
        #expect(mailbox.drain(limit: 10) == [])
    }

    @Test("A full mailbox says so and keeps what it has")
    func bounds() throws {
        let mailbox = try Mailbox<Int>(capacity: 3)
        #expect([1, 2, 3, 4, 5].map { mailbox.post($0) } == [true, true, true, false, false])
        #expect(mailbox.drain(limit: 1) == [1])
        #expect(mailbox.post(6))
        #expect(!mailbox.post(7))
        #expect(mailbox.drain(limit: .max) == [2, 3, 6])
    }

    @Test("The bell rings for as long as something is left, and no longer")
    func bell() throws {
        let mailbox = try Mailbox<Int>(capacity: 10)
        #expect(try !becomesReadable(mailbox.doorbell.descriptor, within: .zero))
        for number in 1...3 { #expect(mailbox.post(number)) }
        #expect(try becomesReadable(mailbox.doorbell.descriptor, within: .zero))
        #expect(mailbox.drain(limit: 2).count == 2)
        #expect(try becomesReadable(mailbox.doorbell.descriptor, within: .zero))
        #expect(mailbox.drain(limit: 2).count == 1)
        #expect(try !becomesReadable(mailbox.doorbell.descriptor, within: .zero))
    }

    @Test("Under many senders no message and no ring is lost", arguments: [1, 7, 1000])
    func concurrency(limit: Int) throws {
        let senders = 6
        let count = 20_000
        let mailbox = try Mailbox<(sender: Int, number: Int)>(capacity: 64)
        for sender in 0..<senders {
            Thread.detachNewThread {
                for number in 0..<count {
                    while !mailbox.post((sender, number)) { sched_yield() }
                }
            }
        }
        var reactor = try Reactor()
        try reactor.add(mailbox.doorbell.descriptor, for: .readable, token: .init(owner: 0))
        var batch: [Reactor.Event] = []
        var next = [Int](repeating: 0, count: senders)
        // A lost ring shows as a wait that ends with the time and without an event.
        let deadline = Clock.uptime() + .seconds(30)
        while next.contains(where: { $0 < count }), Clock.uptime() < deadline {
            try reactor.wait(until: deadline, into: &batch)
            for (sender, number) in mailbox.drain(limit: limit) {
                if number != next[sender] { Issue.record("\(sender) sent \(number), expected \(next[sender])") }
                next[sender] = number + 1
            }
        }
        #expect(next == [Int](repeating: count, count: senders))
    }
}
