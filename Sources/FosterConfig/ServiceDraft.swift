import FosterCore

/// A service as read, with the places that the checks across services need.
///
/// Always there, so that a service with an error is still a known name to the others; where something could not be
/// read, the default is in its place and the report has the error.
struct ServiceDraft {
    private(set) var spec: ServiceSpec
    /// Where the service's name stands.
    let place: Place
    /// The places of `spec.dependsOn`, in the same order.
    private(set) var dependencies: [(dependency: Dependency, place: Place, path: ValuePath)] = []
    /// Whether `stop.grace` is the user's own.
    private(set) var hasOwnGrace = false

    static let keys = [
        "command", "shell", "env", "workingDir", "user", "group", "dependsOn", "readiness", "startTimeout", "restart",
        "stop",
        "onExit", "onFailure",
    ]

    init(_ entry: Entry, _ defaults: ServiceDefaults, _ report: inout Report) {
        spec = ServiceSpec(id: ServiceID(entry.key), program: .command([]))
        if let restart = defaults.restart { spec.restart = restart }
        if let scope = defaults.signalScope { spec.stop.scope = scope }
        place = entry.keyPlace
        guard let fields = entry.value.fields(Self.keys, &report) else { return }
        readProgram(fields, &report)
        readPlace(fields, &report)
        readLifecycle(fields, &report)
        if let value = fields["dependsOn"] { readDependencies(value, &report) }
    }

    // MARK: What runs

    private mutating func readProgram(_ fields: Fields, _ report: inout Report) {
        switch (fields["command"], fields["shell"]) {
        case (nil, nil): report.error(place, fields.path, "one of the keys \"command\" and \"shell\" is needed")
        case (let command?, nil):
            if let words = readCommand(command, &report) { spec.program = .command(words) }
        case (nil, let shell?):
            guard let script = shell.text(&report) else { return }
            if script.allSatisfy(\.isWhitespace) { report.error(shell.place, shell.path, "the script is empty") }
            spec.program = .shell(script)
        case (.some, .some):
            let later = fields.keyPlace("shell") ?? place
            report.error(later, fields.path, "only one of the keys \"command\" and \"shell\" is allowed")
        }
    }

    /// A list is the words as they stand; a text is split by quoting rules.
    private func readCommand(_ value: Value, _ report: inout Report) -> [String]? {
        let words: [String]
        if case .scalar = value.node.content {
            guard let split = value.read(&report, as: Syntax.words) else { return nil }
            words = split
        } else {
            guard let items = value.items(&report, expected: "a list or a text") else { return nil }
            let read = items.map { $0.text(&report) }
            guard !read.contains(nil) else { return nil }
            words = read.compactMap(\.self)
        }
        guard let program = words.first else {
            report.error(value.place, value.path, "the command is empty")
            return nil
        }
        guard !program.isEmpty else {
            report.error(value.place, value.path, "the program's name is empty")
            return nil
        }
        return words
    }

    // MARK: Where and as whom it runs

    private mutating func readPlace(_ fields: Fields, _ report: inout Report) {
        if let env = fields["env"] { spec.env = readEnvironment(env, &report) }
        spec.workingDir = fields["workingDir"]?.read(&report) { text throws(InvalidText) in try Syntax.path(text) }
        spec.user = fields["user"]?.read(&report, as: Syntax.user)
        spec.group = fields["group"]?.read(&report, as: Syntax.group)
        if let user = spec.user, user.contains(":"), let group = fields["group"] {
            report.error(group.place, group.path, "the group is given twice: user \(quoted(user)) has one already")
        }
    }

    /// A map of names to values, or a list of `NAME=VALUE`.
    private func readEnvironment(_ value: Value, _ report: inout Report) -> [EnvironmentVariable] {
        var variables: [EnvironmentVariable] = []
        var first: [String: Place] = [:]
        func add(_ name: String, _ text: String, at place: Place, _ path: ValuePath, _ report: inout Report) {
            do throws(InvalidText) {
                variables.append(EnvironmentVariable(name: try Syntax.variableName(name), value: text))
            } catch {
                report.error(place, path, error.description)
            }
            if zip(text.utf8, text.utf8.dropFirst()).contains(where: { $0 == (UInt8(ascii: "$"), UInt8(ascii: "{")) }) {
                report.warn(place, path, "${…} in values is not expanded; the program gets it as it stands")
            }
        }
        if case .sequence = value.node.content {
            for item in value.items(&report) ?? [] {
                guard let text = item.text(&report, expected: "NAME=VALUE") else { continue }
                guard let equals = text.firstIndex(of: "=") else {
                    report.error(item.place, item.path, "expected NAME=VALUE, found \(quoted(text))")
                    continue
                }
                let name = String(text[..<equals])
                if let earlier = first[name] {
                    report.error(
                        item.place, item.path, "the variable \(quoted(name)) is given twice, first at \(earlier)")
                }
                first[name] = first[name] ?? item.place
                add(name, String(text[text.index(after: equals)...]), at: item.place, item.path, &report)
            }
        } else {
            for entry in value.entries(&report, expected: "a map or a list of NAME=VALUE") ?? [] {
                guard let text = entry.value.text(&report) else { continue }
                add(entry.key, text, at: entry.keyPlace, value.path, &report)
            }
        }
        return variables
    }

