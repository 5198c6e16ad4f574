import FosterAPI
import FosterConfig
import FosterCore

extension ServiceResource {
    init(_ record: ServiceRecord, _ life: Life) {
        self.init(
            name: record.spec.id.name, spec: Spec(record.spec), status: ServiceResource.Status(record.status, life))
    }
}

extension ServiceResource.Spec {
    init(_ spec: ServiceSpec) {
        self.init(
            restart: ServiceResource.Restart(
                policy: spec.restart.policy.rawValue, maxRetries: spec.restart.maxRetries,
                delay: Syntax.text(spec.restart.delay), maxDelay: Syntax.text(spec.restart.maxDelay),
                resetAfter: Syntax.text(spec.restart.resetAfter)),
            stop: ServiceResource.Stop(
                signal: spec.stop.signal.description, scope: spec.stop.scope.rawValue,
                grace: Syntax.text(spec.stop.grace)),
            onExit: spec.onExit.rawValue, onFailure: spec.onFailure.rawValue,
            startTimeout: Syntax.text(spec.startTimeout))
        switch spec.program {
        case .command(let words): command = words
        case .shell(let line): shell = line
        }
        if !spec.env.isEmpty {
            // As for the program: of two with the same name the later one wins.
            env = Dictionary(spec.env.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        }
        workingDir = spec.workingDir
        user = spec.user
        group = spec.group
        dependsOn = Self.map(spec.dependsOn)
        if spec.readiness == .notify { readiness = ServiceResource.Readiness(notify: true) }
    }

    fileprivate static func map(_ dependencies: [Dependency]) -> [String: String]? {
        guard !dependencies.isEmpty else { return nil }
        return Dictionary(dependencies.map { ($0.service.name, $0.condition.rawValue) }, uniquingKeysWith: { $1 })
    }
}

extension ServiceResource.Status {
    init(_ status: ServiceStatus, _ life: Life) {
        self.init(
            state: status.state.rawValue, wanted: status.wanted.rawValue, ready: status.ready,
            restarts: status.restarts, exits: status.exits, revision: status.revision)
        reason = status.reason
        runId = status.runID?.number
        pid = status.pid
        startedAt = status.startedAt.map(life.time)
        readyAt = status.readyAt.map(life.time)
        nextStartAt = status.nextStartAt.map(life.time)
        lastExit = status.lastExit.map { end in
            ServiceResource.Exit(
                runId: end.runID.number, cause: end.cause.rawValue, code: end.code, signal: end.signal?.description,
                reason: end.reason, at: life.time(end.at))
        }
        statusText = status.statusText
        waitingFor = ServiceResource.Spec.map(status.waitingFor)
    }
}
