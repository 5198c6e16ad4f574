import FosterLoop
import FosterSystem
import Foundation
import SystemPackage
import Testing

@Suite("Reactor", .timeLimit(.minutes(1)))
struct ReactorTests {
    private func write(_ text: String, to target: SharedDescriptor) throws {
        var text = text
        let count = try text.withUTF8 { try target.descriptor.write(UnsafeRawBufferPointer($0)) }
        #expect(count == text.utf8.count)
    }

    private func tokens(of reactor: inout Reactor, within time: Duration = .zero) throws -> [Reactor.Token] {
        var batch: [Reactor.Event] = []
        try reactor.wait(until: Clock.uptime() + time, into: &batch)
        return batch.map(\.token)
    }

    @Test(
        "A descriptor is known by the token it was given",
        arguments: [
            Reactor.Token(owner: 0), Reactor.Token(owner: 255, slot: SlotKey(index: 0xFF_FFFF, generation: .max)),
            Reactor.Token(owner: 7, slot: SlotKey(index: 1, generation: 2)),
        ])
    func tokens(token: Reactor.Token) throws {
        var reactor = try Reactor()
        let pipe = try FosterSystem.Pipe()
        try reactor.add(pipe.reading.descriptor, for: .readable, token: token)
        #expect(try tokens(of: &reactor) == [])
        try write("x", to: pipe.writing)
        #expect(try tokens(of: &reactor) == [token])
    }

    @Test("A slot's index is cut to 24 bits, so that it cannot become another owner's")
    func largeIndex() {
        let token = Reactor.Token(owner: 1, slot: SlotKey(index: 0xFFFF_FFFF, generation: 3))
        #expect(token == Reactor.Token(owner: 1, slot: SlotKey(index: 0xFF_FFFF, generation: 3)))
    }

    @Test("Readable, writable and hung up are told apart")
    func readiness() throws {
        var reactor = try Reactor()
        let pipe = try FosterSystem.Pipe()
        let writing = try pipe.writing.descriptor.duplicate()
        try reactor.add(writing, for: .writable, token: .init(owner: 1))
        try reactor.add(pipe.reading.descriptor, for: .readable, token: .init(owner: 2))
        var batch: [Reactor.Event] = []
        try reactor.wait(until: .zero, into: &batch)
        #expect(batch.map(\.token) == [.init(owner: 1)])
        #expect(batch.map(\.readiness) == [.writable])
    }

    @Test("The end of the last writer is told as hang-up")
    func hangUp() throws {
        var reactor = try Reactor()
        let reading = try FosterSystem.Pipe().reading
        try reactor.add(reading.descriptor, for: .readable, token: .init(owner: 2))
        var batch: [Reactor.Event] = []
        try reactor.wait(until: .zero, into: &batch)
        #expect(batch.map(\.readiness) == [.hangUp])
    }

    @Test("What was removed or asked for nothing is silent; asking again finds what is there")
    func changes() throws {
        var reactor = try Reactor()
        let pipe = try FosterSystem.Pipe()
        let token = Reactor.Token(owner: 1)
        try write("x", to: pipe.writing)
        try reactor.add(pipe.reading.descriptor, for: [], token: token)
        #expect(try tokens(of: &reactor) == [])
        try reactor.change(pipe.reading.descriptor, to: .readable, token: token)
        #expect(try tokens(of: &reactor) == [token])
        try reactor.remove(pipe.reading.descriptor)
        #expect(try tokens(of: &reactor) == [])
        #expect(throws: Errno.noSuchFileOrDirectory) { try reactor.remove(pipe.reading.descriptor) }
    }

    @Test("A wait ends at its deadline, and at once where that has passed")
    func deadlines() throws {
        var reactor = try Reactor()
        let start = Clock.uptime()
        #expect(try tokens(of: &reactor, within: .milliseconds(30)) == [])
        #expect(Clock.uptime() - start >= .milliseconds(30))
        #expect(try tokens(of: &reactor, within: .seconds(-5)) == [])
        #expect(Clock.uptime() - start < .seconds(5))
    }

    @Test("More events than one wait holds come with the next one")
    func manyEvents() throws {
        var reactor = try Reactor(eventsAtOnce: 3)
        let bells = try (0..<10).map { _ in try Doorbell() }
        for (index, bell) in bells.enumerated() {
            try reactor.add(bell.descriptor, for: .readable, token: .init(owner: UInt8(index)))
            bell.ring()
        }
        var seen: Set<UInt8> = []
        for _ in 0..<10 {
            for token in try tokens(of: &reactor) {
                #expect(seen.insert(token.owner).inserted)
                bells[Int(token.owner)].clear()
            }
        }
        #expect(seen.count == 10)
    }

    @Test("A ring from another thread wakes a wait without a deadline")
    func wakeUp() throws {
        var reactor = try Reactor()
        let bell = try Doorbell()
        try reactor.add(bell.descriptor, for: .readable, token: .init(owner: 4))
        Thread.detachNewThread { bell.ring() }
        var batch: [Reactor.Event] = []
        try reactor.wait(until: nil, into: &batch)
        #expect(batch.map(\.token) == [.init(owner: 4)])
    }
}