    // MARK: How it starts, ends, and starts again

    private mutating func readLifecycle(_ fields: Fields, _ report: inout Report) {
        if let restart = fields["restart"] { spec.restart = RestartRule.read(restart, &report) ?? spec.restart }
        if let stop = fields["stop"]?.fields(["signal", "scope", "grace"], &report) {
            if let signal = stop["signal"]?.read(&report, as: Syntax.signal) { spec.stop.signal = signal }
            if let scope: SignalScope = stop["scope"]?.readChoice(&report) { spec.stop.scope = scope }
            if let grace = stop["grace"]?.read(&report, as: Syntax.duration) {
                spec.stop.grace = grace
                hasOwnGrace = true
            }
        }
        if let action: ContainerAction = fields["onExit"]?.readChoice(&report) { spec.onExit = action }
        if let action: ContainerAction = fields["onFailure"]?.readChoice(&report) { spec.onFailure = action }
        if let readiness = fields["readiness"]?.fields(["notify"], &report),
            let notify = readiness.required("notify", &report)?.read(&report, as: Syntax.boolean)
        {
            spec.readiness = notify ? .notify : .none
        }
        if let value = fields["startTimeout"], let timeout = value.read(&report, as: Syntax.duration) {
            if timeout == .zero { report.error(value.place, value.path, "the time to start must be more than 0") }
            spec.startTimeout = timeout
        }
    }

    /// A map of names to conditions, or a list of names, which as in compose files need only to be started.
    private mutating func readDependencies(_ value: Value, _ report: inout Report) {
        if case .sequence = value.node.content {
            var first: [String: Place] = [:]
            for item in value.items(&report) ?? [] {
                guard let name = item.text(&report, expected: "a service's name") else { continue }
                if let earlier = first[name] {
                    report.error(
                        item.place, item.path, "the service \(quoted(name)) is given twice, first at \(earlier)")
                    continue
                }
                first[name] = item.place
                dependencies.append((Dependency(ServiceID(name), .started), item.place, item.path))
            }
        } else {
            let expected = "a map of services to conditions, or a list of services"
            for entry in value.entries(&report, expected: expected) ?? [] {
                // With the condition wrong, whether there is such a service is still checked.
                let condition: DependencyCondition = entry.value.readChoice(&report) ?? .started
                let dependency = Dependency(ServiceID(entry.key), condition)
                dependencies.append((dependency, entry.keyPlace, entry.value.path))
            }
        }
        spec.dependsOn = dependencies.map(\.dependency)
    }
}

extension Value {
    func readChoice<Choice: RawRepresentable & CaseIterable>(_ report: inout Report) -> Choice?
    where Choice.RawValue == String {
        read(&report) { text throws(InvalidText) in try Syntax.choice(text, of: Choice.self) }
    }
}

extension RestartRule {
    /// `on-failure:5`, or `{policy, maxRetries, delay, maxDelay, resetAfter}`.
    static func read(_ value: Value, _ report: inout Report) -> RestartRule? {
        if case .scalar = value.node.content { return value.read(&report, as: Syntax.restart) }
        let keys = ["policy", "maxRetries", "delay", "maxDelay", "resetAfter"]
        let expected = "a policy (\(list(Syntax.restartPolicies))) or a map with the keys \(list(keys))"
        guard let fields = value.fields(keys, &report, expected: expected) else { return nil }
        var rule = RestartRule()
        let policy: RestartPolicy? = fields.required("policy", &report)?.readChoice(&report)
        rule.policy = policy ?? .no
        if let retries = fields["maxRetries"] {
            rule.maxRetries = retries.read(&report, as: Syntax.retries)
            if let policy, policy != .onFailure {
                report.error(
                    retries.place, retries.path,
                    "only the policy on-failure counts retries, and this is \(policy.rawValue)")
            }
        }
        if let delay = fields["delay"]?.read(&report, as: Syntax.duration) { rule.delay = delay }
        if let delay = fields["maxDelay"]?.read(&report, as: Syntax.duration) { rule.maxDelay = delay }
        if let time = fields["resetAfter"]?.read(&report, as: Syntax.duration) { rule.resetAfter = time }
        if rule.delay > rule.maxDelay, let longer = fields["delay"] ?? fields["maxDelay"] {
            report.error(
                longer.place, longer.path,
                "the delay \(Syntax.text(rule.delay)) is longer than maxDelay, \(Syntax.text(rule.maxDelay))")
        }
        return rule
    }
}
