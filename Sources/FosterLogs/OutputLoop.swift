import FosterCore
import FosterLoop
import FosterSystem
import Synchronization
import SystemPackage

/// The output thread's loop: it alone writes to foster's stdout and stderr.
///
/// A pipe or socket gets at most a page at a time, and only when it is said to be writable: such a write does not wait, so that
/// one stalled reader does not hold up the other sink, although the descriptors are blocking and stay so.
final class OutputLoop: @unchecked Sendable {
    // Sendable: after `init` everything that changes is touched by the thread that runs the loop alone.

    /// What a writable pipe takes without waiting (pipe(7), PIPE_BUF).
    private static let pieceSize = 4096
    private static let fileIsNotPolled = Errno.notPermitted

    private var reactor: Reactor
    private var ways: [Way]
    private let reports: Mailbox<LogReport>
    private let ending = Atomic(false)

    /// One sink, and what was taken from its queue and is not yet written.
    private struct Way {
        let sink: OutputSink
        var chunks: [OutputChunk] = []
        /// How many of `chunks` are written, and how many bytes of the next one.
        var done = 0
        var offset = 0
        /// A regular file or `/dev/null`: always writable, never in the reactor.
        var isFile = false
        var isArmed = false
        var isDead = false

        var hasPending: Bool { done < chunks.count }
    }

    private enum Part: UInt8 {
        case queue, descriptor
    }

    init(_ sinks: [OutputSink], reports: Mailbox<LogReport>) throws(Errno) {
        self.reports = reports
        reactor = try Reactor(eventsAtOnce: 2 * max(1, sinks.count))
        ways = sinks.map { Way(sink: $0) }
        for index in ways.indices {
            let sink = ways[index].sink
            try reactor.add(sink.chunks.doorbell.descriptor, for: .readable, token: Self.token(.queue, index))
            do throws(Errno) {
                try reactor.add(sink.descriptor, for: [], token: Self.token(.descriptor, index))
            } catch {
                guard error == Self.fileIsNotPolled else { throw error }
                ways[index].isFile = true
            }
        }
    }

    /// Ends the loop once nothing is left to write. From any thread.
    func end() {
        ending.store(true, ordering: .releasing)
        ways.first?.sink.chunks.doorbell.ring()
    }

    func run() {
        var batch: [Reactor.Event] = []
        while true {
            do {
                try reactor.wait(until: nil, into: &batch)
            } catch {
                // The descriptors are ours and open: there is nothing that could fail, and nobody to tell.
                return
            }
            for event in batch {
                let index = Int(event.token.slot.index)
                guard ways.indices.contains(index) else { continue }
                switch Part(rawValue: event.token.owner) {
                case .queue: take(index)
                case .descriptor: isReady(index, event.readiness)
                case nil: break
                }
            }
            if ending.load(ordering: .acquiring), ways.allSatisfy({ !$0.hasPending && $0.sink.isEmpty }) { return }
        }
    }

    private static func token(_ part: Part, _ index: Int) -> Reactor.Token {
        Reactor.Token(owner: part.rawValue, slot: SlotKey(index: UInt32(truncatingIfNeeded: index), generation: 0))
    }

    private func take(_ index: Int) {
        // All of it: what is queued counts against the sink's room until it is written, wherever it is kept.
        ways[index].chunks += ways[index].sink.chunks.drain(limit: .max)
        if ways[index].isDead { return lose(index) }
        if ways[index].isFile {
            while ways[index].hasPending { write(index, atMost: .max) }
            forgetDone(index)
        } else {
            arm(index)
        }
    }

    private func isReady(_ index: Int, _ readiness: FosterSystem.Readiness) {
        // The end of the last reader is told although nothing is asked for: it must not be told for ever.
        if readiness.contains(.writable) {
            if ways[index].hasPending { write(index, atMost: Self.pieceSize) }
        } else if !readiness.isDisjoint(with: [.error, .hangUp]) {
            die(index)
        }
        forgetDone(index)
        arm(index)
    }

    private func write(_ index: Int, atMost limit: Int) {
        let chunk = ways[index].chunks[ways[index].done]
        let offset = ways[index].offset
        do throws(Errno) {
            let written = try Self.write(chunk.bytes[offset...].prefix(limit), to: ways[index].sink.descriptor)
            ways[index].offset += written
            if ways[index].offset >= chunk.bytes.count { next(index) }
        } catch {
            switch error {
            case .wouldBlock: break
            case .noSpace, .diskQuotaExceeded, .fileTooLarge:
                // Room may come back; what is written meanwhile is lost.
                tell(chunk.service, chunk.lines)
                next(index)
            default: die(index)
            }
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to target: borrowing Descriptor) throws(Errno) -> Int {
        do {
            return try bytes.withUnsafeBytes { try target.write($0) }
        } catch let error as Errno {
            throw error
        } catch {
            throw .ioError
        }
    }

    private func next(_ index: Int) {
        let chunk = ways[index].chunks[ways[index].done]
        ways[index].chunks[ways[index].done].bytes = []
        ways[index].done += 1
        ways[index].offset = 0
        ways[index].sink.release(chunk)
    }

    private func forgetDone(_ index: Int) {
        guard ways[index].done > 0 else { return }
        if ways[index].hasPending, ways[index].done < 256 { return }
        ways[index].chunks.removeFirst(ways[index].done)
        ways[index].done = 0
    }

    /// Watches the sink for as long as there is something to write.
    private func arm(_ index: Int) {
        let isWanted = ways[index].hasPending
        guard !ways[index].isFile, !ways[index].isDead, ways[index].isArmed != isWanted else { return }
        ways[index].isArmed = isWanted
        do throws(Errno) {
            try reactor.change(
                ways[index].sink.descriptor, to: isWanted ? .writable : [], token: Self.token(.descriptor, index))
        } catch {
            die(index)
        }
    }

    /// Nobody reads there any more: what is and will be queued is lost.
    private func die(_ index: Int) {
        guard !ways[index].isDead else { return }
        ways[index].isDead = true
        // A failure leaves nothing behind: the descriptor is not registered then.
        try? reactor.remove(ways[index].sink.descriptor)
        ways[index].sink.die()
        lose(index)
    }

    private func lose(_ index: Int) {
        var lost: [ServiceID: UInt64] = [:]
        while ways[index].hasPending {
            let chunk = ways[index].chunks[ways[index].done]
            if let service = chunk.service { lost[service, default: 0] &+= chunk.lines }
            next(index)
        }
        forgetDone(index)
        for (service, lines) in lost { tell(service, lines) }
    }

    /// The count is dropped where init has no room for it: it is news, not state.
    private func tell(_ service: ServiceID?, _ lines: UInt64) {
        guard let service else { return }
        _ = reports.post(.dropped(service, lines: lines))
    }
}
