import CFosterStart
import FosterCore
import FosterInit
import FosterSystem
import Glibc
import SystemPackage

/// catatonit 0.1.7.
enum Catatonit {
    /// Docker asks for tini's.
    private static let version = "tini version 0.1.7_catatonit\n"
    private static let names = [OptionReader.LongOption("version", "V")]

    static func read() -> DropIn.Reading {
        let voice = CatatonitVoice()
        voice.isVerbose = Words.variable("CATATONIT_DEBUG") != nil
        if Words.variable("CATATONIT_LOG") != nil {
            voice.say(.error, "CATATONIT_LOG is reserved for future use")
            return .answered(1)
        }
        let count = foster_argument_count()
        guard let arguments = foster_arguments() else { return answer(briefUsage, 1) }
        var options = OptionReader(arguments, count: count, letters: "ghLPV", names: names)
        var scope = SignalScope.leader
        var isPause = false
        while let (letter, _) = options.read() {
            switch letter {
            case UInt8(ascii: "g"): scope = .group
            case UInt8(ascii: "P"): isPause = true
            case UInt8(ascii: "h"): return answer(briefUsage + usage, 0)
            case UInt8(ascii: "L"):
                Terminal.say(DropIn.license)
                return .answered(0)
            case UInt8(ascii: "V"):
                Terminal.say(version)
                return .answered(0)
            default: return answer(briefUsage, 1)
            }
        }
        if isPause { return .pause }
        guard let program = options.rest.first else {
            voice.say(.error, "missing program name")
            return answer(briefUsage, 1)
        }
        voice.program = program.description
        return .part(part(options.rest, scope, voice))
    }

    private static func part(_ words: [CText], _ scope: SignalScope, _ voice: CatatonitVoice) -> DropIn.Part {
        var part = DropIn.Part(
            words: words,
            receivedSignals: .all(except: [SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS]), voice: voice)
        part.conduct.session = .controllingGroup
        part.conduct.leftovers = .left
        part.conduct.isAttentive = false
        part.scope = scope
        part.signals.rewrites = CatatonitVoice.terminalStops.map { SignalRules.Rewrite($0, becomes: nil) }
        // The command gets these blocked, so that no terminal stops it.
        for signal in CatatonitVoice.terminalStops { part.commandMask.bits |= 1 << UInt64(signal.number - 1) }
        part.pidVariables = ["LISTEN_PID"]
        return part
    }

    private static func answer(_ text: String, _ code: UInt8) -> DropIn.Reading {
        Terminal.warn(text)
        return .answered(code)
    }

    private static let briefUsage = "usage: catatonit [-ghLPV] [--] <progname> [<arguments>...]\n"
    private static let usage = """

        options:
          -g              Forward signals to pid1's process group.
          -h              Print this help page.
          -L              Print license information.
          -P              Run in pause mode (no program is run and quit on SIGINT).
          -V, --version   Print version information.

        The source code can be found at <https://github.com/openSUSE/catatonit/>.
        For bug reporting instructions, please see: <https://bugs.opensuse.org/>.

        """
}

final class CatatonitVoice: Voice {
    enum Level: String {
        case error = "ERROR"
        case info = "INFO"
        case debug = "DEBUG"
    }

    static let terminalStops: [Signal] = [.terminalStop, .terminalInput, .terminalOutput]

    var isVerbose = false
    var program = ""
    private var hasFailed = false

    func say(_ level: Level, _ text: String, as pid: Int32 = getpid()) {
        guard isVerbose || level == .error else { return }
        Terminal.warn("\(level.rawValue) (catatonit:\(pid)): \(text)\n")
    }

    func saw(_ sight: Sight) {
        switch sight {
        case .launched(let pid): sayLaunch(pid)
        case .launchFailed(let pid, let stage, let errno): fail(pid, stage, errno)
        case .signal(let signal):
            guard Self.terminalStops.contains(signal) else { return }
            say(.debug, "ignoring kernel attempting to stop us: tty has TOSTOP set")
        case .reaped(_, _, isMain: true): break
        case .reaped(let pid, .exited(let code), _): say(.debug, "child process \(pid) exited with code \(code)")
        case .reaped(let pid, .signaled(let signal, _), _):
            say(.debug, "child process \(pid) exited due to signal \(signal.number)")
        case .reapedAll(let hasChildren):
            if !hasChildren { say(.debug, "got ECHILD: no children left to monitor") }
        }
    }

    private func sayLaunch(_ pid: Int32) {
        guard isVerbose else { return }
        say(.debug, "pid1 (\(pid)) spawned: \(program)")
        guard ControllingTerminal.open() == nil else { return }
        let missing = Words.text(of: Errno(rawValue: errno))
        say(.info, "using stdin as tty fd: could not open /dev/tty: \(missing)", as: pid)
        guard isatty(0) == 0 else { return }
        let reason = Words.text(of: Errno(rawValue: ENOTTY))
        say(.debug, "setting foreground process failed: no tty present: \(reason)", as: pid)
    }

    private func fail(_ pid: Int32?, _ stage: String, _ errno: Errno) {
        hasFailed = true
        guard stage != "fork" else {
            say(.error, "failed to fork child: \(Words.text(of: errno))")
            say(.error, "failed to spawn pid1: \(Words.text(of: errno))")
            return
        }
        if let pid { sayLaunch(pid) }
        say(.error, "failed to exec pid1: \(Words.text(of: errno))", as: pid ?? getpid())
        saw(.reapedAll(hasChildren: false))
    }

    func code(for code: UInt8, failure: SpawnFailure?) -> UInt8 {
        guard failure != nil else { return code }
        if !hasFailed { fail(nil, "exec", .noSuchFileOrDirectory) }
        return 1
    }
}

/// catatonit's pause mode: no command, only zombies to reap, until SIGTERM or SIGINT.
enum Pause {
    static func run() -> UInt8 {
        var signals = sigset_t()
        sigfillset(&signals)
        if !Host.isInit { try? Host.becomeSubreaper() }
        while true {
            while case .dead(let child) = Children.peek() { Children.reap(child) }
            switch sigwaitinfo(&signals, nil) {
            case SIGTERM, SIGINT: return 0
            default: continue
            }
        }
    }
}
