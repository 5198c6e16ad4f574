import Testing

@testable import FosterCore

/// Every state × every input: what is in the table happens, and whatever is not in it changes nothing.
@Suite("Service machine, every state × every input")
struct ServiceMachineTableTests {
    typealias Input = ServiceMachine.Input

    static let failure = SpawnFailure(stage: "exec", subject: "/bin/web", reason: "ENOENT", exitCode: 127)

    /// How a machine gets into each state, from `stopped`. The service restarts on failure and notifies its readiness.
    static let states: [(name: String, inputs: [Input])] = [
        ("stopped", []),
        ("waiting", [.start]),
        ("launching", [.start, .proceed]),
        ("unready", [.start, .proceed, .spawned(1, pid: 50)]),
        ("running", [.start, .proceed, .spawned(1, pid: 50), .notified(1, .ready)]),
        ("leaving", [.start, .proceed, .spawned(1, pid: 50), .notified(1, .ready), .notified(1, .stopping)]),
        ("stopping", [.start, .proceed, .spawned(1, pid: 50), .stop]),
        ("stopping launch", [.start, .proceed, .stop]),
        ("timed out", [.start, .proceed, .spawned(1, pid: 50), .startTimedOut]),
        ("killed", [.start, .proceed, .spawned(1, pid: 50), .stop, .stopGraceOver]),
        ("draining", [.start, .proceed, .spawned(1, pid: 50), .exited(1, .exited(code: 3))]),
        ("draining stopped", [.start, .proceed, .spawned(1, pid: 50), .stop, .exited(1, .exited(code: 0))]),
        ("backoff", [.start, .proceed, .spawnFailed(1, failure)]),
        (
            "completed",
            [
                .start, .proceed, .spawned(1, pid: 50), .notified(1, .ready), .exited(1, .exited(code: 0)), .drained(1),
            ]
        ),
        ("failed", [.start, .dependencyFailed(reason: "dependency \"db\" failed", code: 4)]),
    ]

    static let inputs: [(name: String, input: Input)] = [
        ("start", .start), ("stop", .stop), ("restart", .restart), ("retire", .retire), ("concede", .concede),
        ("halt", .halt), ("kill", .kill), ("waitFor", .waitFor([Dependency("db", .ready)])), ("proceed", .proceed),
        ("dependencyFailed", .dependencyFailed(reason: "dependency \"db\" failed", code: 4)),
        ("spawned", .spawned(1, pid: 50)), ("spawnFailed", .spawnFailed(1, failure)),
        ("exited 0", .exited(1, .exited(code: 0))), ("exited 3", .exited(1, .exited(code: 3))),
        ("signaled", .exited(1, .signaled(.term, coreDumped: false))), ("drained", .drained(1)),
        ("ready", .notified(1, .ready)), ("reloading", .notified(1, .reloading)), ("leaves", .notified(1, .stopping)),
        ("status", .notified(1, .status("hello"))), ("restartDue", .restartDue), ("startTimedOut", .startTimedOut),
        ("stopGraceOver", .stopGraceOver),
        ("late spawned", .spawned(7, pid: 51)), ("late spawnFailed", .spawnFailed(7, failure)),
        ("late exited", .exited(7, .exited(code: 1))), ("late drained", .drained(7)),
        ("late ready", .notified(7, .ready)),
        ("late leaves", .notified(7, .stopping)), ("late status", .notified(7, .status("late"))),
    ]

    @Test("Each pair does what the table says", arguments: states.map(\.name))
    func row(state: String) throws {
        var actual: [String: String] = [:]
        for (name, input) in Self.inputs {
            var machine = try Self.machine(in: state)
            let before = machine
            var turn = Turn(now: .seconds(2), revision: 100)
            let changed = machine.handle(input, &turn)
            let isSame = machine.state == before.state && machine.status == before.status
            #expect(changed || isSame && turn.effects.isEmpty && machine.retirement == before.retirement)
            if !isSame || !turn.effects.isEmpty {
                let effects = turn.effects.map(Self.describe)
                actual[name] = ([Self.describe(machine.state)] + effects).joined(separator: ", ")
            }
            let entries = turn.effects.compactMap { if case .announce(let entry) = $0 { entry.revision } else { nil } }
            #expect(machine.status.revision == entries.last ?? before.status.revision)
        }
        let expected = try #require(serviceMachineTable[state])
        for name in Self.inputs.map(\.name) {
            #expect(actual[name] == expected[name], "\(state) × \(name)")
        }
        #expect(Set(expected.keys).subtracting(Self.inputs.map(\.name)).isEmpty)
    }

