/// What the init loop publishes for all readers: the newest state, the journal it belongs to, and the loop's own counters.
public struct Status: Sendable {
    public var snapshot = Snapshot()
    public var journal = Journal()
    public var counters = InitCounters()
    /// The highest number of a ping that the init loop has answered.
    public var answeredPing: UInt64 = 0

    public init() {}
}

/// What the init loop has counted since it started.
public struct InitCounters: Hashable, Sendable {
    /// Children reaped that foster had started itself.
    public var reapedServices: UInt64 = 0
    /// Orphans reaped that foster had adopted.
    public var reapedOrphans: UInt64 = 0
    /// Signals received, by number; index 0 is unused.
    public var signalsReceived = [UInt64](repeating: 0, count: 65)
    /// Signals that could not be forwarded (EPERM, ESRCH).
    public var signalsUndelivered: UInt64 = 0
    /// Launches, and those of them that never reached their program.
    public var launches: UInt64 = 0
    public var launchFailures: UInt64 = 0
    /// Readiness datagrams received, and those refused because their sender was not the service.
    public var notificationsReceived: UInt64 = 0
    public var notificationsRefused: UInt64 = 0

    public init() {}
}

/// What other threads may ask of the init loop.
public enum InitRequest: Sendable {
    case command(Command)
    /// To sweep `/proc` for orphans: the journal tells of new ones.
    case lookForOrphans
    /// Answered by `Status.answeredPing` when the loop turns: how `livez` knows that it does.
    case ping(UInt64)
    /// Written into the journal as it is.
    case note(JournalEvent)
}
