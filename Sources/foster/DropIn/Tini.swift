import CFosterStart
import FosterCore
import FosterInit
import FosterSystem
import Glibc
import SystemPackage

/// tini 0.19.0, which Docker calls docker-init.
struct Tini {
    let version: String

    func read() -> DropIn.Reading {
        let count = foster_argument_count()
        guard let arguments = foster_arguments() else { return answer(usage, to: Terminal.warn, 1) }
        if count == 2, Arguments.words().first == "--version" {
            return answer("tini version \(version)\n", to: Terminal.say, 0)
        }
        var options = OptionReader(arguments, count: count, letters: "p:hvwgle:s")
        let voice = TiniVoice()
        var part = DropIn.Part(words: [], receivedSignals: Self.receivedSignals, voice: voice)
        part.conduct.session = .foregroundGroup
        part.conduct.leftovers = .left
        part.conduct.adoptsOrphans = false
        part.conduct.isAttentive = false
        part.signals.rewrites = [.terminalInput, .terminalOutput].map { SignalRules.Rewrite($0, becomes: nil) }
        while let (letter, value) = options.read() {
            switch letter {
            case UInt8(ascii: "h"): return answer(usage, to: Terminal.say, 0)
            case UInt8(ascii: "l"): return answer(DropIn.license, to: Terminal.say, 0)
            case UInt8(ascii: "s"): part.conduct.adoptsOrphans = true
            case UInt8(ascii: "g"): part.scope = .group
            case UInt8(ascii: "v"): voice.verbosity &+= 1
            case UInt8(ascii: "w"): voice.warnsOfOrphans = true
            case UInt8(ascii: "p"):
                guard let signal = Self.deathSignal(value) else { return refuse("-p", value, voice) }
                part.deathSignal = signal
            case UInt8(ascii: "e"):
                guard let code = Self.exitCode(value) else { return refuse("-e", value, voice) }
                part.exitMap.append(ExitMapping(code, becomes: 0))
            default: return answer(usage, to: Terminal.warn, 1)
            }
        }
        part.words = options.rest
        guard let program = part.words.first else { return answer(usage, to: Terminal.warn, 1) }
        voice.program = program.description
        if Words.variable("TINI_SUBREAPER") != nil { part.conduct.adoptsOrphans = true }
        if Words.variable("TINI_KILL_PROCESS_GROUP") != nil { part.scope = .group }
        if let text = Words.variable("TINI_VERBOSITY") {
            var digits = Array(text.utf8)[...]
            voice.verbosity = UInt32(truncatingIfNeeded: Words.number(&digits) ?? 0)
        }
        voice.begin(isSubreaper: part.conduct.adoptsOrphans)
        return .part(part)
    }

    /// As tini's, with the signals of a terminal read as well: they are dropped.
    private static let receivedSignals = SignalMask.all(except: [
        SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS,
    ])

    private func answer(_ text: String, to say: (String) -> Void, _ code: UInt8) -> DropIn.Reading {
        say(text)
        return .answered(code)
    }

    private func refuse(_ option: String, _ value: CText?, _ voice: TiniVoice) -> DropIn.Reading {
        voice.say(.fatal, "Not a valid option for \(option): \(value?.description ?? "")")
        return .answered(1)
    }

    /// Its full name only, and not all that Linux has.
    private static func deathSignal(_ value: CText?) -> Signal? {
        guard let signal = (1...31).compactMap({ Signal(number: $0) }).first(where: { value == CText($0.description) })
        else { return nil }
        let unknown: [Int32] = [16, SIGIO, SIGPWR]
        return unknown.contains(Int32(signal.number)) ? nil : signal
    }

    /// An empty word is 0.
    private static func exitCode(_ value: CText?) -> UInt8? {
        guard var text = value?.bytes[...], !text.isEmpty else { return 0 }
        guard let number = Words.number(&text), text.isEmpty else { return nil }
        return UInt8(exactly: number)
    }

    private var usage: String {
        let name =
            Arguments.own.bytes.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
            ?? ""
        return """
            \(name) (tini version \(version))
            Usage: \(name) [OPTIONS] PROGRAM -- [ARGS] | --version

            Execute a program under the supervision of a valid init process (\(name))

            Command line options:

              --version: Show version and exit.
              -h: Show this help message and exit.
              -s: Register as a process subreaper (requires Linux >= 3.4).
              -p SIGNAL: Trigger SIGNAL when parent dies, e.g. "-p SIGKILL".
              -v: Generate more verbose output. Repeat up to 3 times.
              -w: Print a warning when processes are getting reaped.
              -g: Send signals to the child's process group.
              -e EXIT_CODE: Remap EXIT_CODE (from 0 to 255) to 0.
              -l: Show license and exit.

            Environment variables:

              TINI_SUBREAPER: Register as a process subreaper (requires Linux >= 3.4).
              TINI_VERBOSITY: Set the verbosity level (default: 1).
              TINI_KILL_PROCESS_GROUP: Send signals to the child's process group.


            """
    }
}

