import Foundation

/// How a process ended, as `waitpid` tells it.
enum Ending: Equatable, CustomStringConvertible {
    case exited(Int32)
    case killed(Int32)

    init(status: Int32) {
        let signal = status & 0x7f
        self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
    }

    var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}

/// A program that was started, with its output; ended with SIGKILL at the latest with its owner.
///
/// Spawned without Foundation's `Process`, which changes signal masks and groups and has no answer for a signal's number.
final class ChildProcess: Sendable {
    let pid: pid_t
    let output: Capture
    let errors: Capture
    private let ending = Locked<Ending?>(nil)

    /// Where stdout and stderr go.
    enum Reading {
        /// Into `output` and `errors`.
        case atOnce
        /// Nowhere until `output.start()`: a reader that stalls.
        case stalled
    }

    /// Signals are as in a fresh process.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = "/dev/null",
        reading: Reading = .atOnce
    ) throws {
        let (outputReader, outputWriter) = try Self.pipe()
        let (errorReader, errorWriter) = try Self.pipe()
        defer {
            close(outputWriter)
            close(errorWriter)
        }
        output = Capture(owning: outputReader)
        errors = Capture(owning: errorReader)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputWriter, 1)
        posix_spawn_file_actions_adddup2(&actions, errorWriter, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let error = posix_spawn(&pid, program, &actions, &attributes, &words, &variables)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EIO) }
        self.pid = pid
        errors.start()
        if reading == .atOnce { output.start() }
    }

    private static func pipe() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
        // Swift sees no pipe2. A program that another suite starts in between holds a pipe until it ends, and no longer.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    deinit { end() }

    /// How it ended, or `nil` while it runs.
    func poll() -> Ending? {
        ending.withLock { ending in
            if ending == nil {
                var status: Int32 = 0
                if waitpid(pid, &status, WNOHANG) == pid { ending = Ending(status: status) }
            }
            return ending
        }
    }

    /// Waits for its end and for the end of what it wrote.
    @discardableResult
    func wait(within limit: Duration = .seconds(30)) throws -> Ending {
        let ending = try eventually("end of process \(pid)", within: limit) { poll() }
        return ending
    }

    /// Waits for its end; `output` and `errors` are complete afterwards, as far as all their writers are gone too.
    @discardableResult
    func finish(within limit: Duration = .seconds(30)) throws -> Ending {
        output.start()
        let ending = try wait(within: limit)
        try eventually("end of the output of process \(pid)", within: limit) { output.isAtEnd && errors.isAtEnd }
        return ending
    }

    /// Sends it a signal unless it has ended: its pid may be another's by then.
    func signal(_ number: Int32) {
        ending.withLock { if $0 == nil { kill(pid, number) } }
    }

    func end() {
        signal(SIGKILL)
        ending.withLock { ending in
            guard ending == nil else { return }
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            ending = Ending(status: status)
        }
    }
}

/// What a program that ran to its end has said.
struct Finished {
    let ending: Ending
    let output: String
    let errors: String

    /// Runs a program to its end.
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = Programs.environment,
        within limit: Duration = .seconds(60)
    ) throws -> Finished {
        let process = try ChildProcess(program, arguments, environment: environment)
        let ending = try process.finish(within: limit)
        return Finished(ending: ending, output: process.output.text, errors: process.errors.text)
    }
}
