import FosterCore
import FosterLoop

/// Publishes the newest status when it has changed.
///
/// A publication waits a moment for the output of runs that have just ended: then the last line before an exit is written
/// before anybody reads of the exit. Supervision itself never waits.
struct StatusPublisher {
    /// How long a publication is held back at most.
    static let patience: Duration = .milliseconds(50)

    private let latest: Latest<Status>
    private var status = Status()
    private var publishedRevision: UInt64 = 0
    private var isStale = false
    /// Runs whose output is not drained yet, and when the first of them ended.
    private var draining: Set<Key> = []
    private(set) var heldUntil: Duration?

    private struct Key: Hashable {
        let service: ServiceID
        let run: RunID
    }

    init(_ latest: Latest<Status>) { self.latest = latest }

    mutating func append(_ entry: JournalEntry) {
        status.journal.append(entry)
        isStale = true
    }

    mutating func answer(ping: UInt64) {
        status.answeredPing = max(status.answeredPing, ping)
        isStale = true
    }

    /// A command has been taken: one that joins a running operation changes that, and nothing in the journal tells of it.
    mutating func answerCommand() { isStale = true }

    var counters: InitCounters {
        get { status.counters }
        set {
            status.counters = newValue
            isStale = true
        }
    }

    /// A run has ended whose output the logs thread still reads.
    mutating func hold(for service: ServiceID, _ run: RunID, at now: Duration) {
        draining.insert(Key(service: service, run: run))
        if heldUntil == nil { heldUntil = now + Self.patience }
    }

    mutating func release(_ service: ServiceID, _ run: RunID) {
        draining.remove(Key(service: service, run: run))
        if draining.isEmpty { heldUntil = nil }
    }

    /// What is published next waits for nothing.
    mutating func releaseAll() {
        draining.removeAll()
        heldUntil = nil
    }

    mutating func publish(_ snapshot: Snapshot, at now: Duration) {
        if let until = heldUntil {
            guard now >= until else { return }
            releaseAll()
        }
        guard isStale || snapshot.revision != publishedRevision else { return }
        isStale = false
        publishedRevision = snapshot.revision
        status.snapshot = snapshot
        latest.publish(status)
    }
}
