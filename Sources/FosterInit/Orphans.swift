import FosterCore
import FosterSystem

/// The processes that foster has adopted: whose they are, since when, and who of them is due for which signal where they are
/// to end. A value: the runner sweeps, reads and signals.
struct Orphans {
    struct Orphan {
        let facts: ProcessFacts
        let since: Duration
        var service: ServiceID?
        var isAnnounced = false
        /// When it gets SIGKILL, once it has had SIGTERM.
        var killAt: Duration?

        var identity: Lineage.Identity { Lineage.Identity(pid: facts.pid, startTime: facts.startTime) }
    }

    /// Dead ones that are looked up in `/proc` within a second: a look costs more than reaping.
    private static let looksASecond = 16

    private var lineage: Lineage
    private var byPid: [Int32: Orphan] = [:]
    /// Those whose environment may tell whose they are.
    private var unexamined: [Int32] = []
    private var looks = 0
    private var looksSince: Duration?

    init(onlyService: ServiceID?) { lineage = Lineage(onlyService: onlyService) }

    /// Takes a whole sweep, zombies too. `runs` are the services by the first processes of their runs, dead ones included;
    /// `own` is what foster itself has started and not reaped.
    mutating func take(
        _ processes: [ProcessFacts], foster: Int32, runs: [Int32: ServiceID], own: Set<Int32>, at now: Duration
    ) {
        lineage.learn(runs: runs, alive: own)
        let findings = lineage.trace(processes.map(Lineage.Sighting.init), foster: foster, at: now)
        var current: [Int32: Orphan] = [:]
        unexamined.removeAll()
        for (facts, finding) in zip(processes, findings) {
            guard let since = finding.orphanedAt, !own.contains(facts.pid) else { continue }
            if var orphan = byPid[facts.pid], orphan.facts.startTime == facts.startTime {
                orphan.service = finding.service
                current[facts.pid] = orphan
            } else if !facts.isZombie {
                current[facts.pid] = Orphan(facts: facts, since: since, service: finding.service)
            }
            if finding.needsMarker, !facts.isZombie { unexamined.append(facts.pid) }
        }
        byPid = current
    }

    /// At most so many whose environment is to be read, which `note` takes.
    func unexamined(limit: Int) -> [Int32] { Array(unexamined.prefix(limit)) }

    mutating func note(_ pid: Int32, cameFrom service: ServiceID?) {
        guard let orphan = byPid[pid] else { return }
        byPid[pid]?.service = service
        lineage.note(orphan.identity, cameFrom: service)
    }

    /// At most so many that have not been announced yet, each once.
    mutating func takeNews(limit: Int) -> [Orphan] {
        let news = byPid.values.filter { !$0.isAnnounced }.sorted { $0.facts.pid < $1.facts.pid }.prefix(limit)
        for orphan in news { byPid[orphan.facts.pid]?.isAnnounced = true }
        return Array(news)
    }

    /// Who is to get which signal now. `graces`: the services whose orphans are to end, and the time that these get for it.
    mutating func takeDue(_ graces: [ServiceID: Duration], at now: Duration) -> [(ProcessFacts, Signal)] {
        var due: [(ProcessFacts, Signal)] = []
        for (pid, orphan) in byPid {
            guard let service = orphan.service, let grace = graces[service] else { continue }
            if orphan.killAt.map({ now >= $0 }) ?? false { due.append((orphan.facts, .kill)) }
            if orphan.killAt == nil {
                byPid[pid]?.killAt = now + grace
                due.append((orphan.facts, .term))
            }
        }
        return due.sorted { $0.0.pid < $1.0.pid }
    }

    /// When the next one is due for SIGKILL.
    func nextKill(from now: Duration) -> Duration? {
        byPid.values.lazy.compactMap(\.killAt).filter { $0 >= now }.min()
    }

    /// Forgets one that has died.
    mutating func remove(_ pid: Int32) -> Orphan? { byPid.isEmpty ? nil : byPid.removeValue(forKey: pid) }

    /// Whether a dead one that is not known may be looked up in `/proc`.
    mutating func mayLook(at now: Duration) -> Bool {
        if looksSince.map({ now - $0 >= .seconds(1) }) ?? true {
            looksSince = now
            looks = 0
        }
        guard looks < Self.looksASecond else { return false }
        looks += 1
        return true
    }

    /// The service of a dead one, by what its session and group still show.
    mutating func service(of facts: ProcessFacts, runs: [Int32: ServiceID], own: Set<Int32>) -> ServiceID? {
        lineage.learn(runs: runs, alive: own)
        return lineage.service(of: Lineage.Sighting(facts))
    }
}

extension Lineage.Sighting {
    fileprivate init(_ facts: ProcessFacts) {
        self.init(
            Lineage.Identity(pid: facts.pid, startTime: facts.startTime), parent: facts.parent, group: facts.group,
            session: facts.session)
    }
}
