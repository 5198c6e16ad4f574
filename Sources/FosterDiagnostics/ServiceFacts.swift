public import FosterCore

/// What is known of a service: from the plan, and from what has happened to its runs.
public struct ServiceFacts: Hashable, Sendable {
    public var name: String
    /// The first process of the current run.
    public var pid: Int32?
    public var stopSignal: Signal
    /// Whether the stop signal goes to the first process alone.
    public var signalsLeaderOnly: Bool
    public var grace: Duration
    /// How the last run ended, where that looks like a program that went into the background.
    public var flight: Flight?

    /// A first process that ended soon and well, and did not take what it had started with it.
    public struct Flight: Hashable, Sendable {
        public var run: RunID
        public var pid: Int32
        public var ranFor: Duration
        /// What else of the run has been reaped since, ended by foster.
        public var reaped: [Int32]

        public init(run: RunID, pid: Int32, ranFor: Duration, reaped: [Int32]) {
            self.run = run
            self.pid = pid
            self.ranFor = ranFor
            self.reaped = reaped
        }
    }

    public init(name: String, pid: Int32?, stopSignal: Signal = .term, signalsLeaderOnly: Bool = true, grace: Duration)
    {
        self.name = name
        self.pid = pid
        self.stopSignal = stopSignal
        self.signalsLeaderOnly = signalsLeaderOnly
        self.grace = grace
    }

    /// A program that runs longer than this before it ends has not gone into the background.
    static let soon: Duration = .seconds(5)

    /// Every service of a status. `now` is time since boot.
    public static func all(in status: Status, at now: Duration) -> [ServiceFacts] {
        let flights = Flights(status.journal)
        return status.snapshot.services.map { record in
            let spec = record.spec
            var facts = ServiceFacts(
                name: spec.id.name, pid: record.status.pid, stopSignal: spec.stop.signal,
                signalsLeaderOnly: spec.stop.scope == .leader && !spec.isShell, grace: spec.stop.grace)
            facts.flight = flights.lasting(record.status, of: spec.id, at: now)
            return facts
        }
    }
}

extension ServiceSpec {
    /// Its process group gets the signals.
    fileprivate var isShell: Bool { if case .shell = program { true } else { false } }
}

/// Finds in the journal the runs that left something behind.
///
/// Foster ends what a run leaves, so that most of the time nothing lives of it when somebody looks: that ending it took a while, and whom
/// foster has reaped meanwhile, is what tells.
private struct Flights {
    private struct Story {
        var run: RunID?
        var startedAt: Duration?
        var pid: Int32 = 0
        var exitedAt: Duration?
        var settledAt: Duration?
        var isSuspect = false
        var reaped: [Int32] = []
    }

    /// Who is reaped so long after a run's end is still taken to come from it.
    private static let wake: Duration = .milliseconds(100)

    private var started: [ServiceID: Story] = [:]
    /// The last run that has ended: known until the next one has ended as well.
    private var ended: [ServiceID: Story] = [:]

    init(_ journal: Journal) {
        var revision = (journal.firstRevision ?? 1) &- 1
        while let entries = journal.entries(after: revision, limit: 512), let end = entries.last {
            for entry in entries { read(entry) }
            revision = end.revision
        }
    }

    private mutating func read(_ entry: JournalEntry) {
        switch entry.event {
        case .serviceState(let id, let state, let run?, let pid?, _) where state == .starting || state == .running:
            guard started[id]?.run != run, ended[id]?.run != run else { return }
            var story = Story()
            story.run = run
            story.startedAt = entry.time
            story.pid = pid
            started[id] = story
        case .serviceExit(let id, let run, let pid, let exit, let expected):
            var story = started.removeValue(forKey: id) ?? Story()
            story.run = run
            story.pid = pid
            story.exitedAt = entry.time
            story.isSuspect = exit == .exited(code: 0) && !expected
            ended[id] = story
        case .serviceState(let id, let state, _, _, _) where state != .stopping:
            guard let exitedAt = ended[id]?.exitedAt, ended[id]?.settledAt == nil, entry.time >= exitedAt else {
                return
            }
            ended[id]?.settledAt = entry.time
        case .processReaped(let pid, .signaled(let signal, _), _, let owner, _)
        where signal == .term || signal == .kill:
            // Of several that ended in the same moment it cannot always be told whose it was.
            let candidates = suspects(at: entry.time).filter { owner == nil || $0 == owner }
            if candidates.count == 1 { ended[candidates[0]]?.reaped.append(pid) }
        default: break
        }
    }

    /// The services whose runs are being cleared up at a time, or were a moment ago.
    private func suspects(at time: Duration) -> [ServiceID] {
        ended.compactMap { id, story in
            guard let exitedAt = story.exitedAt, time >= exitedAt else { return nil }
            return story.settledAt == nil || time <= exitedAt + Self.wake ? id : nil
        }
    }

    /// The flight of a service's last ended run, unless the service has done better since.
    func lasting(_ status: ServiceStatus, of id: ServiceID, at now: Duration) -> ServiceFacts.Flight? {
        guard let story = ended[id], story.isSuspect, let run = story.run, let startedAt = story.startedAt,
            let exitedAt = story.exitedAt, exitedAt - startedAt < ServiceFacts.soon
        else { return nil }
        let tookTime = (story.settledAt ?? now) > exitedAt
        guard tookTime || !story.reaped.isEmpty else { return nil }
        if status.pid != nil, status.runID != run, let since = status.startedAt, now - since >= ServiceFacts.soon {
            return nil
        }
        return ServiceFacts.Flight(run: run, pid: story.pid, ranFor: exitedAt - startedAt, reaped: story.reaped)
    }
}
