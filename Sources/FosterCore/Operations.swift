/// The commands that were accepted and what became of them: all that run, and the newest that ended.
struct Operations: Sendable, Codable {
    /// How many that ended are kept.
    static let finishedLimit = 256
    /// How many commands one operation remembers: more can only join one that runs very long.
    static let commandLimit = 1024

    /// Oldest first.
    private(set) var records: [OperationRecord] = []
    private(set) var running: [Running] = []
    private var lastID: UInt64 = 0

    /// What has to be known of an operation until it ends.
    struct Running: Hashable, Sendable, Codable {
        let id: OperationID
        let verb: OperationVerb
        let service: ServiceID?
        /// Only runs after this one can fulfil it.
        let after: RunID
    }

    /// Lets a command join a running operation of the same kind; false where there is none.
    mutating func join(_ command: CommandID, to verb: OperationVerb, of service: ServiceID?) -> Bool {
        guard let operation = running.first(where: { $0.verb == verb && $0.service == service }),
            let index = records.lastIndex(where: { $0.id == operation.id })
        else { return false }
        records[index].commands.append(command)
        if records[index].commands.count > Self.commandLimit { records[index].commands.removeFirst() }
        return true
    }

    @discardableResult
    mutating func create(
        _ verb: OperationVerb, of service: ServiceID?, after run: RunID, for command: Command, _ turn: inout Turn
    ) -> OperationID {
        lastID &+= 1
        let id = OperationID(lastID)
        records.append(
            OperationRecord(
                id: id, verb: verb, service: service, commands: [command.id], actor: command.actor, createdAt: turn.now)
        )
        running.append(Running(id: id, verb: verb, service: service, after: run))
        turn.announce(.operationCreated(id, verb, service, actor: command.actor))
        return id
    }

    mutating func finish(_ id: OperationID, _ outcome: OperationOutcome, _ turn: inout Turn) {
        guard let position = running.firstIndex(where: { $0.id == id }),
            let index = records.lastIndex(where: { $0.id == id })
        else { return }
        running.remove(at: position)
        records[index].outcome = outcome
        records[index].finishedAt = turn.now
        turn.announce(.operationFinished(id, records[index].verb, records[index].service, outcome))
        if records.count - running.count > Self.finishedLimit,
            let oldest = records.firstIndex(where: { $0.outcome != nil })
        {
            records.remove(at: oldest)
        }
    }

    /// Ends what a newer command makes pointless; every service's where `service` is `nil`.
    mutating func supersede(_ verbs: [OperationVerb], of service: ServiceID? = nil, _ turn: inout Turn) {
        for operation in running where verbs.contains(operation.verb) {
            if let service, operation.service != service { continue }
            finish(operation.id, .superseded, &turn)
        }
    }
}

extension Operations.Running {
    /// What the state of its service makes of it; `nil` while it is under way.
    func outcome(in machine: ServiceMachine) -> OperationOutcome? {
        let isNewRun = after < (machine.status.runID ?? 0)
        switch (verb, machine.state) {
        case (.start, .running): return .succeeded
        case (.restart, .running) where isNewRun: return .succeeded
        case (.start, .completed) where isNewRun, (.restart, .completed) where isNewRun: return .succeeded
        case (.start, .failed), (.restart, .failed):
            return .failed(code: "start-failed", message: machine.status.reason ?? "failed")
        case (.start, _), (.restart, _):
            // A run that was ready has fulfilled it already: one that ended was not.
            guard let end = machine.status.lastExit, after < end.runID else { return nil }
            return .failed(code: "start-failed", message: end.reason)
        case (.stop, .stopped), (.stop, .completed), (.stop, .failed): return .succeeded
        case (.stop, _), (.signal, _), (.shutdown, _): return nil
        }
    }
}
