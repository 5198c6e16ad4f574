import CFosterStart
import FosterCore
import FosterInit
import FosterSystem
import Glibc
import SystemPackage

/// dumb-init 1.2.5.
enum DumbInit {
    private static let version = "dumb-init v1.2.5\n"
    private static let names = [
        OptionReader.LongOption("help", "h"), OptionReader.LongOption("single-child", "c"),
        OptionReader.LongOption("rewrite", takesValue: true, "r"), OptionReader.LongOption("verbose", "v"),
        OptionReader.LongOption("version", "V"),
    ]
    private static let terminalStops: [Signal] = [.terminalStop, .terminalInput, .terminalOutput]

    static func read() -> DropIn.Reading {
        let count = foster_argument_count()
        guard let arguments = foster_arguments() else { return answer(briefUsage, 1) }
        var options = OptionReader(arguments, count: count, letters: "+hvVcr:", names: names)
        let voice = DumbInitVoice()
        var rewrites: [SignalRules.Rewrite] = []
        var leadsSession = true
        while let (letter, value) = options.read() {
            switch letter {
            case UInt8(ascii: "h"): return answer(version + usage, 0)
            case UInt8(ascii: "V"): return answer(version, 0)
            case UInt8(ascii: "v"): voice.isVerbose = true
            case UInt8(ascii: "c"): leadsSession = false
            case UInt8(ascii: "r"):
                guard let rewrite = rewrite(value) else { return answer(rewriteUsage, 1) }
                rewrites.append(rewrite)
            default: return .answered(1)
            }
        }
        guard !options.rest.isEmpty else { return answer(briefUsage, 1) }
        if Words.variable("DUMB_INIT_DEBUG") == "1" {
            voice.isVerbose = true
            voice.say("Running in debug mode.")
        }
        if Words.variable("DUMB_INIT_SETSID") == "0" {
            leadsSession = false
            voice.say("Not running in setsid mode.")
        }
        return .part(part(options.rest, rewrites, leadsSession: leadsSession, voice))
    }

    /// Like dumb-init it takes every signal, also those of faults, and lets the command ignore and block none.
    private static func part(
        _ words: [CText], _ rewrites: [SignalRules.Rewrite], leadsSession: Bool, _ voice: DumbInitVoice
    ) -> DropIn.Part {
        var part = DropIn.Part(words: words, receivedSignals: .all(except: []), voice: voice)
        part.conduct.adoptsOrphans = false
        part.conduct.isAttentive = false
        part.conduct.session = leadsSession ? .session : .inherited
        part.scope = leadsSession ? .group : .leader
        part.signals.rewrites = rewrites
        part.signals.suspending = terminalStops
        part.commandMask = SignalMask(bits: part.commandMask.bits & ~part.receivedSignals.bits)
        part.leavesDirectory = true
        Host.resetDispositions()
        if leadsSession {
            for signal in terminalStops where !rewrites.contains(where: { $0.signal == signal }) {
                part.signals.rewrites.append(SignalRules.Rewrite(signal, becomes: .stop))
            }
            part.signals.skipped = voice.leaveTerminal()
        }
        // The last word to the session goes by the rules too.
        let last = part.signals.rewrites.last { $0.signal == .term }.map(\.becomes) ?? .term
        part.conduct.leftovers = leadsSession ? last.map { .signaled($0) } ?? .left : .left
        voice.program = words.first?.description ?? ""
        voice.leadsSession = leadsSession
        voice.rules = part.signals
        return part
    }

    /// `15:2`; what comes behind is not looked at.
    private static func rewrite(_ value: CText?) -> SignalRules.Rewrite? {
        guard var text = value?.bytes[...], let first = number(&text), text.popFirst() == UInt8(ascii: ":"),
            let second = number(&text), (1...31).contains(first), (0...31).contains(second),
            let signal = Signal(number: first)
        else { return nil }
        return SignalRules.Rewrite(signal, becomes: Signal(number: second))
    }

    /// As an `int` takes it.
    private static func number(_ text: inout ArraySlice<UInt8>) -> Int? {
        Words.number(&text).map { Int(Int32(truncatingIfNeeded: $0)) }
    }

    private static func answer(_ text: String, _ code: UInt8) -> DropIn.Reading {
        Terminal.warn(text)
        return .answered(code)
    }

    private static let rewriteUsage = """
        Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.
        This option can be specified multiple times.
        Use --help for full usage.

        """

    private static var briefUsage: String {
        """
        Usage: \(Arguments.own) [option] program [args]
        Try \(Arguments.own) --help for full usage.

        """
    }

