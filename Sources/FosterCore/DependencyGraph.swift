/// Who depends on whom: finds the cycle that a plan must not have, and the order of starts and stops.
///
/// All answers are the same for the same edges, whatever the order of the dictionary: names are visited in their order.
public struct DependencyGraph: Hashable, Sendable, Codable {
    /// What each one depends on, sorted and without repetition; every name that is depended on is a key as well.
    private let dependencies: [ServiceID: [ServiceID]]

    /// Names that occur only as a dependency count as services without dependencies.
    public init(_ edges: [ServiceID: [ServiceID]]) {
        var dependencies: [ServiceID: [ServiceID]] = [:]
        for (service, needed) in edges {
            dependencies[service] = Set(needed).sorted()
            for name in needed where edges[name] == nil { dependencies[name] = [] }
        }
        self.dependencies = dependencies
    }

    public init(_ services: [ServiceSpec]) {
        self.init(
            Dictionary(
                services.map { ($0.id, $0.dependsOn.map(\.service)) }, uniquingKeysWith: { first, _ in first }))
    }

    /// A way along dependencies that comes back to where it began, with the first name repeated at the end
    /// (`a`, `b`, `a`); `nil` where there is none.
    public var cycle: [ServiceID]? {
        var finished: Set<ServiceID> = []
        for start in dependencies.keys.sorted() where !finished.contains(start) {
            // A depth-first search with a stack of its own: a long chain in a file must not exhaust the thread's.
            var path = [start]
            var depths = [start: 0]
            var left = [dependencies[start, default: []][...]]
            while let service = path.last, let next = left.popLast() {
                guard let needed = next.first else {
                    finished.insert(service)
                    depths[service] = nil
                    path.removeLast()
                    continue
                }
                left.append(next.dropFirst())
                if let depth = depths[needed] { return path.dropFirst(depth) + [needed] }
                if finished.contains(needed) { continue }
                depths[needed] = path.count
                path.append(needed)
                left.append(dependencies[needed, default: []][...])
            }
        }
        return nil
    }

    /// The order of starts: each wave depends on earlier waves only, and names in a wave are sorted. What stands on a
    /// cycle, or depends on one, is in no wave.
    public var waves: [[ServiceID]] {
        var missing = dependencies.mapValues(\.count)
        var wave = missing.filter { $0.value == 0 }.keys.sorted()
        let dependents = self.dependents
        var waves: [[ServiceID]] = []
        while !wave.isEmpty {
            waves.append(wave)
            var next: [ServiceID] = []
            for dependent in wave.flatMap({ dependents[$0, default: []] }) {
                let left = missing[dependent, default: 0] &- 1
                missing[dependent] = left
                if left == 0 { next.append(dependent) }
            }
            wave = next.sorted()
        }
        return waves
    }

    /// Who depends directly on each service, sorted.
    public var dependents: [ServiceID: [ServiceID]] {
        var dependents: [ServiceID: [ServiceID]] = [:]
        for service in dependencies.keys.sorted() {
            for needed in dependencies[service, default: []] { dependents[needed, default: []].append(service) }
        }
        return dependents
    }
}
