/// What operators ask for.
///
/// The same verb on the same service joins the running operation. A stop takes the place of a start and of a restart, a restart
/// that of a start and of a stop, a start that of a stop.
extension Supervisor {
    mutating func obey(_ command: Command, _ turn: inout Turn) {
        switch command.action {
        case .start(let id): withService(id, .start, command, &turn) { $0.start($1, command, &$2) }
        case .stop(let id): withService(id, .stop, command, &turn) { $0.stop($1, command, &$2) }
        case .restart(let id): withService(id, .restart, command, &turn) { $0.restart($1, command, &$2) }
        case .signal(let id, let signal, let scope):
            withService(id, .signal, command, &turn) { $0.signal($1, signal, scope, command, &$2) }
        case .shutdown(let exitCode): shutDown(exitCode, command, &turn)
        }
    }

    /// Refuses what names no service, or another run than the one that the caller saw.
    private mutating func withService(
        _ id: ServiceID, _ verb: OperationVerb, _ command: Command, _ turn: inout Turn,
        _ body: (inout Supervisor, Int, inout Turn) -> Void
    ) {
        guard let index = positions[id] else {
            return refuse(command, verb, id, "no-such-service", "there is no service \"\(id)\"", &turn)
        }
        let current = services[index].status.runID
        if let run = command.ifRunID, run != current {
            let message = current.map { "the run is \($0), not \(run)" } ?? "there has been no run yet"
            return refuse(command, verb, id, "run-mismatch", message, &turn)
        }
        body(&self, index, &turn)
    }

    private mutating func start(_ index: Int, _ command: Command, _ turn: inout Turn) {
        let service = services[index]
        guard accepts(.start, of: service.id, command, &turn) else { return }
        // A run that is on its way to ready fulfils it as well: only earlier ones do not.
        let run = service.status.runID ?? 0
        let isStarting = service.state.name == .starting && service.liveRun != nil
        operations.supersede([.stop], of: service.id, &turn)
        operations.create(
            .start, of: service.id, after: isStarting ? RunID(run.number &- 1) : run, for: command, &turn)
        startDependencies(of: index, &turn)
        send(.start, to: index, &turn)
        turn.noteChange(of: index)
    }

    private mutating func restart(_ index: Int, _ command: Command, _ turn: inout Turn) {
        let service = services[index]
        guard accepts(.restart, of: service.id, command, &turn) else { return }
        operations.supersede([.start, .stop], of: service.id, &turn)
        operations.create(.restart, of: service.id, after: service.status.runID ?? 0, for: command, &turn)
        startDependencies(of: index, &turn)
        send(.restart, to: index, &turn)
        turn.noteChange(of: index)
    }

    private mutating func stop(_ index: Int, _ command: Command, _ turn: inout Turn) {
        let id = services[index].id
        guard !operations.join(command.id, to: .stop, of: id) else { return }
        operations.supersede([.start, .restart], of: id, &turn)
        operations.create(.stop, of: id, after: 0, for: command, &turn)
        // While everything stops, the service gets its stop in its turn.
        if !isStopping { send(.stop, to: index, &turn) }
        turn.noteChange(of: index)
    }

    private mutating func signal(
        _ index: Int, _ signal: Signal, _ scope: SignalScope, _ command: Command, _ turn: inout Turn
    ) {
        let id = services[index].id
        guard let run = services[index].liveRun else {
            return refuse(command, .signal, id, "not-running", "\"\(id)\" is not running", &turn)
        }
        let operation = operations.create(.signal, of: id, after: run, for: command, &turn)
        turn.perform(.deliver(SignalMessage(signal), id, run, scope))
        operations.finish(operation, .succeeded, &turn)
    }

    private mutating func shutDown(_ exitCode: UInt8?, _ command: Command, _ turn: inout Turn) {
        guard !operations.join(command.id, to: .shutdown, of: nil) else { return }
        operations.create(.shutdown, of: nil, after: 0, for: command, &turn)
        stopEverything("asked by \(command.actor)", exitCode: exitCode, &turn)
    }

    /// Whether a start or restart is to be begun: it is neither refused nor has it joined another.
    private mutating func accepts(
        _ verb: OperationVerb, of id: ServiceID, _ command: Command, _ turn: inout Turn
    ) -> Bool {
        if isStopping {
            refuse(command, verb, id, "shutting-down", "everything is being stopped", &turn)
            return false
        }
        return !operations.join(command.id, to: verb, of: id)
    }

    private mutating func refuse(
        _ command: Command, _ verb: OperationVerb, _ id: ServiceID, _ code: String, _ message: String,
        _ turn: inout Turn
    ) {
        let operation = operations.create(verb, of: id, after: 0, for: command, &turn)
        operations.finish(operation, .failed(code: code, message: message), &turn)
    }

    /// Ends the operations that the state of their service fulfils or fails.
    mutating func endOperations(of index: Int, _ turn: inout Turn) {
        let service = services[index]
        for operation in operations.running where operation.service == service.id {
            if let outcome = operation.outcome(in: service) { operations.finish(operation.id, outcome, &turn) }
        }
    }
}
