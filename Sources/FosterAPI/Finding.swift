/// Something that is wrong with the container, or will be: `GET /v1/diagnostics` and `foster doctor`.
public struct Finding: Codable, Hashable, Sendable {
    public enum Severity: String, Codable, CaseIterable, Sendable, Comparable {
        /// Worth knowing; nothing need be done.
        case info
        /// It does harm under circumstances that will come: at a stop, or in time.
        case warning
        /// Something does not work now.
        case error

        public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .info: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// Stable, for programs: `shell-form`.
    public var id: String
    public var severity: Severity
    /// One sentence for people.
    public var summary: String
    /// The facts that show it, as the kernel has them; printable whatever others have put into them.
    public var evidence: [String]
    /// What to type or to change.
    public var remedy: String
    /// The service that it is about, where it is about one.
    public var service: String?
    /// The process that it is about, where it is about one.
    public var pid: Int32?

    public init(
        id: String, severity: Severity, summary: String, evidence: [String], remedy: String, service: String? = nil,
        pid: Int32? = nil
    ) {
        self.id = id
        self.severity = severity
        self.summary = summary
        self.evidence = evidence
        self.remedy = remedy
        self.service = service
        self.pid = pid
    }
}

/// What an examination has found, the worst first.
public struct Diagnostics: Codable, Hashable, Sendable {
    public var examinedAt: Timestamp
    public var items: [Finding]

    public init(examinedAt: Timestamp, items: [Finding]) {
        self.examinedAt = examinedAt
        self.items = items
    }
}
