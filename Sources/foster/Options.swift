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
}

/// One option: its name, its environment variable and how its value is read. Both agent forms take the same ones.
struct OptionRule: Sendable {
    let name: String
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
            summary: "no | on-failure[:N] | always | unless-stopped, for the command"
        ) { text, options throws(InvalidText) in options.restart = try Syntax.restart(text) },
        OptionRule(
            name: "output", placeholder: "MODE", summary: "prefix | inherit"
        ) { text, options throws(InvalidText) in options.output = try Syntax.output(text) },
        OptionRule(
            name: "log-level", placeholder: "LEVEL", summary: "error | warning | info | debug, for foster's own lines"
        ) { text, options throws(InvalidText) in options.logLevel = try Syntax.choice(text) },
    ]
}
