import FosterAPI
import FosterCore
import FosterSystem
import FosterWire

extension Responder {
    mutating func processes(_ query: Query, at now: Duration) throws(Refusal) -> Response {
        let states = try query.choices("state", of: ProcessResource.State.self)
        let origins = try query.choices("origin", of: ProcessResource.Origin.self)
        let services = try query.list("service").map(Set.init)
        processes.sweep(status, at: now)
        guard !processes.rows.isEmpty else {
            throw Refusal(.serviceUnavailable, "no-proc", "/proc cannot be read")
        }
        if processes.sweptAt == now { wantsOrphans = true }
        let clock = TickClock(settings)
        var items: [ProcessResource] = []
        for row in processes.rows {
            let state = ProcessResource.State(row.facts.state)
            let origin = ProcessResource.Origin(row.finding.origin)
            guard states?.contains(state) ?? true, origins?.contains(origin) ?? true else { continue }
            if let services {
                guard let service = row.finding.service, services.contains(service.name) else { continue }
            }
            items.append(ProcessResource(row, state, origin, clock, life))
        }
        return JSON.response(ProcessList(sweptAt: life.time(processes.sweptAt ?? now), items: items))
    }
}

/// Makes calendar times of start times in ticks, by foster's own, which is known both ways: the ticks count time of suspension as
/// well, and time since boot does not.
struct TickClock {
    private let own: UInt64
    private let startedAt: Timestamp

    init(_ settings: ControlThread.Settings) {
        own = ProcFS.facts(of: Host.pid)?.startTime ?? 0
        startedAt = settings.life.time(settings.startedAt)
    }

    func time(_ ticks: UInt64) -> Timestamp {
        let difference = Int64(clamping: ticks).subtractingReportingOverflow(Int64(clamping: own)).partialValue
        let milliseconds = difference.multipliedReportingOverflow(by: 1000).partialValue
        return Timestamp(
            millisecondsSince1970: startedAt.millisecondsSince1970 &+ milliseconds
                / Int64(clamping: ProcFS.ticksPerSecond))
    }
}

extension ProcessResource {
    fileprivate init(_ row: ProcessTable.Row, _ state: State, _ origin: Origin, _ clock: TickClock, _ life: Life) {
        let facts = row.facts
        self.init(
            id: "\(facts.pid)-\(facts.startTime)", pid: facts.pid, parentPid: facts.parent, name: facts.name,
            command: ProcFS.commandLine(of: facts.pid), state: state, origin: origin,
            service: row.finding.service?.name, startedAt: clock.time(facts.startTime),
            orphanedAt: row.finding.orphanedAt.map(life.time), threads: facts.threads,
            residentMemoryBytes: facts.residentPages &* ProcFS.pageSize,
            cpuSeconds: Double(facts.userTime &+ facts.systemTime) / Double(ProcFS.ticksPerSecond))
    }
}

extension ProcessResource.Origin {
    fileprivate init(_ origin: Lineage.Origin) {
        switch origin {
        case .foster: self = .foster
        case .service: self = .service
        case .adopted: self = .adopted
        case .other: self = .other
        }
    }
}

extension ProcessResource.State {
    /// The letter of proc(5).
    init(_ letter: UInt8) {
        switch letter {
        case UInt8(ascii: "R"): self = .running
        case UInt8(ascii: "S"): self = .sleeping
        case UInt8(ascii: "D"): self = .waiting
        case UInt8(ascii: "T"), UInt8(ascii: "t"): self = .stopped
        case UInt8(ascii: "Z"), UInt8(ascii: "X"): self = .zombie
        case UInt8(ascii: "I"): self = .idle
        default: self = .other
        }
    }
}
