import FosterCore

/// What must hold between services.
extension Configuration {
    /// Unknown names, cycles, and conditions that never come to hold.
    static func checkDependencies(_ drafts: [ServiceDraft], _ report: inout Report) {
        let specs = Dictionary(drafts.map { ($0.spec.id, $0.spec) }, uniquingKeysWith: { first, _ in first })
        let names = drafts.map(\.spec.id.name)
        var edges: [ServiceID: [ServiceID]] = [:]
        for draft in drafts {
            for (dependency, place, path) in draft.dependencies {
                let name = dependency.service.name
                guard let needed = specs[dependency.service] else {
                    report.error(
                        place, path, "there is no service \(quoted(name))\(suggestion(for: name, among: names))")
                    continue
                }
                edges[draft.spec.id, default: []].append(dependency.service)
                if dependency.condition == .completed, [.always, .unlessStopped].contains(needed.restart.policy) {
                    let policy = needed.restart.policy.rawValue
                    report.warn(place, path, "\(name) never completes: its restart policy is \(policy)")
                }
            }
        }
        guard let cycle = DependencyGraph(edges).cycle, let first = cycle.first, cycle.count > 1 else { return }
        let next = cycle[1]
        let draft = drafts.first { $0.spec.id == first }
        let link = draft?.dependencies.first { $0.dependency.service == next }
        report.error(
            link?.place ?? .start, link?.path ?? .root,
            "services depend on each other in a circle: \(shown(cycle))")
    }

    /// `a → b → a`; of a long one the beginning and the end.
    private static func shown(_ cycle: [ServiceID]) -> String {
        let names = cycle.map(\.name)
        guard names.count > 16 else { return names.joined(separator: " → ") }
        return (names.prefix(6) + ["… \(names.count - 12) more …"] + names.suffix(6)).joined(separator: " → ")
    }

    /// Warns where a stop would have to cut short the graces that the file asks for.
    ///
    /// The default of `stop.grace` does not count: it means "what the budget gives".
    static func warnOfGraces(_ plan: Plan, _ drafts: [ServiceDraft], at fields: Fields, _ report: inout Report) {
        guard let budget = plan.grace else { return }
        let graces = Dictionary(
            drafts.filter(\.hasOwnGrace).map { ($0.spec.id, $0.spec.stop.grace) },
            uniquingKeysWith: { first, _ in first })
        let waves = plan.stopWaves
        var sum: Duration = .zero
        for wave in waves { sum += wave.compactMap { graces[$0] }.max() ?? .zero }
        guard sum > budget,
            let longest = drafts.filter(\.hasOwnGrace).max(by: { $0.spec.stop.grace < $1.spec.stop.grace })
        else { return }
        let inWaves = waves.count == 1 ? "" : " over \(waves.count) waves"
        report.warn(
            fields["grace"]?.place ?? longest.place, ValuePath.root.key("grace"),
            "the services' stop graces need \(Syntax.text(sum))\(inWaves), more than the whole stop has "
                + "(\(Syntax.text(budget))): they will be cut short")
    }
}

extension Plan {
    /// The services in the order of their starts; those of a wave wait for earlier waves only.
    var startWaves: [[ServiceID]] { DependencyGraph(services).waves }

    /// The services in the order of their stops: nothing is stopped while something that depends on it runs.
    var stopWaves: [[ServiceID]] {
        var dependents = DependencyGraph(services).dependents
        for service in services where dependents[service.id] == nil { dependents[service.id] = [] }
        return DependencyGraph(dependents).waves
    }
}
