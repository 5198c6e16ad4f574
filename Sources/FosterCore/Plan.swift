/// All that a start is told: the file or the command line, checked.
public struct Plan: Hashable, Sendable, Codable {
    public var form: AgentForm
    /// The budget of the whole stop. `nil` only in the init form: there no signal starts a kill unless a grace was asked for.
    public var grace: Duration?
    public var stopSignals: [Signal] = [.term, .int]
    public var signals = SignalRules()
    public var orphans: OrphanPolicy = .adopt
    /// Init form only: a supervisor is ready when its services are.
    public var ready: UpwardReadiness = .notify
    /// What the agent exits with instead; of two for one code the later counts.
    public var exitMap: [ExitMapping] = []
    public var output: OutputMode
    public var control: ControlListener
    public var probe: ProbeListener?
    /// What foster itself is to get when its parent dies (PR_SET_PDEATHSIG of prctl(2)).
    public var deathSignal: Signal?
    public var conduct = Conduct()
    /// In the file's order, names unique, dependencies known and free of cycles.
    public var services: [ServiceSpec]

    /// The grace where none is given: one second below `docker stop`.
    public static let defaultGrace: Duration = .seconds(9)

    public init(form: AgentForm, output: OutputMode, services: [ServiceSpec]) {
        self.form = form
        self.output = output
        self.services = services
        self.control = .automatic
        self.grace = form == .services ? Self.defaultGrace : nil
    }
}

/// How the init form keeps its command: what other inits, in whose place foster may stand, do differently.
public struct Conduct: Hashable, Sendable, Codable {
    public enum Session: Hashable, Sendable, Codable {
        /// A process group of its own, in the foreground where foster is.
        case group
        /// The same, in the foreground of stdin's terminal wherever foster is.
        case foregroundGroup
        /// The same, of the controlling terminal, whatever stdin is.
        case controllingGroup
        /// A session of its own, with stdin for its terminal.
        case session
        /// Foster's group.
        case inherited
    }

    public enum Leftovers: Hashable, Sendable, Codable {
        /// Everything that descends from foster is ended before foster is.
        case drained
        /// The command's group gets one signal, and foster does not wait.
        case signaled(Signal)
        case left
    }

    public var session = Session.group
    public var leftovers = Leftovers.drained
    /// Whether orphans come to foster also where it is not PID 1.
    public var adoptsOrphans = true
    /// Whether foster does what the command does not ask for: it relays readiness, and stops and goes on with the command.
    public var isAttentive = true

    public init() {}
}

/// One `--exit-map`.
public struct ExitMapping: Hashable, Sendable, Codable {
    public var code: UInt8
    public var becomes: UInt8

    public init(_ code: UInt8, becomes: UInt8) {
        self.code = code
        self.becomes = becomes
    }
}

extension [ExitMapping] {
    /// The exit code in the place of this one.
    public func outcome(of code: UInt8) -> UInt8 { last { $0.code == code }?.becomes ?? code }
}

/// The two ways to run.
public enum AgentForm: String, Sendable, Codable {
    /// `foster -- command`: signals are forwarded to `main`, whose end is the container's.
    case command
    /// `foster run`: signals stop or are for foster.
    case services
}

/// Where the output of services goes.
public enum OutputMode: String, CaseIterable, Sendable, Codable {
    /// Captured; each line is written to foster's own stdout or stderr behind the service's name.
    case prefix
    /// Foster's own descriptors.
    case inherit
}

/// Where the control API listens.
public enum ControlListener: Hashable, Sendable, Codable {
    case off
    /// The first usable directory of the well-known ones.
    case automatic
    /// A socket at this path; `mode` are its permission bits, `group` a name or gid.
    case socket(path: String, mode: UInt16, group: String?)
}

/// A TCP listener that serves health and metrics only.
public struct ProbeListener: Hashable, Sendable, Codable {
    /// An IP literal without brackets, or empty for every address of both families.
    public var host: String
    public var port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}
