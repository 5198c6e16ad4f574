import FosterAPI
import FosterCore

// Who is asked to end, and will not.
extension ContainerFacts {
    func signals(_ view: ProcessView) -> [Finding] {
        var found: [Finding] = []
        for service in services {
            guard let pid = service.pid, let process = view[pid], !process.isZombie else { continue }
            found += signals(process, of: service, view)
        }
        // Somebody else in foster's place is the one whom the orchestrator asks to end.
        if agent?.pid != 1, let first = view[1], first.name != Self.own, !first.isZombie {
            found += signals(first, view)
        }
        return found + innerInits(view)
    }

    private static let own = "foster"

    private func signals(_ process: ProcessRecord, of service: ServiceFacts, _ view: ProcessView) -> [Finding] {
        let signal = service.stopSignal
        switch process.disposition(of: signal.number) {
        case .ignored:
            return [
                Finding(
                    .ignoresStopSignal, .warning,
                    "\(service.name) ignores \(signal), which is its stop signal: a stop takes its whole grace, and ends with SIGKILL",
                    [process.description, process.maskEvidence("SigIgn", \.ignored, signal)],
                    "handle \(signal) in the program, or give the service another one: stop: { signal: … }",
                    service: service.name, pid: process.pid)
            ]
        case .unhandled where process.isShellWithCommand && view.hasLivingChild(process) && service.signalsLeaderOnly:
            return [
                Finding(
                    .shellForm, .warning,
                    "\(service.name) runs under sh -c, and a shell passes no signals on to its child",
                    [process.description, process.maskEvidence("SigCgt", \.caught, signal, has: false)]
                        + children(of: process, view),
                    "write the command as a list of words, or begin it with exec: sh -c \"exec …\"; or let signals reach the whole group: "
                        + "--signal-scope group", service: service.name, pid: process.pid)
            ]
        case .handled, .unhandled, .unknown: return []
        }
    }

    /// PID 1 where it is not foster: what has no handler does not reach it (kill(2)).
    private func signals(_ first: ProcessRecord, _ view: ProcessView) -> [Finding] {
        switch first.disposition(of: Signal.term.number) {
        case .ignored:
            return [
                Finding(
                    .ignoresStopSignal, .warning,
                    "PID 1 ignores SIGTERM: a stop of the container takes its whole grace, and ends with SIGKILL",
                    [first.description, first.maskEvidence("SigIgn", \.ignored, .term)],
                    "put foster in its place: ENTRYPOINT [\"/foster\", \"--\"]; or handle SIGTERM in the program",
                    pid: 1)
            ]
        case .unhandled where first.isShellWithCommand && view.hasLivingChild(first):
            return [
                Finding(
                    .shellForm, .warning,
                    "PID 1 is a shell under sh -c: SIGTERM reaches neither it nor its child",
                    [first.description, first.maskEvidence("SigCgt", \.caught, .term, has: false)]
                        + children(of: first, view),
                    "write the Dockerfile's ENTRYPOINT or CMD as a list, or begin the command with exec: sh -c \"exec …\"",
                    pid: 1)
            ]
        // Known ones take their signals by sigwait(3), which only root can see.
        case .unhandled where isInit(first): return []
        case .unhandled: return [unhandled(first, "PID 1")]
        case .handled, .unknown: return []
        }
    }

    /// Processes that are PID 1 of a namespace of their own, below a service.
    private func innerInits(_ view: ProcessView) -> [Finding] {
        view.all.compactMap { process in
            guard process.pid != 1, process.isInnerInit(parent: view[process.parent]), !process.isZombie,
                let service = view.service(of: process.pid, among: services),
                process.disposition(of: service.stopSignal.number) == .unhandled
            else { return nil }
            return unhandled(process, "PID 1 of a pid namespace of its own, below \(service.name),", service)
        }
    }

    private func unhandled(_ process: ProcessRecord, _ who: String, _ service: ServiceFacts? = nil) -> Finding {
        let signal = service?.stopSignal ?? .term
        return Finding(
            .unhandledStopSignal, .warning,
            "\(who) has no handler for \(signal), which therefore does not reach it: a stop takes the whole grace, and ends with SIGKILL",
            [process.description, process.maskEvidence("SigCgt", \.caught, signal, has: false)]
                + (process.namespacePids.count > 1
                    ? ["NSpid: \(process.namespacePids.map(String.init).joined(separator: " "))"] : []),
            "put an init in its place: ENTRYPOINT [\"/foster\", \"--\"], docker run --init; or handle \(signal) in the program",
            service: service?.name, pid: process.pid)
    }

    private func children(of process: ProcessRecord, _ view: ProcessView) -> [String] {
        view.all.filter { $0.parent == process.pid && !$0.isZombie }.prefix(3).map { "its child is \($0.description)" }
    }
}

extension ProcessRecord {
    /// `SigIgn 0000000000004000 has SIGTERM`.
    fileprivate func maskEvidence(
        _ name: String, _ mask: KeyPath<Signals, UInt64>, _ signal: Signal, has: Bool = true
    ) -> String {
        let digits = String(signals?[keyPath: mask] ?? 0, radix: 16)
        let padded = String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits
        return "\(name) \(padded) \(has ? "has" : "lacks") \(signal) (\(signal.number))"
    }
}
