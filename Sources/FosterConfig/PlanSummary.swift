public import FosterCore

/// What a plan would run, for people: what `foster check` prints.
///
/// The same plan always gives the same text. Values of the environment are not in it: they may be secrets.
public struct PlanSummary: CustomStringConvertible, Sendable {
    private let plan: Plan

    public init(_ plan: Plan) { self.plan = plan }

    /// Lines, each ended.
    public var description: String {
        var lines = [
            line("grace", plan.grace.map(Syntax.text) ?? "none"),
            line("output", plan.output.rawValue),
            line("control", control),
        ]
        if let probe = plan.probe { lines.append(line("probe", Self.address(of: probe))) }
        let services = Dictionary(plan.services.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, wave) in plan.startWaves.enumerated() {
            lines += ["", "wave \(index + 1)"]
            for spec in wave.compactMap({ services[$0] }) {
                lines.append("  \(spec.id)")
                lines += Self.facts(of: spec).map { "    " + line($0, $1) }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func line(_ name: String, _ text: String) -> String {
        name + String(repeating: " ", count: max(1, 13 - name.count)) + text
    }

    private var control: String {
        switch plan.control {
        case .off: return "none"
        case .automatic: return "the first usable of the well-known directories"
        case .socket(let path, let mode, let group):
            let digits = String(mode, radix: 8)
            let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return "\(path), mode \(padded)" + (group.map { ", group \($0)" } ?? "")
        }
    }

    private static func address(of probe: ProbeListener) -> String {
        let host = probe.host.contains(":") ? "[\(probe.host)]" : probe.host
        return "\(host):\(probe.port)" + (probe.host.isEmpty ? " (every address)" : "")
    }

    private static func facts(of spec: ServiceSpec) -> [(String, String)] {
        var facts: [(String, String)] = []
        switch spec.program {
        case .command(let words): facts.append(("command", Syntax.text(ofWords: words)))
        case .shell(let script): facts.append(("shell", Syntax.text(ofWords: ["/bin/sh", "-c", script])))
        }
        if !spec.dependsOn.isEmpty {
            facts.append(("dependsOn", list(spec.dependsOn.map { "\($0.service) (\($0.condition.rawValue))" })))
        }
        if !spec.env.isEmpty { facts.append(("env", list(spec.env.map(\.name)))) }
        if let directory = spec.workingDir { facts.append(("workingDir", Syntax.text(ofWords: [directory]))) }
        if let user = spec.user { facts.append(("user", user)) }
        if let group = spec.group { facts.append(("group", group)) }
        facts.append(("ready", spec.readiness == .notify ? "when it sends READY=1" : "once executed"))
        facts.append(("startTimeout", Syntax.text(spec.startTimeout)))
        facts.append(("restart", restart(spec.restart)))
        facts.append(
            ("stop", "\(spec.stop.signal) to the \(spec.stop.scope.rawValue), grace \(Syntax.text(spec.stop.grace))"))
        facts.append(("onExit", spec.onExit.rawValue))
        facts.append(("onFailure", spec.onFailure.rawValue))
        return facts
    }

    private static func restart(_ rule: RestartRule) -> String {
        guard rule.policy != .no else { return "no" }
        let retries = rule.maxRetries.map { ":\($0)" } ?? ""
        return "\(rule.policy.rawValue)\(retries), delay \(Syntax.text(rule.delay)) to \(Syntax.text(rule.maxDelay)), "
            + "reset after \(Syntax.text(rule.resetAfter))"
    }
}