final class TiniVoice: Voice {
    enum Level: UInt32 {
        case fatal, warning, info, debug, trace

        var name: String {
            switch self {
            case .fatal: "FATAL"
            case .warning: "WARN "
            case .info: "INFO "
            case .debug: "DEBUG"
            case .trace: "TRACE"
            }
        }
    }

    var verbosity: UInt32 = 1
    var warnsOfOrphans = false
    var program = ""
    private var failureCode: UInt8?
    private var hasSeenSignal = false
    private var childSignals = ChildSignals()

    /// Warnings go to stderr, all else to stdout, which tini leaves to stdio's buffer.
    func say(_ level: Level, _ text: String, as pid: Int32 = getpid()) {
        guard verbosity >= level.rawValue else { return }
        let line = "[\(level.name) tini (\(pid))] \(text)"
        switch level {
        case .fatal, .warning: Terminal.warn(line + "\n")
        case .info, .debug, .trace: print(line)
        }
    }

    func begin(isSubreaper: Bool) {
        if isSubreaper {
            say(.trace, "Registered as child subreaper")
        } else if !Host.isInit, !Host.isSubreaper {
            say(
                .warning,
                """
                Tini is not running as PID 1 and isn't registered as a child subreaper.
                Zombie processes will not be re-parented to Tini, so zombie reaping won't work.
                To fix the problem, use the -s option or set the environment variable TINI_SUBREAPER to register Tini as \
                a child subreaper, or run Tini as PID 1.
                """)
        }
    }

    func saw(_ sight: Sight) {
        switch sight {
        case .launched(let pid):
            // Without a line at once, what the child has to say is lost with its copy of the buffer.
            if isatty(1) == 1, isatty(0) == 0 { sayThereIsNoTerminal(as: pid) }
            say(.info, "Spawned child process '\(program)' with pid '\(pid)'")
        case .launchFailed(let pid, let stage, let errno): fail(pid, stage, errno)
        case .signal(.child):
            if childSignals.received() { sayChildSignal() }
        case .signal(let signal):
            hasSeenSignal = true
            if signal == .terminalInput || signal == .terminalOutput { return }
            guard verbosity >= Level.debug.rawValue else { return }
            say(.debug, "Passing signal: '\(Words.text(of: signal.number))'")
        case .reaped(let pid, let status, let isMain):
            if childSignals.died() { sayChildSignal() }
            say(.debug, "Reaped child with pid: '\(pid)'")
            if isMain {
                sayEnd(status)
            } else if warnsOfOrphans {
                say(.warning, "Reaped zombie process with pid=\(pid)")
            }
        case .reapedAll(let hasChildren):
            childSignals.swept()
            // tini looks once a signal, and each second besides.
            guard hasSeenSignal else { return }
            hasSeenSignal = false
            say(.trace, hasChildren ? "No child to reap" : "No child to wait")
        }
    }

    private func sayChildSignal() {
        hasSeenSignal = true
        say(.debug, "Received SIGCHLD")
    }

    private func sayThereIsNoTerminal(as pid: Int32) {
        say(.debug, "tcsetpgrp failed: no tty (ok to proceed)", as: pid)
    }

    private func sayEnd(_ status: ExitStatus) {
        guard verbosity >= Level.info.rawValue else { return }
        switch status {
        case .exited(let code): say(.info, "Main child exited normally (with status '\(code)')")
        case .signaled(let signal, _):
            say(.info, "Main child exited with signal (with signal '\(Words.text(of: signal.number))')")
        }
    }

    private func fail(_ pid: Int32?, _ stage: String, _ errno: Errno) {
        guard stage != "fork" else {
            say(.fatal, "fork failed: \(Words.text(of: errno))")
            failureCode = 1
            return
        }
        let pid = pid ?? getpid()
        let code: UInt8
        switch (stage, errno) {
        case ("exec", .noSuchFileOrDirectory): code = 127
        case ("exec", .permissionDenied): code = 126
        default: code = 1
        }
        failureCode = code
        if isatty(0) == 0 { sayThereIsNoTerminal(as: pid) }
        let what = stage == "exec" ? "exec \(program)" : stage
        say(.fatal, "\(what) failed: \(Words.text(of: errno))", as: pid)
        say(.info, "Spawned child process '\(program)' with pid '\(pid)'")
        saw(.signal(.child))
        saw(.reaped(pid: pid, .exited(code: code), isMain: true))
        saw(.reapedAll(hasChildren: false))
    }

    func code(for code: UInt8, failure: SpawnFailure?) -> UInt8 {
        if failure != nil, failureCode == nil { fail(nil, "exec", .noSuchFileOrDirectory) }
        say(.trace, "Exiting: child has exited")
        return failureCode ?? code
    }
}
