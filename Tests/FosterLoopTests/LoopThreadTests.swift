import FosterLoop
import FosterSystem
import Foundation
import Testing

@Suite("LoopThread", .timeLimit(.minutes(1)))
struct LoopThreadTests {
    private struct Facts: Sendable {
        let name: String
        let stackRoom: Int
    }

    private static func facts() -> Facts {
        let name = (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? ""
        return Facts(name: name, stackRoom: stackRoom())
    }

    /// How far the mapping that a local variable lies in goes on below it.
    private static func stackRoom() -> Int {
        var local = 0
        let address = withUnsafeMutableBytes(of: &local) { UInt(bitPattern: $0.baseAddress) }
        let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
        for line in maps.split(separator: "\n") {
            let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt($0, radix: 16) }
            if ends.count == 2, ends[0] <= address, address < ends[1] { return Int(address - ends[0]) }
        }
        return 0
    }

    private func factsOfThread(named name: String) throws -> Facts {
        let mailbox = try Mailbox<Facts>(capacity: 1)
        try LoopThread.start(name) { _ = mailbox.post(Self.facts()) }
        #expect(try becomesReadable(mailbox.doorbell.descriptor, within: .seconds(20)))
        return try #require(mailbox.drain(limit: 1).first)
    }

    @Test(
        "A thread shows its name, cut to what the kernel holds",
        arguments: [("foster-logs", "foster-logs\n"), ("a-name-that-is-too-long", "a-name-that-is-\n")])
    func name(given: String, shown: String) throws {
        #expect(try factsOfThread(named: given).name == shown)
    }

    @Test("A thread has a small stack")
    func stack() throws {
        #expect((192 * 1024...256 * 1024).contains(try factsOfThread(named: "small").stackRoom))
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