    private static var usage: String {
        """
        Usage: \(Arguments.own) [option] command [[arg] ...]

        dumb-init is a simple process supervisor that forwards signals to children.
        It is designed to run as PID1 in minimal container environments.

        Optional arguments:
           -c, --single-child   Run in single-child mode.
                                In this mode, signals are only proxied to the
                                direct child and not any of its descendants.
           -r, --rewrite s:r    Rewrite received signal s to new signal r before proxying.
                                To ignore (not proxy) a signal, rewrite it to 0.
                                This option can be specified multiple times.
           -v, --verbose        Print debugging information to stderr.
           -h, --help           Print this help message and exit.
           -V, --version        Print the current version and exit.

        Full help is available online at https://github.com/Yelp/dumb-init

        """
    }
}

final class DumbInitVoice: Voice {
    var isVerbose = false
    var leadsSession = true
    var program = ""
    var rules = SignalRules()
    /// Why the command will have no terminal.
    private var attachError: Errno?
    private var isOver = false
    private var childSignals = ChildSignals()

    func say(_ text: String) {
        if isVerbose { Terminal.warn("[dumb-init] \(text)\n") }
    }

    /// Lets go of the terminal for the command's session; answers what is passed over because of it.
    func leaveTerminal() -> [Signal] {
        do throws(Errno) {
            if try ControllingTerminal.leave() {
                say("Detached from controlling tty, ignoring the first SIGHUP and SIGCONT we receive.")
                return [.hup, .cont]
            }
            say("Detached from controlling tty, but was not session leader.")
            attachError = .notPermitted
        } catch {
            say("Unable to detach from controlling tty (errno=\(error.rawValue) \(Words.text(of: error))).")
            attachError = error
        }
        return []
    }

    func saw(_ sight: Sight) {
        // dumb-init is gone by now.
        guard isVerbose || isFailure(sight), !isOver else { return }
        switch sight {
        case .launched(let pid): sayLaunch(pid)
        case .launchFailed(let pid, let stage, let errno): fail(pid, stage, errno)
        case .signal(.child):
            if childSignals.received() { sayReceived(.child) }
        case .signal(let signal):
            sayReceived(signal)
            sayForwarding(signal)
        case .reaped(let pid, let status, let isMain):
            if childSignals.died() { sayReceived(.child) }
            switch status {
            case .exited(let code): say("A child with PID \(pid) exited with exit status \(code).")
            case .signaled(let signal, _): say("A child with PID \(pid) was terminated by signal \(signal.number).")
            }
            if isMain { sayGoodbye(status.code) }
        case .reapedAll: childSignals.swept()
        }
    }

    private func isFailure(_ sight: Sight) -> Bool {
        if case .launchFailed = sight { true } else { false }
    }

    private func sayLaunch(_ pid: Int32) {
        say("Child spawned with PID \(pid).")
        guard leadsSession else { return }
        if let attachError {
            say("Unable to attach to controlling tty (errno=\(attachError.rawValue) \(Words.text(of: attachError))).")
        }
        say("setsid complete.")
    }

    private func sayReceived(_ signal: Signal) { say("Received signal \(signal.number).") }

    private func sayForwarding(_ signal: Signal) {
        if let index = rules.skipped.firstIndex(of: signal) {
            rules.skipped.remove(at: index)
            say("Ignoring tty hand-off signal \(signal.number).")
            return
        }
        sayForwarded(signal)
        if rules.suspending.contains(signal) { say("Suspending self due to TTY signal.") }
    }

    private func sayForwarded(_ signal: Signal) {
        var number = signal.number
        if let rewrite = rules.rewrites.last(where: { $0.signal == signal }) {
            number = rewrite.becomes?.number ?? 0
            say("Translating signal \(signal.number) to \(number).")
        }
        say(number == 0 ? "Not forwarding signal 0 to children (ignored)." : "Forwarded signal \(number) to children.")
    }

    private func sayGoodbye(_ code: UInt8) {
        sayForwarded(.term)
        say("Child exited with status \(code). Goodbye.")
        isOver = true
    }

    private func fail(_ pid: Int32?, _ stage: String, _ errno: Errno) {
        switch stage {
        case "fork": Terminal.warn("[dumb-init] Unable to fork. Exiting.\n")
        case "setsid":
            Terminal.warn(
                "[dumb-init] Unable to setsid (errno=\(errno.rawValue) \(Words.text(of: errno))). Exiting.\n")
        default:
            let pid = pid ?? getpid()
            sayLaunch(pid)
            Terminal.warn("[dumb-init] \(program): \(Words.text(of: errno))\n")
            saw(.signal(.child))
            saw(.reaped(pid: pid, .exited(code: 2), isMain: true))
        }
        isOver = true
    }

    func code(for code: UInt8, failure: SpawnFailure?) -> UInt8 {
        guard let failure else { return code }
        if !isOver { fail(nil, "exec", .noSuchFileOrDirectory) }
        return failure.stage == "exec" ? 2 : 1
    }
}
