/// One process that `/proc` shows.
public struct ProcessResource: Codable, Hashable, Sendable {
    public enum State: String, Codable, CaseIterable, Sendable {
        case running, sleeping, waiting, stopped, zombie, idle, other
    }

    /// Where a process comes from.
    public enum Origin: String, Codable, CaseIterable, Sendable {
        /// Foster itself.
        case foster
        /// The first process of a service's run, or one that came from it.
        case service
        /// Foster has become its parent without having started it.
        case adopted
        /// Anything else, such as a shell from `docker exec`.
        case other
    }

    /// `<pid>-<start time in clock ticks>`: names it for good, unlike the pid alone.
    public var id: String
    public var pid: Int32
    public var parentPid: Int32
    public var name: String
    public var command: [String]
    public var state: State
    public var origin: Origin
    /// The service that it came from, where that is known; of adopted ones too.
    public var service: String?
    public var startedAt: Timestamp
    /// When foster was first seen to be its parent, of adopted ones.
    public var orphanedAt: Timestamp?
    public var threads: Int
    public var residentMemoryBytes: UInt64
    public var cpuSeconds: Double

    public init(
        id: String, pid: Int32, parentPid: Int32, name: String, command: [String], state: State, origin: Origin,
        service: String?, startedAt: Timestamp, orphanedAt: Timestamp?, threads: Int, residentMemoryBytes: UInt64,
        cpuSeconds: Double
    ) {
        self.id = id
        self.pid = pid
        self.parentPid = parentPid
        self.name = name
        self.command = command
        self.state = state
        self.origin = origin
        self.service = service
        self.startedAt = startedAt
        self.orphanedAt = orphanedAt
        self.threads = threads
        self.residentMemoryBytes = residentMemoryBytes
        self.cpuSeconds = cpuSeconds
    }
}

/// What `/proc` showed at one time: `GET /v1/processes`.
public struct ProcessList: Codable, Hashable, Sendable {
    public var sweptAt: Timestamp
    public var items: [ProcessResource]

    public init(sweptAt: Timestamp, items: [ProcessResource]) {
        self.sweptAt = sweptAt
        self.items = items
    }
}
