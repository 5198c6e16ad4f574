import FosterAPI
import FosterCore
import FosterHTTP
import FosterSystem
import FosterWire

extension Responder {
    /// A verb on a service, checked against the newest snapshot; the init loop has the last word.
    mutating func command(_ endpoint: Endpoint, _ name: String, _ exchange: Exchange) throws(Refusal) -> Command {
        guard let record = status.snapshot.services.first(where: { $0.spec.id.name == name }) else {
            throw noSuchService(name)
        }
        let id = record.spec.id
        let action: Command.Action
        var run: UInt64?
        switch endpoint {
        case .start:
            _ = try JSON.decode(StartRequest.self, from: exchange.request)
            try refuseWhileStopping()
            action = .start(id)
        case .restart:
            run = try JSON.decode(RunRequest.self, from: exchange.request).ifRunId
            try refuseWhileStopping()
            action = .restart(id)
        case .stop:
            run = try JSON.decode(RunRequest.self, from: exchange.request).ifRunId
            action = .stop(id)
        case .signal:
            let body = try JSON.decode(SignalRequest.self, from: exchange.request)
            guard let signal = Signal(name: body.signal) else {
                throw Refusal(
                    .badRequest, "invalid-member",
                    "unknown signal \"\(body.signal.prefix(32))\"; allowed are TERM, SIGTERM, 15, RTMIN+1 and the like")
            }
            run = body.ifRunId
            try refuseUnlessAlive(record)
            action = .signal(id, signal, SignalScope(body.scope))
        case .livez, .readyz, .startupz, .metrics, .openAPI, .info, .services, .service, .operation, .processes,
            .events, .diagnostics, .shutdown:
            throw noSuchService(name)
        }
        try refuse(run, unlessCurrentIn: record)
        return Command(
            id: nextCommandID(), action: action, ifRunID: run.map { RunID($0) }, actor: Self.actor(exchange))
    }

    mutating func shutdown(_ exchange: Exchange) throws(Refusal) -> Command {
        let body = try JSON.decode(ShutdownRequest.self, from: exchange.request)
        return Command(
            id: nextCommandID(), action: .shutdown(exitCode: body.exitCode), actor: Self.actor(exchange))
    }

    private func refuseWhileStopping() throws(Refusal) {
        guard status.snapshot.phase == .stopping else { return }
        throw Refusal(.conflict, "shutting-down", "everything is being stopped")
    }

    private func refuseUnlessAlive(_ record: ServiceRecord) throws(Refusal) {
        switch record.status.state {
        case .starting, .running, .stopping: return
        case .stopped, .backoff, .failed, .completed:
            throw Refusal(.conflict, "not-running", "\"\(record.spec.id)\" is not running")
        }
    }

    private func refuse(_ run: UInt64?, unlessCurrentIn record: ServiceRecord) throws(Refusal) {
        guard let run, run != record.status.runID?.number else { return }
        let current = record.status.runID.map { "the run is \($0), not \(run)" } ?? "there has been no run yet"
        throw Refusal(.conflict, "run-mismatch", current)
    }

    private static func actor(_ exchange: Exchange) -> String {
        guard let peer = exchange.peer else { return exchange.listener.rawValue }
        return "uid \(peer.uid)"
    }
}

extension SignalScope {
    fileprivate init(_ scope: SignalRequest.Scope) {
        switch scope {
        case .main: self = .leader
        case .group: self = .group
        case .all: self = .tree
        }
    }
}
