import FosterCore
import FosterLoop
import FosterSystem
import Synchronization
import SystemPackage

/// Lines on their way to a sink.
struct OutputChunk: Sendable {
    var bytes: [UInt8] = []
    var lines: UInt64 = 0
    /// Whose lines they are; `nil` for foster's own.
    var service: ServiceID?

    /// What it takes of the queue's room: a bound on bytes that also bounds the number of chunks.
    var cost: Int { bytes.count + Self.overhead }
    static let overhead = 64
}

/// Where lines go, and the bounded queue before it: filled by the logs thread, emptied by the output thread.
final class OutputSink: Sendable {
    /// Bytes that may wait; one more chunk may be on top, and the last lines of runs.
    static let byteLimit = 1 << 20
    private static let lowWater = byteLimit / 2
    private static let nobodyWaits = -1

    let descriptor: Descriptor
    let chunks: Mailbox<OutputChunk>
    /// Rung when there is room that was waited for.
    private let roomBell: Doorbell
    private let queued = Atomic(0)
    /// The logs thread waits until no more than this is queued.
    private let awaited = Atomic(nobodyWaits)
    private let dead = Atomic(false)

    init(_ descriptor: consuming Descriptor, roomBell: Doorbell) throws(Errno) {
        self.descriptor = descriptor
        self.roomBell = roomBell
        // Bounded by bytes.
        chunks = try Mailbox(capacity: .max)
    }

    // MARK: - Logs thread

    var hasRoom: Bool { queued.load(ordering: .sequentiallyConsistent) < Self.byteLimit }
    var isEmpty: Bool { queued.load(ordering: .sequentiallyConsistent) <= 0 }
    /// Nobody reads what is written there any more.
    var isDead: Bool { dead.load(ordering: .acquiring) }

    /// Queues a chunk; `false`, and it is lost, where the sink is dead. To be called where there is room, or for a last line.
    func put(_ chunk: OutputChunk) -> Bool {
        if chunk.bytes.isEmpty { return true }
        guard !isDead else { return false }
        queued.add(chunk.cost, ordering: .sequentiallyConsistent)
        if chunks.post(chunk) { return true }
        queued.subtract(chunk.cost, ordering: .sequentiallyConsistent)
        return false
    }

    /// Asks for the bell when half of the room is free; `false` when it is already.
    func awaitRoom() -> Bool { notice(atMost: Self.lowWater) }

    /// Asks for the bell when nothing is queued any more; `false` when nothing is.
    func awaitEmpty() -> Bool { notice(atMost: 0) }

    private func notice(atMost bytes: Int) -> Bool {
        awaited.store(bytes, ordering: .sequentiallyConsistent)
        // The output thread subtracts first and looks at `awaited` then: one of the two sees the other.
        guard queued.load(ordering: .sequentiallyConsistent) <= bytes else { return true }
        awaited.store(Self.nobodyWaits, ordering: .sequentiallyConsistent)
        return false
    }

    // MARK: - Output thread

    /// A chunk has left the queue, written or lost.
    func release(_ chunk: OutputChunk) {
        let queued = queued.subtract(chunk.cost, ordering: .sequentiallyConsistent).newValue
        let awaited = awaited.load(ordering: .sequentiallyConsistent)
        guard awaited >= 0, queued <= awaited else { return }
        self.awaited.store(Self.nobodyWaits, ordering: .sequentiallyConsistent)
        roomBell.ring()
    }

    func die() {
        dead.store(true, ordering: .releasing)
        roomBell.ring()
    }
}
