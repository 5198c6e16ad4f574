import CFoster
public import SystemPackage

/// One sweep of `/proc`, by parents.
public struct ProcessTree: Sendable {
    private let processes: [Int32: ProcessFacts]
    private let children: [Int32: [Int32]]

    public init(_ facts: [ProcessFacts]) {
        processes = Dictionary(facts.map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
        children = Dictionary(grouping: facts, by: \.parent).mapValues { $0.map(\.pid) }
    }

    public static func sweep() -> ProcessTree { ProcessTree(ProcFS.processes()) }

    public var all: some Collection<ProcessFacts> { processes.values }

    public subscript(pid: Int32) -> ProcessFacts? { processes[pid] }

    /// Everything below a process, parents before their children; without the process itself.
    public func descendants(of root: Int32) -> [ProcessFacts] {
        var result: [ProcessFacts] = []
        var seen: Set<Int32> = [root]
        var waiting = children[root] ?? []
        while let pid = waiting.popLast() {
            // A parent that changed during the sweep could close a circle.
            guard seen.insert(pid).inserted, let facts = processes[pid] else { continue }
            result.append(facts)
            waiting += children[pid] ?? []
        }
        return result
    }

    /// The leader that a process comes from, as its ancestors, their sessions and their groups show; `nil` where they do not.
    /// Leaders may be dead: their session and group still bear their pid.
    public func leader(of pid: Int32, among leaders: Set<Int32>, below root: Int32) -> Int32? {
        var current = pid
        var steps = 0
        while current != root, let facts = processes[current], steps < 4096 {
            for candidate in [facts.pid, facts.group, facts.session] where leaders.contains(candidate) {
                return candidate
            }
            current = facts.parent
            steps += 1
        }
        return nil
    }
}

extension Host {
    /// Signals a process that a sweep showed, unless the pid has since become another process's. ESRCH when it is gone.
    public static func signal(_ facts: ProcessFacts, _ number: UInt8) throws(Errno) {
        guard facts.pid > 1 else { throw .invalidArgument }
        // Opened before the look: what the look then shows is what the signal reaches.
        let pidfd = foster_pidfd_open(facts.pid)
        let process = ChildHandle(pid: facts.pid, pidfd: pidfd >= 0 ? Descriptor(owning: pidfd) : nil)
        guard let now = ProcFS.facts(of: facts.pid), now.startTime == facts.startTime else { throw .noSuchProcess }
        try process.signal(number, value: nil)
    }
}
