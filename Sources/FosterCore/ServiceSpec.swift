/// What was asked for one service: the file's keys, under the same names.
public struct ServiceSpec: Hashable, Sendable, Codable {
    public var id: ServiceID
    public var program: Program
    /// Added to foster's own environment, in the file's order, later entries winning.
    public var env: [EnvironmentVariable] = []
    public var workingDir: String?
    /// A name, a uid, or `uid:gid`; `nil` keeps foster's.
    public var user: String?
    public var group: String?
    public var restart = RestartRule()
    public var stop = StopRule()
    public var dependsOn: [Dependency] = []
    public var onExit: ContainerAction = .ignore
    public var onFailure: ContainerAction = .shutdown
    public var readiness: Readiness = .none
    /// How long a run may take to get ready before it is a failed start.
    public var startTimeout: Duration = .seconds(90)

    /// The variable with its name in the environment of every service's processes.
    public static let marker = "FOSTER_SERVICE"

    public init(id: ServiceID, program: Program) {
        self.id = id
        self.program = program
    }
}

/// What a service executes.
public enum Program: Hashable, Sendable, Codable {
    /// Exec form: the words as they stand, never empty.
    case command([String])
    /// Shell form: `/bin/sh -c`, in a process group that gets the signals.
    case shell(String)
}

public struct EnvironmentVariable: Hashable, Sendable, Codable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// When a service is started again, and how long after: Docker's rules.
public struct RestartRule: Hashable, Sendable, Codable {
    public var policy: RestartPolicy = .no
    /// With `on-failure`: how many restarts there are before it is given up; `nil` is no limit.
    public var maxRetries: UInt32?
    public var delay: Duration = .milliseconds(100)
    public var maxDelay: Duration = .seconds(60)
    /// A run at least this long sets the delay back to `delay`; it does not reset the count of retries.
    public var resetAfter: Duration = .seconds(10)

    public init(policy: RestartPolicy = .no, maxRetries: UInt32? = nil) {
        self.policy = policy
        self.maxRetries = maxRetries
    }
}

public enum RestartPolicy: String, CaseIterable, Sendable, Codable {
    case no
    case onFailure = "on-failure"
    case always
    case unlessStopped = "unless-stopped"
}

/// How a service is asked to end, and how long it may take.
public struct StopRule: Hashable, Sendable, Codable {
    public var signal: Signal = .term
    public var scope: SignalScope = .leader
    public var grace: Duration = .seconds(10)

    public init(signal: Signal = .term, scope: SignalScope = .leader, grace: Duration = .seconds(10)) {
        self.signal = signal
        self.scope = scope
        self.grace = grace
    }
}

/// What must hold of another service before this one starts.
public struct Dependency: Hashable, Sendable, Codable {
    public var service: ServiceID
    public var condition: DependencyCondition

    public init(_ service: ServiceID, _ condition: DependencyCondition) {
        self.service = service
        self.condition = condition
    }
}

public enum DependencyCondition: String, CaseIterable, Sendable, Codable {
    /// Its run is ready.
    case ready
    /// Its program has been executed.
    case started
    /// Its last run ended well and it is not started again.
    case completed
}

/// What the end of a service means for the container.
public enum ContainerAction: String, CaseIterable, Sendable, Codable {
    case ignore, shutdown
}

/// How a run shows that it is ready.
public enum Readiness: String, CaseIterable, Sendable, Codable {
    /// Ready once its program has been executed.
    case none
    /// Ready when it sends `READY=1` (sd_notify(3)).
    case notify
}
