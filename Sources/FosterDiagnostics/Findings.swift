public import FosterAPI

/// The findings in the order in which they are looked for; a new one has its row in docs/diagnostics.md.
enum FindingID: String, CaseIterable {
    case noProc = "no-proc"
    case foreignProc = "foreign-proc"
    case hiddenProcesses = "hidden-processes"
    case notInit = "not-init"
    case shellForm = "shell-form"
    case ignoresStopSignal = "ignores-stop-signal"
    case unhandledStopSignal = "unhandled-stop-signal"
    case unreapedZombies = "unreaped-zombies"
    case serviceDaemonises = "service-daemonises"
    case graceAboveOrchestrator = "grace-above-orchestrator"
    case noMemoryLimit = "no-memory-limit"
    case processLimitNear = "process-limit-near"
}

extension Finding {
    init(
        _ id: FindingID, _ severity: Severity, _ summary: String, _ evidence: [String], _ remedy: String,
        service: String? = nil, pid: Int32? = nil
    ) {
        self.init(
            id: id.rawValue, severity: severity, summary: summary, evidence: evidence, remedy: remedy, service: service,
            pid: pid)
    }
}

extension ContainerFacts {
    /// What is wrong, the worst first.
    public var findings: [Finding] {
        let view = ProcessView(self)
        let all = surroundings(view) + signals(view) + zombies(view) + flights + graces + limits
        return Finding.Severity.allCases.reversed().flatMap { severity in all.filter { $0.severity == severity } }
    }
}

/// The processes by pid, with what findings ask of them.
struct ProcessView {
    let all: [ProcessRecord]
    private let byPid: [Int32: ProcessRecord]
    private let busyParents: Set<Int32>

    init(_ facts: ContainerFacts) {
        all = facts.processes
        byPid = Dictionary(all.map { ($0.pid, $0) }, uniquingKeysWith: { first, _ in first })
        busyParents = Set(all.filter { !$0.isZombie }.map(\.parent))
    }

    subscript(pid: Int32) -> ProcessRecord? { byPid[pid] }

    func hasLivingChild(_ process: ProcessRecord) -> Bool { busyParents.contains(process.pid) }

    /// The service whose first process is this one or stands above it.
    func service(of pid: Int32, among services: [ServiceFacts]) -> ServiceFacts? {
        for ancestor in line(of: pid) {
            if let service = services.first(where: { $0.pid == ancestor }) { return service }
        }
        return nil
    }

    func isBelow(_ pid: Int32, _ ancestor: Int32) -> Bool { line(of: pid).dropFirst().contains(ancestor) }

    /// A process and its ancestors, as far as they are shown.
    private func line(of pid: Int32) -> [Int32] {
        var line = [pid]
        // The processes were read one after another: their parents may go in a circle.
        while line.count <= all.count, let last = line.last, let parent = byPid[last]?.parent, parent > 0 {
            line.append(parent)
        }
        return line
    }
}
