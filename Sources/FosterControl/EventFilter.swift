import FosterCore

/// Which events a reader wants.
struct EventFilter {
    /// Every type there is, in the order of the documentation.
    static let types = [
        "service.state", "service.ready", "service.status", "service.exit", "service.backoff", "operation.created",
        "operation.finished", "process.adopted", "process.reaped", "config.loaded", "shutdown.started",
        "shutdown.laggard", "signal.received", "log.dropped", "agent.warning",
    ]

    private let types: Set<String>
    private let services: Set<ServiceID>?

    /// `types` are names or `service.*` and the like. Without any, all but `process.*`: a container that forks much has more
    /// of these than of all others.
    init(types patterns: [String]?, services: [String]?) throws(Refusal) {
        self.services = services.map { Set($0.map { ServiceID($0) }) }
        guard let patterns else {
            types = Set(Self.types.filter { !$0.hasPrefix("process.") })
            return
        }
        var chosen: Set<String> = []
        for pattern in patterns {
            let matching = Self.types.filter {
                $0 == pattern || pattern.hasSuffix(".*") && $0.hasPrefix(pattern.dropLast())
            }
            guard !matching.isEmpty else {
                throw Query.invalid("type", "allowed: \(Self.types.joined(separator: ", ")), service.* and the like")
            }
            chosen.formUnion(matching)
        }
        types = chosen
    }

    /// Whether orphans are among what the reader wants.
    var admitsProcesses: Bool { types.contains { $0.hasPrefix("process.") } }

    func admits(_ event: JournalEvent) -> Bool {
        guard types.contains(event.type) else { return false }
        guard let services else { return true }
        return event.service.map(services.contains) ?? false
    }
}
