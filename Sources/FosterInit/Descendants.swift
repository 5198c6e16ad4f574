import FosterCore
import FosterSystem

/// Finds what came from foster and from its services: by parents, sessions and groups, and for what has left all three by
/// the variable that every service's processes inherit.
enum Descendants {
    /// Every living descendant of foster.
    static func all() -> [ProcessFacts] {
        ProcessTree.sweep().descendants(of: Host.pid).filter { !$0.isZombie }
    }

    /// What lives of a run, except its first process. `others`: the leaders of all other runs.
    static func of(_ run: LiveRun, others: Set<Int32>, in tree: ProcessTree = .sweep()) -> [ProcessFacts] {
        guard let leader = run.leader else { return [] }
        let root = Host.pid
        let leaders = others.union([leader])
        return tree.descendants(of: root).filter { facts in
            guard !facts.isZombie, facts.pid != leader else { return false }
            if let owner = tree.leader(of: facts.pid, among: leaders, below: root) { return owner == leader }
            return ProcFS.environmentVariable(ServiceSpec.marker, of: facts.pid) == run.service.name
        }
    }

    /// Whether foster may have a child that is none of these leaders. An orphan of a dead run is always such a child, so
    /// that one short file answers most of the time what a sweep would.
    static func mayHaveOrphans(besides leaders: Set<Int32>) -> Bool {
        guard let children = ProcFS.ownChildren() else { return true }
        return children.contains { !leaders.contains($0) }
    }
}