    @Test(
        "Retired or conceded, no state leads to another run", arguments: states.map(\.name), [Input.retire, .concede])
    func retired(state: String, retirement: Input) throws {
        for (name, input) in Self.inputs {
            var machine = try Self.machine(in: state)
            var turn = Turn(now: .seconds(2), revision: 100)
            machine.handle(retirement, &turn)
            for next in [input, .drained(1), .restartDue, .start, .restart, .proceed] { machine.handle(next, &turn) }
            #expect(turn.effects.launched.isEmpty, "\(state) × \(name)")
        }
    }

    static func machine(in state: String) throws -> ServiceMachine {
        let inputs = try #require(states.first { $0.name == state }).inputs
        let rule = RestartRule(policy: .onFailure, maxRetries: 5)
        var machine = ServiceMachine(service("web", restart: rule, readiness: .notify))
        var turn = Turn(now: .seconds(1), revision: 10)
        for input in inputs { machine.handle(input, &turn) }
        return machine
    }

    static func describe(_ state: ServiceMachine.State) -> String {
        switch state {
        case .stopped: "stopped"
        case .waiting: "waiting"
        case .launching(let run, let saidReady): "launching \(run)\(saidReady ? " ready" : "")"
        case .unready(let execution): "unready \(execution.run)"
        case .running(let execution, let ready): "\(ready ? "running" : "leaving") \(execution.run)"
        case .stopping(let process, let cause, let killed): "stopping \(process.run) \(cause)\(killed ? " killed" : "")"
        case .draining(let run, .asWanted): "draining \(run) asWanted"
        case .draining(let run, .byPolicy(let failed, _)): "draining \(run) \(failed ? "failed" : "well")"
        case .backoff: "backoff"
        case .completed: "completed"
        case .failed(let code): "failed \(code)"
        }
    }

    /// The effect in few words; times as what is added to now.
    static func describe(_ effect: Effect) -> String {
        switch effect {
        case .launch(_, let run): "launch \(run)"
        case .deliver(let message, _, let run, let scope): "deliver \(message.signal) \(scope) \(run)"
        case .kill(_, let run): "kill \(run)"
        case .drain(_, let run, let deadline): "drain \(run) +\((deadline - .seconds(2)).words)"
        case .arm(let key, let at): "arm \(key.words) +\((at - .seconds(2)).words)"
        case .disarm(let key): "disarm \(key.words)"
        case .announce(let entry):
            switch entry.event {
            case .serviceState(_, let name, _, _, _): "[\(name)]"
            case .serviceReady(_, let ready, _): ready ? "[ready]" : "[unready]"
            case .serviceExit(_, _, _, _, let expected): expected ? "[exit as asked]" : "[exit]"
            case .serviceBackoff(_, let delay, _): "[delay \(delay.words)]"
            case .serviceStatus(_, let text, _): "[says \(text)]"
            default: "[\(entry.event.type)]"
            }
        case .suspend, .tell, .drainAll, .finish: "\(effect)"
        }
    }
}

extension Duration {
    fileprivate var words: String { formatted(milliseconds: components) }

    private func formatted(milliseconds: (seconds: Int64, attoseconds: Int64)) -> String {
        let total = milliseconds.seconds * 1000 + milliseconds.attoseconds / 1_000_000_000_000_000
        return total % 1000 == 0 ? "\(total / 1000)s" : "\(total)ms"
    }
}

extension TimerKey {
    fileprivate var words: String {
        switch self {
        case .restart: "restart"
        case .startTimeout: "startTimeout"
        case .stopGrace: "stopGrace"
        case .shutdown: "shutdown"
        case .delayedSignal: "delayedSignal"
        }
    }
}
