/// What the supervisor above has been told (sd_notify(3)), so that it is told news only.
struct Upward: Sendable, Codable {
    /// How many services a status names; it is one line for people.
    static let nameLimit = 4

    private(set) var saidReady = false
    private var saidStopping = false
    private var status = ""

    /// `READY=1` once, and `STATUS=` where it changed.
    mutating func report(_ services: some Sequence<ServiceMachine>, isReady: Bool) -> [UpwardMessage] {
        var news: [UpwardMessage] = []
        let text = Self.describe(services)
        if text != status {
            status = text
            news.append(.status(text))
        }
        if isReady, !saidReady {
            saidReady = true
            news.append(.ready)
        }
        return news
    }

    /// `STOPPING=1` once.
    mutating func stop() -> [UpwardMessage] {
        guard !saidStopping else { return [] }
        saidStopping = true
        status = "stopping"
        return [.stopping, .status(status)]
    }

    /// `3 of 4 services ready: waiting for db`.
    private static func describe(_ services: some Sequence<ServiceMachine>) -> String {
        var total = 0
        var waiting: [ServiceID] = []
        var failed: [ServiceID] = []
        for service in services {
            total += 1
            switch service.state {
            case .running(_, ready: true), .completed: continue
            case .failed: failed.append(service.id)
            case .stopped, .waiting, .launching, .unready, .running, .stopping, .draining, .backoff:
                waiting.append(service.id)
            }
        }
        let ready = total - waiting.count - failed.count
        var parts: [String] = []
        if !waiting.isEmpty { parts.append("waiting for \(list(waiting))") }
        if !failed.isEmpty { parts.append("failed: \(list(failed))") }
        let count = "\(ready) of \(total) services ready"
        return parts.isEmpty ? count : "\(count): \(parts.joined(separator: ", "))"
    }

    private static func list(_ names: [ServiceID]) -> String {
        let shown = names.prefix(nameLimit).map(\.name).joined(separator: ", ")
        return names.count > nameLimit ? "\(shown) and \(names.count - nameLimit) more" : shown
    }
}
