import FosterAPI
import FosterSystem

// What the container is given: time to stop, memory, processes.
extension ContainerFacts {
    var graces: [Finding] {
        guard let agent else { return [] }
        // Where it is only supposed who the orchestrator is, nothing may be wrong at all.
        let severity: Finding.Severity = orchestrator.evidence == nil ? .info : .warning
        let theirs =
            orchestrator.evidence.map {
                "\(orchestrator.name) waits \(orchestrator.grace.shown) unless told otherwise: \($0)"
            }
            ?? "nothing says who stops the container; \(orchestrator.name) waits \(orchestrator.grace.shown) unless told otherwise"
        let remedy =
            "lower the grace, or raise the orchestrator's: docker stop -t, stop_grace_period in compose, terminationGracePeriodSeconds"
        var found: [Finding] = []
        if let grace = agent.grace, grace > orchestrator.grace {
            found.append(
                Finding(
                    .graceAboveOrchestrator, severity,
                    "foster may take \(grace.shown) to stop everything, and may be killed with all its services after \(orchestrator.grace.shown)",
                    ["grace is \(grace.shown)", theirs], remedy))
        }
        for service in services where service.grace > orchestrator.grace {
            // Foster's own budget, where it is short enough, keeps the stop of the container short as well.
            let isCut = agent.grace.map { $0 <= orchestrator.grace } ?? false
            var evidence = ["stop.grace of \(service.name) is \(service.grace.shown)", theirs]
            if isCut, let grace = agent.grace {
                evidence.append("when everything stops, foster's grace cuts it to \(grace.shown)")
            }
            found.append(
                Finding(
                    .graceAboveOrchestrator, isCut ? .info : severity,
                    "\(service.name) may take \(service.grace.shown) to stop, longer than \(orchestrator.name) waits",
                    evidence,
                    remedy, service: service.name))
        }
        return found
    }

    var limits: [Finding] { memoryFindings + processFindings }

    private var memoryFindings: [Finding] {
        guard case .unlimited(let file, let text) = memory else { return [] }
        return [
            Finding(
                .noMemoryLimit, .info, "the container has no memory limit: what leaks takes the host's memory",
                ["\(file): \(text)"],
                "docker run --memory 512m, mem_limit in compose, resources.limits.memory in Kubernetes")
        ]
    }

    /// The limit that is nearest, from 80 % on.
    private var processFindings: [Finding] {
        let near = processLimits.filter { $0.share >= 0.8 }.max { $0.share < $1.share }
        guard let near else { return [] }
        let isReached = near.current >= near.most
        return [
            Finding(
                .processLimitNear, isReached ? .error : .warning,
                isReached
                    ? "there can be no more processes: fork fails"
                    : "\(Int(near.share * 100)) % of the processes and threads that there can be are there",
                ["\(near.source): \(near.most)", "processes and threads: \(near.current)"],
                near.isGroup
                    ? "find out who starts so many (GET /v1/processes), or raise it: docker run --pids-limit"
                    : "find out who starts so many, or raise it on the host: sysctl \(near.setting)=…")
        ]
    }
}

extension ProcessLimit {
    var share: Double { most == 0 ? 1 : Double(current) / Double(most) }
    /// `kernel.pid_max` of `/proc/sys/kernel/pid_max`.
    fileprivate var setting: String { source.split(separator: "/").dropFirst(2).joined(separator: ".") }
}

extension Duration {
    /// `9s`, `1500ms`.
    fileprivate var shown: String {
        let milliseconds = nanoseconds / 1_000_000
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000)s" : "\(milliseconds)ms"
    }
}
