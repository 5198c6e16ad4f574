import FosterCore
import FosterSystem

/// What `/proc` showed at the last sweep, and which services it came from. At most one sweep a second, when somebody asks.
struct ProcessTable {
    static let interval: Duration = .seconds(1)

    struct Row {
        let facts: ProcessFacts
        let origin: Lineage.Origin
        let service: ServiceID?
    }

    /// Empty where /proc could not be read.
    private(set) var rows: [Row] = []
    private(set) var sweptAt: Duration?
    private var lineage = Lineage()

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
        let origins = lineage.trace(facts, foster: Host.pid)
        rows = zip(facts, origins).map { Row(facts: $0, origin: $1.origin, service: $1.service) }
            // Below another PID 1 the processes around are none of foster's business.
            .filter { Host.isInit || $0.origin != .other }
            .sorted { $0.facts.pid < $1.facts.pid }
    }
}
