public import FosterAPI
public import FosterCore
public import FosterSystem

/// One look at the container: gathers the facts, and says what they mean.
public struct Examination: Sendable {
    private let files: KernelFiles
    private let own: Int32
    private let agent: ContainerFacts.Agent?
    private let status: Status?

    /// How long a zombie must last to be one that nobody reaps.
    static let pause: Duration = .milliseconds(200)

    /// As `foster doctor` does it, which belongs to no agent.
    public init(files: KernelFiles = KernelFiles()) {
        self.files = files
        own = Host.pid
        agent = nil
        status = nil
    }

    /// As the agent does it, with what it knows of its services.
    public init(status: Status, grace: Duration?, files: KernelFiles = KernelFiles()) {
        self.files = files
        own = Host.pid
        agent = ContainerFacts.Agent(pid: Host.pid, isSubreaper: Host.isSubreaper, grace: grace)
        self.status = status
    }

    /// What is wrong, the worst first. Takes up to 0.2 s and about 0.1 ms a process: on a thread that may wait.
    public func run() -> [Finding] {
        var facts = ContainerFacts.gather(files, own: own, pause: Self.pause)
        facts.agent = agent
        facts.services = status.map { ServiceFacts.all(in: $0, at: Clock.uptime()) } ?? []
        return facts.findings
    }
}

extension Finding {
    /// The finding as one line of a log.
    public var line: String {
        let proof = evidence.first.map { " (\($0))" } ?? ""
        return "\(id): \(summary)\(proof); \(remedy)"
    }
}
