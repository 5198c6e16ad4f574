public import FosterCore
public import FosterSystem

/// What the init loop asks of the logs thread.
public enum LogRequest: Sendable {
    /// Take over the read ends of a run's pipes, which are non-blocking.
    case attach(ServiceID, RunID, stdout: SharedDescriptor, stderr: SharedDescriptor)
    /// The run's first process has exited: read what it left, then report `drained`. What else holds the pipes goes on being read.
    case finish(ServiceID, RunID)
    /// Foster ends: read what is there, write what can be written in time, then report `closed` and end.
    case close
}

/// What the logs thread tells the init loop.
public enum LogReport: Sendable, Hashable {
    /// All that the run's first process wrote is on its way, before anything said of its exit. Comes once for each `finish`.
    case drained(ServiceID, RunID)
    /// Lines of a service that were lost because nobody reads them any more, since the last such report.
    case dropped(ServiceID, lines: UInt64)
    /// Nothing more will be written.
    case closed
}

/// How foster's own lines look.
public enum LogFormat: String, CaseIterable, Sendable {
    /// Words behind foster's name.
    case text
    /// An object a line: `time`, `level`, `service` (always `foster`) and `message`.
    case json
}

/// How much foster says of itself.
public enum LogLevel: String, CaseIterable, Sendable, Comparable {
    case error, warning, info, debug

    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .info: 2
        case .debug: 3
        }
    }
}
