import CFosterStart
import FosterControl
import FosterCore
import FosterFiles
import FosterInit
import FosterLogs
import FosterLoop
import FosterSystem
import Glibc
import SystemPackage

/// Wires the threads together and becomes the init loop.
enum Agent {
    /// `foster -- command`.
    static func runCommand(_ command: Invocation.CommandOptions) -> UInt8 {
        run(plan(for: command.words, command.options), mainArguments: command.words, command.options, loaded: nil)
    }

    /// The same in the place of another init.
    static func runCommand(_ part: DropIn.Part, _ options: Options) -> UInt8 {
        var plan = plan(for: part.words, options)
        plan.control = options.control ?? .off
        plan.conduct = part.conduct
        plan.signals.rewrites += part.signals.rewrites
        plan.signals.skipped = part.signals.skipped
        plan.signals.suspending = part.signals.suspending
        plan.exitMap += part.exitMap
        plan.deathSignal = options.deathSignal ?? part.deathSignal
        for index in plan.services.indices where options.signalScope == nil {
            plan.services[index].stop.scope = part.scope
        }
        return run(plan, mainArguments: part.words, options, loaded: nil, in: part)
    }

    private static func plan(for words: [CText], _ options: Options) -> Plan {
        var main = ServiceSpec(id: .main, program: .command(words.map(\.description)))
        main.restart = options.restart ?? RestartRule()
        main.stop.scope = options.signalScope ?? .leader
        var plan = Plan(form: .command, output: .inherit, services: [main])
        apply(options, to: &plan)
        return plan
    }

    /// `foster run`.
    static func runServices(_ path: String, _ options: Options) -> UInt8 {
        guard var plan = ConfigurationFile.load(path, defaults: options.serviceDefaults) else {
            return ExitCodes.ownError
        }
        apply(options, to: &plan)
        return run(plan, mainArguments: [], options, loaded: path)
    }

    private static func apply(_ options: Options, to plan: inout Plan) {
        if let control = options.control { plan.control = control }
        // Below another foster, whose socket is where this one's would be.
        if plan.control == .automatic, getenv(ServiceSpec.marker) != nil { plan.control = .off }
        if let probe = options.probe { plan.probe = probe }
        if let grace = options.grace { plan.grace = grace }
        if let output = options.output { plan.output = output }
        if let orphans = options.orphans { plan.orphans = orphans }
        if let ready = options.ready { plan.ready = ready }
        plan.signals = options.signals
        plan.exitMap = options.exitMap
        plan.deathSignal = options.deathSignal
    }

    private static func run(
        _ plan: Plan, mainArguments: [CText], _ options: Options, loaded path: String?, in part: DropIn.Part? = nil
    ) -> UInt8 {
        do throws(Errno) {
            return try start(plan, mainArguments: mainArguments, options, loaded: path, in: part)
        } catch {
            Terminal.complain("cannot start: \(error.name)")
            return ExitCodes.ownError
        }
    }

    private static func start(
        _ plan: Plan, mainArguments: [CText], _ options: Options, loaded path: String?, in part: DropIn.Part?
    ) throws(Errno) -> UInt8 {
        Host.dropCrashHandlers()
        if let part { try part.receivedSignals.apply() }
        // Before foster opens anything: what is not there as promised must not be taken for one of its own.
        let inherited = plan.form == .services ? InheritedSockets.take() : []
        Host.occupyStandardDescriptors()
        let ignoresChildSignal = Host.takeChildSignal()
        if !Host.isInit, plan.conduct.adoptsOrphans { try Host.becomeSubreaper() }
        if let signal = plan.deathSignal { try Host.setDeathSignal(signal.number) }
        let openFiles = OpenFilesLimit.current()
        // More connections and services than the soft limit may allow; children get the old one back.
        try? OpenFilesLimit(soft: openFiles.hard, hard: openFiles.hard).apply()

        let status = Latest(Status())
        let requests = try Mailbox<InitRequest>(capacity: 256)
        let clock = WallClock()
        var template = LaunchTemplate(
            signalMask: part?.commandMask ?? SignalMask(bits: foster_inherited_signal_mask()),
            ignoresChildSignal: ignoresChildSignal, openFiles: openFiles, environment: environment(for: plan))
        if let part { template.pidVariables = part.pidVariables }
        let logs = try makeLogs(plan, options, status, clock)
        let settings = InitSettings(
            plan: plan, template: template, mainArguments: mainArguments, status: status, requests: requests, logs: logs
        )

        var loop = try InitLoop(
            settings, signals: part?.receivedSignals ?? SignalMask(bits: ~foster_fault_signals()), witness: part?.voice)
        if let path { loop.note(.configLoaded(services: plan.services.count, path: path)) }
        loop.begin()
        let sockets = ListeningSockets(plan, inherited)
        for warning in sockets.warnings { loop.note(.warning(warning)) }
        let ending = try ControlEnding()
        try open(sockets, on: &loop, plan, status, requests, clock, ending)
        if part == nil { StartExamination.begin(plan, options.logLevel, status, requests) }
        if let part, part.leavesDirectory { Host.leaveDirectory() }
        let code = loop.run()
        ending.settle(within: .milliseconds(100))
        sockets.remove()
        if let part { return plan.exitMap.outcome(of: part.voice.code(for: code, failure: loop.lastFailure)) }
        if plan.form == .command, let failure = loop.lastFailure, failure.exitCode == code {
            Terminal.complain("cannot start \"\(ServiceID.main)\": \(failure)")
        }
        return plan.exitMap.outcome(of: code)
    }

    /// What programs inherit. Where foster speaks for the command, the command is not told to whom.
    private static func environment(for plan: Plan) -> [CText] {
        guard plan.form == .command, plan.ready == .exec else { return CText.environment() }
        return CText.environment().without(["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"])
    }

    /// The logs thread, where something is captured or foster has something to say. The init form says nothing by itself.
    private static func makeLogs(
        _ plan: Plan, _ options: Options, _ status: Latest<Status>, _ clock: WallClock
    ) throws(Errno) -> LogsThread? {
        guard plan.form == .services || plan.output == .prefix || options.logLevel != nil else { return nil }
        return try LogsThread(
            output: plan.output, status: status, wallOffset: clock.offset,
            level: options.logLevel ?? (plan.form == .services ? .info : .error), format: options.logFormat ?? .text)
    }

    /// The control thread is started by the first caller.
    private static func open(
        _ sockets: ListeningSockets, on loop: inout InitLoop, _ plan: Plan, _ status: Latest<Status>,
        _ requests: Mailbox<InitRequest>, _ clock: WallClock, _ ending: ControlEnding
    ) throws(Errno) {
        guard !sockets.all.isEmpty else { return }
        let settings = ControlThread.Settings(
            version: Version.number, form: plan.form, startedAt: clock.startedAt, wallOffset: clock.offset,
            epoch: Host.random64(), grace: plan.grace)
        let all = sockets.all
        try loop.watch(
            Reception(listeners: all.map(\.listener)) {
                do throws(Errno) {
                    try ControlThread.start(
                        settings, listeners: all, status: status, requests: requests, ending: ending)
                    return true
                } catch {
                    return false
                }
            })
    }
}

/// Ties time since boot to the calendar, once: what foster shows of the past does not move when the clock is set.
struct WallClock {
    let startedAt = Clock.uptime()
    /// Calendar time = time since boot + this.
    let offset = Clock.wall() - Clock.uptime()
}
