import FosterCore
import FosterSystem

/// Which service a process came from: by its ancestors, its session, its process group, and by what was known of it
/// before its parents died.
struct Lineage {
    enum Origin: Hashable {
        case foster, service, adopted, other
    }

    private struct Identity: Hashable {
        let pid: Int32
        let startTime: UInt64
    }

    /// First processes of runs, dead ones as long as somebody is in their session or group: so long the kernel does not use
    /// the pid again.
    private var leaders: [Int32: ServiceID] = [:]
    private var alive: Set<Int32> = []
    private var known: [Identity: ServiceID] = [:]
    private var lastRevision: UInt64 = 0

    /// Takes note of the runs since last time. What has fallen off the journal is missed.
    mutating func learn(from status: FosterCore.Status) {
        while let entries = status.journal.entries(after: lastRevision, limit: 512), let last = entries.last {
            for entry in entries {
                if case .serviceState(let id, _, _, let pid?, _) = entry.event { leaders[pid] = id }
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

    /// The origin of each process, in the order given.
    mutating func trace(
        _ processes: [ProcessFacts], foster: Int32
    ) -> [(origin: Origin, service: ServiceID?)] {
        let parents = Dictionary(processes.map { ($0.pid, $0.parent) }, uniquingKeysWith: { first, _ in first })
        var remembered: [Identity: ServiceID] = [:]
        var used: Set<Int32> = []
        let result = processes.map { process -> (origin: Origin, service: ServiceID?) in
            used.formUnion([process.session, process.group])
            if process.pid == foster { return (.foster, nil) }
            let identity = Identity(pid: process.pid, startTime: process.startTime)
            let (ancestor, isBelow) = ancestor(of: process.pid, parents, foster: foster)
            // Foster's own session, and that of whoever started it, say nothing.
            let service = ancestor ?? leaders[process.session] ?? leaders[process.group] ?? known[identity]
            if let service { remembered[identity] = service }
            if ancestor != nil { return (.service, service) }
            return (isBelow ? .adopted : .other, service)
        }
        known = remembered
        leaders = leaders.filter { alive.contains($0.key) || used.contains($0.key) }
        return result
    }

    /// The service of the nearest living first process at or above this one, and whether foster is above.
    private func ancestor(
        of pid: Int32, _ parents: [Int32: Int32], foster: Int32
    ) -> (service: ServiceID?, isBelow: Bool) {
        var next = pid
        // The table is read while processes die: a loop in it is possible, a deeper one than its size is not.
        for _ in 0...parents.count {
            if next == foster { return (nil, true) }
            if alive.contains(next) { return (leaders[next], true) }
            guard let parent = parents[next], parent > 0 else { break }
            next = parent
        }
        return (nil, false)
    }
}
