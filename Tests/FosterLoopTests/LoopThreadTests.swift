import FosterLoop
import FosterSystem
import Foundation
import Testing

@Suite("LoopThread", .timeLimit(.minutes(1)))
struct LoopThreadTests {
    @Test(
        "A thread shows its name, cut to what the kernel holds",
        arguments: [("foster-logs", "foster-logs\n"), ("a-name-that-is-too-long", "a-name-that-is-\n")])
    func name(given: String, shown: String) throws {
        let mailbox = try Mailbox<String>(capacity: 1)
        try LoopThread.start(given) {
            _ = mailbox.post((try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? "")
        }
        #expect(try becomesReadable(mailbox.doorbell.descriptor, within: .seconds(20)))
        #expect(mailbox.drain(limit: 1) == [shown])
    }

    @Test("A stack has room for loops that do not recurse")
    func stack() throws {
        let mailbox = try Mailbox<Int>(capacity: 1)
        try LoopThread.start("deep") {
            // A page that is not there would end the test process.
            _ = mailbox.post(
                withUnsafeTemporaryAllocation(byteCount: 160 * 1024, alignment: 16) { memory in
                    for offset in stride(from: 0, to: memory.count, by: 4096) { memory[offset] = 1 }
                    return memory.count
                })
        }
        #expect(try becomesReadable(mailbox.doorbell.descriptor, within: .seconds(20)))
    }

    @Test("What a thread's work holds is let go when it ends")
    func release() throws {
        final class Witness: Sendable {
            let bell: Doorbell
            init(_ bell: Doorbell) { self.bell = bell }
            deinit { bell.ring() }
        }
        let bell = try Doorbell()
        for _ in 0..<100 {
            let witness = Witness(bell)
            try LoopThread.start("short") { withExtendedLifetime(witness) {} }
        }
        #expect(try becomesReadable(bell.descriptor, within: .seconds(20)))
    }
}
