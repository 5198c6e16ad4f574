import FosterAPI
import FosterCore

extension EventPayload {
    init(_ entry: JournalEntry, _ life: Life) {
        self.init(
            cursor: life.cursor(entry.revision), time: life.time(entry.time), type: entry.event.type,
            service: entry.event.service?.name)
        switch entry.event {
        case .serviceState(_, let state, let run, let pid, let reason):
            self.state = state.rawValue
            runId = run?.number
            self.pid = pid
            self.reason = reason
        case .serviceReady(_, let ready, let run):
            self.ready = ready
            runId = run?.number
        case .serviceStatus(_, let text, let run):
            message = text
            runId = run.number
        case .serviceExit(_, let run, let pid, let exit, let expected):
            runId = run.number
            self.pid = pid
            self.exit = Exit(exit, expected: expected)
        case .serviceBackoff(_, let delay, let restarts):
            delaySeconds = delay / .seconds(1)
            self.restarts = restarts
        case .operationCreated(let id, let verb, _, let actor):
            operation = Operation(
                id: id.description, verb: verb.rawValue, status: .running, failure: nil, actor: actor)
        case .operationFinished(let id, let verb, _, let outcome):
            operation = Operation(
                id: id.description, verb: verb.rawValue, status: OperationResource.Status(outcome),
                failure: OperationResource.Failure(outcome), actor: nil)
        case .processAdopted(let identity, let name, _):
            pid = identity.pid
            self.name = name
        case .processReaped(let pid, let exit, let name, _, let time):
            self.pid = pid
            self.exit = Exit(exit, expected: nil)
            self.name = name
            orphanSeconds = time.map { $0 / .seconds(1) }
        case .configLoaded(let services, let path):
            self.services = services
            self.path = path
        case .shutdownStarted(let reason): self.reason = reason
        case .shutdownLaggard: break
        case .signalReceived(let signal): self.signal = signal.description
        case .logDropped(_, let lines): self.lines = lines
        case .warning(let text): message = text
        }
    }
}

extension EventPayload.Exit {
    fileprivate init(_ exit: ExitStatus, expected: Bool?) {
        switch exit {
        case .exited(let code): self.init(code: code, signal: nil, coreDumped: nil, expected: expected)
        case .signaled(let signal, let coreDumped):
            self.init(code: exit.code, signal: signal.description, coreDumped: coreDumped, expected: expected)
        }
    }
}
