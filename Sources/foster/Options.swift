import FosterConfig
import FosterCore
import FosterLogs

/// What the command line and the environment ask of an agent; what neither says is `nil`.
struct Options: Hashable {
    var control: ControlListener?
    var probe: ProbeListener?
    var grace: Duration?
    var restart: RestartRule?
    var output: OutputMode?
    var logLevel: LogLevel?
    var logFormat: LogFormat?
    var signalScope: SignalScope?
    var signals = SignalRules()
    var exitMap: [ExitMapping] = []
    var orphans: OrphanPolicy?
    var ready: UpwardReadiness?
    var deathSignal: Signal?
}

extension Options {
    /// What services are that say nothing else themselves.
    var serviceDefaults: ServiceDefaults {
        var defaults = ServiceDefaults()
        defaults.restart = restart
        defaults.signalScope = signalScope
        return defaults
    }
}

/// One option: its name, its environment variable and how its value is read. Both agent forms take nearly the same ones.
struct OptionRule: Sendable {
    let name: String
    /// Whether it says something about the one command, so that `run` does not take it.
    var isForCommand = false
    let placeholder: String
    let summary: String
    let read: @Sendable (String, inout Options) throws(InvalidText) -> Void

    var flag: String { "--\(name)" }
    /// `FOSTER_LOG_LEVEL` for `--log-level`.
    var variable: String { "FOSTER_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 }) }

    static let all: [OptionRule] = [
        OptionRule(
            name: "control", placeholder: "PATH|none",
            summary: "unix socket of the API (default: the first usable of the well-known directories)"
        ) { text, options throws(InvalidText) in options.control = try Syntax.control(text) },
        OptionRule(
            name: "probe", placeholder: "HOST:PORT", summary: "TCP listener for /livez /readyz /startupz /metrics"
        ) { text, options throws(InvalidText) in options.probe = try Syntax.endpoint(text) },
        OptionRule(
            name: "grace", placeholder: "DURATION", summary: "time for the whole stop before SIGKILL, e.g. 9s"
        ) { text, options throws(InvalidText) in options.grace = try Syntax.duration(text) },
        OptionRule(
            name: "restart", placeholder: "POLICY",
            summary: "no | on-failure[:N] | always | unless-stopped, unless a service says it"
        ) { text, options throws(InvalidText) in options.restart = try Syntax.restart(text) },
        OptionRule(
            name: "output", placeholder: "MODE", summary: "prefix | inherit"
        ) { text, options throws(InvalidText) in options.output = try Syntax.output(text) },
        OptionRule(
            name: "signal-scope", placeholder: "SCOPE", summary: "leader | group | tree: whom signals reach"
        ) { text, options throws(InvalidText) in options.signalScope = try Syntax.choice(text) },
        OptionRule(
            name: "rewrite", placeholder: "TERM=QUIT", summary: "another signal in the place of one; TERM=none drops it"
        ) { text, options throws(InvalidText) in options.signals.rewrites += try Syntax.rewrites(text) },
        OptionRule(
            name: "delay", placeholder: "TERM=5s", summary: "let a signal wait; a stop is not ready meanwhile"
        ) { text, options throws(InvalidText) in options.signals.delays += try Syntax.delays(text) },
        OptionRule(
            name: "exit-map", placeholder: "143=0", summary: "another exit code in the place of one"
        ) { text, options throws(InvalidText) in options.exitMap += try Syntax.exitMap(text) },
        OptionRule(
            name: "orphans", placeholder: "POLICY", summary: "adopt | terminate those that come from a service"
        ) { text, options throws(InvalidText) in options.orphans = try Syntax.orphans(text) },
        OptionRule(
            name: "ready", isForCommand: true, placeholder: "WHEN",
            summary: "notify | exec: who says READY=1 to the supervisor above, the command or foster"
        ) { text, options throws(InvalidText) in options.ready = try Syntax.choice(text) },
        OptionRule(
            name: "pdeathsig", placeholder: "SIGNAL", summary: "the signal that foster gets when its parent dies"
        ) { text, options throws(InvalidText) in options.deathSignal = try Syntax.signal(text) },
        OptionRule(
            name: "log-level", placeholder: "LEVEL", summary: "error | warning | info | debug, for foster's own lines"
        ) { text, options throws(InvalidText) in options.logLevel = try Syntax.choice(text) },
        OptionRule(
            name: "log-format", placeholder: "FORMAT", summary: "text | json, for foster's own lines"
        ) { text, options throws(InvalidText) in options.logFormat = try Syntax.choice(text) },
    ]
}
