public import FosterCore

/// Reads a configuration: text to plan, with every diagnostic there is.
///
/// Pure: the caller reads the file and shows the diagnostics. Blocks no longer than a text of 1 MiB takes to parse.
public enum Configuration {
    /// Reads a YAML text; `file` is its name in diagnostics, `defaults` hold for services that say nothing else.
    public static func load(
        _ bytes: [UInt8], file: String, defaults: ServiceDefaults = ServiceDefaults()
    ) -> LoadResult {
        var report = Report(file: file)
        let root = YAMLReader.read(bytes, report: &report)
        if root == nil, !report.hasErrors {
            report.error(.start, .root, "the file is empty; expected the key \"services\"")
        }
        let plan = root.flatMap { read(Value(node: $0, path: .root), defaults, &report) }
        return LoadResult(plan: report.hasErrors ? nil : plan, diagnostics: report.diagnostics)
    }
}

/// What services are that say nothing else: as the command line has it.
public struct ServiceDefaults: Hashable, Sendable {
    public var restart: RestartRule?
    public var signalScope: SignalScope?

    public init() {}
}

/// What became of a configuration: a plan or errors, never both, and warnings with either.
public struct LoadResult: Sendable {
    /// `nil` exactly when there is an error among the diagnostics.
    public let plan: Plan?
    /// In the order of the text.
    public let diagnostics: [Diagnostic]
}

extension Configuration {
    /// The document. Where the report has errors, the plan is made of defaults in their places and must not be used.
    private static func read(_ root: Value, _ defaults: ServiceDefaults, _ report: inout Report) -> Plan? {
        guard let fields = root.fields(["grace", "orphans", "output", "api", "services"], &report) else { return nil }
        var plan = Plan(form: .services, output: .prefix, services: [])
        if let grace = fields["grace"]?.read(&report, as: Syntax.duration) { plan.grace = grace }
        if let orphans = fields["orphans"]?.read(&report, as: Syntax.orphans) { plan.orphans = orphans }
        if let output = fields["output"]?.read(&report, as: Syntax.output) { plan.output = output }
        if let api = fields["api"]?.fields(["control", "probe"], &report) {
            if let control = api["control"] { plan.control = readControl(control, &report) ?? plan.control }
            if let probe = api["probe"] { plan.probe = readProbe(probe, &report) }
        }
        let drafts = fields.required("services", &report).map { readServices($0, defaults, &report) } ?? []
        plan.services = drafts.map(\.spec)
        checkDependencies(drafts, &report)
        // Waves are only known once the dependencies are right.
        if !report.hasErrors { warnOfGraces(plan, drafts, at: fields, &report) }
        return plan
    }

    /// `none`, or `{socket, mode, group}`.
    private static func readControl(_ value: Value, _ report: inout Report) -> ControlListener? {
        if case .scalar(let scalar) = value.node.content, scalar.text == "none" { return .off }
        let keys = ["socket", "mode", "group"]
        guard let fields = value.fields(keys, &report, expected: "a map with the keys \(list(keys)), or \"none\"")
        else {
            return nil
        }
        let mode = fields["mode"]?.read(&report, as: Syntax.mode)
        let group = fields["group"]?.read(&report, as: Syntax.group)
        guard let path = fields.required("socket", &report)?.read(&report, as: Syntax.socketPath) else { return nil }
        return .socket(path: path, mode: mode ?? ControlListener.defaultMode, group: group)
    }

    /// `{listen, metrics}`.
    private static func readProbe(_ value: Value, _ report: inout Report) -> ProbeListener? {
        guard let fields = value.fields(["listen", "metrics"], &report) else { return nil }
        // There is one kind of access so far; the key is there so that a file can say it.
        _ = fields["metrics"]?.read(&report) { text throws(InvalidText) in
            guard text == "open" else { throw .unknown(text, allowed: ["open"]) }
        }
        return fields.required("listen", &report)?.read(&report, as: Syntax.endpoint)
    }

    private static func readServices(
        _ value: Value, _ defaults: ServiceDefaults, _ report: inout Report
    ) -> [ServiceDraft] {
        guard let entries = value.entries(&report, expected: "a map of services by name") else { return [] }
        if entries.isEmpty { report.error(value.place, value.path, "at least one service is needed") }
        return entries.map { entry in
            do throws(InvalidText) {
                _ = try Syntax.serviceName(entry.key)
            } catch {
                report.error(entry.keyPlace, value.path, error.description)
            }
            return ServiceDraft(entry, defaults, &report)
        }
    }
}
