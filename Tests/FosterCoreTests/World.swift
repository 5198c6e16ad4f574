import Foundation
import Testing

@testable import FosterCore

/// A supervisor with a clock and the timers it armed. Every event is also given to a copy that has been encoded and decoded,
/// which must do the same: saving and resuming is tested wherever anything is.
struct World {
    private(set) var supervisor: Supervisor
    private(set) var now: Duration = .seconds(100)
    private(set) var effects: [Effect] = []
    private(set) var timers: [TimerKey: Duration] = [:]
    private(set) var journal = Journal()
    private var commands: UInt64 = 0
    private var handled: UInt64 = 0
    /// Every how many events the copy is made: encoding is slow where there are very many.
    var copyInterval: UInt64 = 1

    init(_ plan: Plan) { supervisor = Supervisor(plan: plan) }

    init(_ services: ServiceSpec..., grace: Duration = .seconds(9)) {
        var plan = Plan(form: .services, output: .prefix, services: services)
        plan.grace = grace
        self.init(plan)
    }

    @discardableResult
    mutating func handle(_ event: Event) throws -> [Effect] {
        handled += 1
        guard handled % copyInterval == 0 else {
            var new: [Effect] = []
            supervisor.handle(event, at: now, effects: &new)
            return note(new)
        }
        var copy = try JSONDecoder().decode(Supervisor.self, from: JSONEncoder().encode(supervisor))
        var new: [Effect] = []
        var copied: [Effect] = []
        supervisor.handle(event, at: now, effects: &new)
        copy.handle(event, at: now, effects: &copied)
        #expect(new == copied, "a supervisor that was saved and resumed does something else")
        #expect(copy.snapshot.services.map(\.status) == supervisor.snapshot.services.map(\.status))
        return note(new)
    }

    private mutating func note(_ new: [Effect]) -> [Effect] {
        for effect in new {
            switch effect {
            case .arm(let key, let at): timers[key] = at
            case .disarm(let key): timers[key] = nil
            case .announce(let entry):
                #expect(entry.revision == journal.lastRevision + 1, "revisions have no gap")
                journal.append(entry)
            default: break
            }
        }
        #expect(supervisor.snapshot.revision == journal.lastRevision)
        effects += new
        return new
    }

    /// Lets time pass, and what is due on the way happen.
    @discardableResult
    mutating func pass(_ duration: Duration) throws -> [Effect] {
        let end = now + duration
        let first = effects.count
        while let due = timers.filter({ $0.value <= end }).min(by: { $0.value < $1.value }) {
            timers[due.key] = nil
            now = max(now, due.value)
            try handle(.timer(due.key))
        }
        now = end
        return Array(effects.dropFirst(first))
    }

    func status(_ id: ServiceID) throws -> ServiceStatus {
        try #require(supervisor.snapshot.services.first { $0.spec.id == id }).status
    }

    func state(_ id: ServiceID) throws -> ServiceStateName { try status(id).state }

    func run(_ id: ServiceID) throws -> RunID { try #require(status(id).runID) }

    @discardableResult
    mutating func spawn(_ ids: ServiceID...) throws -> [Effect] {
        let first = effects.count
        for id in ids { try handle(.spawned(id, run: run(id), pid: Int32(1000 + effects.count))) }
        return Array(effects.dropFirst(first))
    }

    /// The first process ends, and nothing is left behind.
    @discardableResult
    mutating func end(_ id: ServiceID, _ exit: FosterCore.ExitStatus) throws -> [Effect] {
        let run = try run(id)
        return try handle(.exited(id, run: run, exit)) + handle(.drained(id, run: run, killed: false))
    }

    @discardableResult
    mutating func end(_ id: ServiceID, code: UInt8) throws -> [Effect] { try end(id, .exited(code: code)) }

    @discardableResult
    mutating func fail(toSpawn id: ServiceID, code: UInt8 = 127) throws -> [Effect] {
        let failure = SpawnFailure(stage: "exec", subject: "/nowhere", reason: "ENOENT", exitCode: code)
        return try handle(.spawnFailed(id, run: run(id), failure))
    }

    @discardableResult
    mutating func signal(_ signal: Signal) throws -> [Effect] { try handle(.signal(SignalMessage(signal))) }

    /// Gives a command and answers the operation that it became or joined.
    @discardableResult
    mutating func command(_ action: Command.Action, ifRunID: RunID? = nil) throws -> OperationRecord {
        commands += 1
        let id = CommandID(commands)
        try handle(.command(Command(id: id, action: action, ifRunID: ifRunID, actor: "uid 0")))
        return try #require(supervisor.snapshot.operations.first { $0.commands.contains(id) })
    }

    func outcome(_ operation: OperationRecord) throws -> OperationOutcome? {
        try #require(supervisor.snapshot.operations.first { $0.id == operation.id }).outcome
    }

    var exitCode: UInt8? {
        for case .finish(let code) in effects { return code }
        return nil
    }

    var events: [JournalEvent] { (journal.entries(after: 0, limit: .max) ?? []).map(\.event) }
    var told: [UpwardMessage] { effects.told }
}

extension [Effect] {
    var launched: [ServiceID] { compactMap { if case .launch(let id, _) = $0 { id } else { nil } } }
    var killed: [ServiceID] { compactMap { if case .kill(let id, _) = $0 { id } else { nil } } }
    var told: [UpwardMessage] { compactMap { if case .tell(let message) = $0 { message } else { nil } } }
    var delivered: [String] {
        compactMap {
            if case .deliver(let message, let id, _, let scope) = $0 { "\(message.signal) \(id) \(scope)" } else { nil }
        }
    }
}

/// A service that is executed as `/bin/NAME`.
func service(
    _ id: ServiceID, restart: RestartRule = RestartRule(), needs: [Dependency] = [], readiness: Readiness = .none,
    onFailure: ContainerAction = .shutdown, stopGrace: Duration = .seconds(10)
) -> ServiceSpec {
    var spec = ServiceSpec(id: id, program: .command(["/bin/\(id)"]))
    spec.restart = restart
    spec.dependsOn = needs
    spec.readiness = readiness
    spec.onFailure = onFailure
    spec.stop.grace = stopGrace
    return spec
}
