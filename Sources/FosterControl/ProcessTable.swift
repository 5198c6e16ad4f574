import FosterCore
import FosterSystem

/// What `/proc` showed at the last sweep, and which services it came from. At most one sweep a second, when somebody asks.
struct ProcessTable {
    static let interval: Duration = .seconds(1)
    /// Environments read at one sweep; the next one goes on.
    private static let markersAtOnce = 256

    struct Row {
        let facts: ProcessFacts
        var finding: Lineage.Finding
    }

    /// Empty where /proc could not be read.
    private(set) var rows: [Row] = []
    private(set) var sweptAt: Duration?
    private var lineage = Lineage()
    /// Only services carry one; what the init form's command has was given to foster itself.
    private let readsMarkers: Bool

    init(_ form: AgentForm) { readsMarkers = form == .services }

    var zombies: Int { rows.reduce(0) { $0 + ($1.facts.isZombie ? 1 : 0) } }

    /// Looks again, unless that was done just now.
    mutating func sweep(_ status: FosterCore.Status, at now: Duration) {
        if let sweptAt, now < sweptAt + Self.interval { return }
        sweptAt = now
        lineage.learn(from: status)
        let facts = ProcFS.processes()
        // Foster itself is always there: without it nothing could be read, for want of a descriptor or of /proc itself. That
        // is no news of anybody's end.
        guard facts.contains(where: { $0.pid == Host.pid }) else {
            rows = []
            return
        }
        let findings = lineage.trace(facts.map(Lineage.Sighting.init), foster: Host.pid, at: now)
        rows = zip(facts, findings).map(Row.init)
            // Below another PID 1 the processes around are none of foster's business.
            .filter { Host.isInit || $0.finding.origin != .other }
            .sorted { $0.facts.pid < $1.facts.pid }
        if readsMarkers { readMarkers(status) }
    }

    /// What left its session and group before anybody looked is known by the variable that services are started with.
    private mutating func readMarkers(_ status: FosterCore.Status) {
        let services = Set(status.snapshot.services.map(\.spec.id))
        var left = Self.markersAtOnce
        for index in rows.indices where rows[index].finding.needsMarker && left > 0 {
            left -= 1
            let facts = rows[index].facts
            let name = ProcFS.environmentVariable(ServiceSpec.marker, of: facts.pid)
            let service = name.map { ServiceID($0) }.flatMap { services.contains($0) ? $0 : nil }
            rows[index].finding.service = service
            lineage.note(Lineage.Sighting(facts).identity, cameFrom: service)
        }
    }
}

extension Lineage.Sighting {
    fileprivate init(_ facts: ProcessFacts) {
        self.init(
            Lineage.Identity(pid: facts.pid, startTime: facts.startTime), parent: facts.parent, group: facts.group,
            session: facts.session)
    }
}
