import FosterLoop
import FosterSystem
import Synchronization
public import SystemPackage

/// How the process takes leave of its control thread: the answer to the command that ended foster must still go out.
public final class ControlEnding: Sendable {
    /// Rung by the main thread, watched by the control loop.
    let asked: Doorbell
    private let done: Doorbell
    private let isServing = Atomic(false)

    public init() throws(Errno) {
        asked = try Doorbell()
        done = try Doorbell()
    }

    func begin() { isServing.store(true, ordering: .releasing) }

    /// All that can be answered is answered.
    func finish() { done.ring() }

    /// Lets the thread answer from the last status what it can. Waits for it, at most this long; not at all where no
    /// thread has been started.
    public func settle(within time: Duration) {
        guard isServing.load(ordering: .acquiring) else { return }
        let deadline = Clock.uptime() + time
        do throws(Errno) {
            var reactor = try Reactor()
            try reactor.add(done.descriptor, for: .readable, token: Reactor.Token(owner: 0))
            asked.ring()
            var batch: [Reactor.Event] = []
            while batch.isEmpty, Clock.uptime() < deadline { try reactor.wait(until: deadline, into: &batch) }
        } catch {
            // Nothing left to wait with: the process ends now, and with it the connections.
            return
        }
    }
}
