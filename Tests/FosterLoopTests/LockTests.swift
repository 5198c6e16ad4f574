import Foundation
import Testing

@testable import FosterLoop

@Suite("Lock", .timeLimit(.minutes(1)))
struct LockTests {
    @Test("One thread at a time")
    func exclusion() throws {
        let threads = 4
        let rounds = 50_000
        let counter = Lock(0)
        let mailbox = try Mailbox<Void>(capacity: threads)
        for _ in 0..<threads {
            Thread.detachNewThread {
                for _ in 0..<rounds { counter.withLock { $0 += 1 } }
                #expect(mailbox.post(()))
            }
        }
        var finished = 0
        while finished < threads, try becomesReadable(mailbox.doorbell.descriptor, within: .seconds(30)) {
            finished += mailbox.drain(limit: threads).count
        }
        #expect(counter.withLock { $0 } == threads * rounds)
    }
}
