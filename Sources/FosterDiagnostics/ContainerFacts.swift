/// All that an examination knows: what the kernel shows of the container, and what foster is told to do in it.
public struct ContainerFacts: Hashable, Sendable {
    /// What `/proc` is good for.
    public enum Proc: Hashable, Sendable {
        case usable
        case missing
        /// It is there, and the examiner itself is not in it: for want of a descriptor, or of the right to look.
        case unreadable
        /// It shows another pid namespace, where this process has another number or none.
        case foreign(shownAs: String)
    }

    public var proc = Proc.usable
    /// The mount option of `/proc` by which processes of other users are hidden from the examiner; `nil` where none are.
    public var hiding: String?
    /// The agent that examines; `nil` where it is `foster doctor`, and no agent that could be asked.
    public var agent: Agent?
    public var processes: [ProcessRecord] = []
    /// Zombies that were there at two looks, so long apart that whoever reaps would have reaped them.
    public var lastingZombies: Set<Int32> = []
    /// Time since boot, with suspension: what start times are counted in.
    public var uptimeSeconds: UInt64?
    public var services: [ServiceFacts] = []
    public var orchestrator = Orchestrator.unknown
    public var memory = MemoryLimit.unknown
    /// Every limit on the number of processes that applies, nearest first.
    public var processLimits: [ProcessLimit] = []

    public init() {}

    /// Foster as it runs.
    public struct Agent: Hashable, Sendable {
        public var pid: Int32
        public var isSubreaper: Bool
        /// The budget of the whole stop; `nil` where foster itself sets none.
        public var grace: Duration?

        public init(pid: Int32, isSubreaper: Bool, grace: Duration?) {
            self.pid = pid
            self.isSubreaper = isSubreaper
            self.grace = grace
        }
    }
}

/// Who starts and stops the container, and how long it lets a stop take before it kills.
public struct Orchestrator: Hashable, Sendable {
    public var name: String
    public var grace: Duration
    /// What shows it; `nil` where nothing does, and Docker's is taken for lack of anything better.
    public var evidence: String?

    public init(name: String, grace: Duration, evidence: String?) {
        self.name = name
        self.grace = grace
        self.evidence = evidence
    }

    public static let unknown = Orchestrator(name: "docker stop", grace: .seconds(10), evidence: nil)
}

/// What the memory of foster's control group may grow to.
public enum MemoryLimit: Hashable, Sendable {
    /// There is no memory controller to ask.
    case unknown
    /// No group up to the root that can be seen has a limit; the file that says so of the innermost.
    case unlimited(file: String, text: String)
    case limited
}

/// A limit on processes and threads, and how near it is.
public struct ProcessLimit: Hashable, Sendable {
    /// The file or the setting that says so.
    public var source: String
    public var current: UInt64
    public var most: UInt64
    /// Whether it is the control group's own, and not the whole system's.
    public var isGroup: Bool

    public init(source: String, current: UInt64, most: UInt64, isGroup: Bool) {
        self.source = source
        self.current = current
        self.most = most
        self.isGroup = isGroup
    }
}
