/// Which service a process came from: by its ancestors, its session, its process group, and by what was known of it
/// before its parents died. A value: whoever sweeps `/proc` keeps one.
public struct Lineage: Sendable {
    public enum Origin: Hashable, Sendable {
        case foster, service, adopted, other
    }

    /// Names a process for good: the kernel uses a pid again, but not with the same start, in clock ticks.
    public struct Identity: Hashable, Sendable, Codable {
        public let pid: Int32
        public let startTime: UInt64

        public init(pid: Int32, startTime: UInt64) {
            self.pid = pid
            self.startTime = startTime
        }
    }

    /// What a sweep showed of a process.
    public struct Sighting: Hashable, Sendable {
        public let identity: Identity
        public let parent: Int32
        public let group: Int32
        public let session: Int32

        public init(_ identity: Identity, parent: Int32, group: Int32, session: Int32) {
            self.identity = identity
            self.parent = parent
            self.group = group
            self.session = session
        }
    }

    public struct Finding: Hashable, Sendable {
        public var origin: Origin
        public var service: ServiceID?
        /// When foster was first seen to be its parent; of orphans alone, not of what is below them.
        public var orphanedAt: Duration?
        /// An orphan of which nothing tells whose it is, unless its environment does: `note` takes the answer.
        public var needsMarker = false
    }

    private struct Memory {
        var service: ServiceID?
        var orphanedAt: Duration?
        /// What its environment says has been noted.
        var isExamined = false
    }

    /// The service of sessions and groups, and so of first processes of runs, by the pid that they bear. A dead process's is
    /// kept as long as somebody is in its session or group: so long the kernel does not use the pid again.
    private var leaders: [Int32: ServiceID] = [:]
    private var alive: Set<Int32> = []
    private var known: [Identity: Memory] = [:]
    private var lastRevision: UInt64 = 0
    private let onlyService: ServiceID?

    /// `onlyService`: the init form's command, where foster had no children before it. From it came then what is in a session
    /// that foster leads, and below another PID 1 all that foster adopts: neither can be got into from outside.
    public init(onlyService: ServiceID? = nil) { self.onlyService = onlyService }

    /// Takes note of the runs since last time, and of the orphans that the init loop found. What has fallen off the journal
    /// is missed.
    public mutating func learn(from status: Status) {
        while let entries = status.journal.entries(after: lastRevision, limit: 512), let last = entries.last {
            for entry in entries {
                switch entry.event {
                case .serviceState(let id, _, _, let pid?, _): leaders[pid] = id
                case .processAdopted(let identity, _, let service):
                    known[identity] = Memory(service: service, orphanedAt: entry.time)
                default: break
                }
            }
            lastRevision = last.revision
        }
        lastRevision = max(lastRevision, status.journal.lastRevision)
        alive = []
        for service in status.snapshot.services {
            guard let pid = service.status.pid else { continue }
            leaders[pid] = service.spec.id
            alive.insert(pid)
        }
    }

    /// Takes note of the runs that there are, by the pids of their first processes. `alive`: those whose first process lives.
    public mutating func learn(runs: [Int32: ServiceID], alive: Set<Int32>) {
        leaders.merge(runs) { _, new in new }
        self.alive = alive
    }

    /// Takes note of what a process's environment, or something else outside of this value, says of whose it is.
    public mutating func note(_ identity: Identity, cameFrom service: ServiceID?) {
        known[identity, default: Memory()].isExamined = true
        if let service { known[identity]?.service = service }
    }

    /// The service of one process whose parents are not known, such as one that has just died.
    public func service(of process: Sighting) -> ServiceID? {
        known[process.identity]?.service ?? leaders[process.session] ?? leaders[process.group]
    }

    /// What is to be said of each process, in the order given. They are a whole sweep: of others nothing is remembered.
    public mutating func trace(_ processes: [Sighting], foster: Int32, at now: Duration) -> [Finding] {
        let table = Dictionary(processes.map { ($0.identity.pid, $0) }, uniquingKeysWith: { first, _ in first })
        // Somebody else's pid by now, whose session and group are empty then.
        for pid in leaders.keys where pid != foster && !alive.contains(pid) {
            if let process = table[pid], known[process.identity] == nil { leaders[pid] = nil }
        }
        if let onlyService, table[foster]?.session == foster { leaders[foster] = onlyService }
        var remembered: [Identity: Memory] = [:]
        let findings = processes.map { process in
            var finding = finding(for: process, table, foster: foster)
            let isOrphan = finding.origin == .adopted && process.parent == foster
            var memory = known[process.identity] ?? Memory()
            memory.service = finding.service
            memory.orphanedAt = isOrphan ? memory.orphanedAt ?? now : nil
            finding.orphanedAt = memory.orphanedAt
            finding.needsMarker = isOrphan && finding.service == nil && !memory.isExamined
            if finding.service != nil || isOrphan { remembered[process.identity] = memory }
            return finding
        }
        known = remembered
        learnSessions(of: processes, findings, apartFrom: table[foster])
        return findings
    }

    private func finding(for process: Sighting, _ table: [Int32: Sighting], foster: Int32) -> Finding {
        if process.identity.pid == foster { return Finding(origin: .foster) }
        var service: ServiceID?
        var current = process
        // The table is read while processes die: a loop in it is possible, a deeper one than its size is not.
        for _ in 0...table.count {
            if let leader = alive.contains(current.identity.pid) ? leaders[current.identity.pid] : nil {
                return Finding(origin: .service, service: leader)
            }
            // Foster's own session, and that of whoever started it, say nothing; the nearest that says something counts.
            if service == nil { service = self.service(of: current) }
            if current.parent == foster {
                return Finding(origin: .adopted, service: service ?? (foster == 1 ? nil : onlyService))
            }
            guard current.parent > 0, let parent = table[current.parent] else { break }
            current = parent
        }
        return Finding(origin: .other, service: service)
    }

    /// The sessions and groups of what came from a service are the service's: nobody can enter a session from outside.
    private mutating func learnSessions(
        of processes: [Sighting], _ findings: [Finding], apartFrom foster: Sighting?
    ) {
        var used = alive
        var found: [Int32: ServiceID] = [:]
        for (process, finding) in zip(processes, findings) {
            for number in [process.session, process.group] {
                used.insert(number)
                guard let service = finding.service, number > 0, number != foster?.session, number != foster?.group
                else { continue }
                found[number] = service
            }
        }
        leaders = leaders.filter { used.contains($0.key) }
        leaders.merge(found) { known, _ in known }
    }
}
