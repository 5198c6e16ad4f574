import Foundation
import Testing

/// A program as PID 1 of pid and mount namespaces of its own, as root of them; nothing of it outlives `run`.
final class Container {
    /// What differs from container to container.
    struct Settings {
        /// In addition to `Programs.environment` and `DIR`, the container's directory.
        var environment: [String: String] = [:]
        /// Shell lines that run as PID 1 before it becomes the program: mounts, `exec setpriv … "$@"`.
        var setup = ""
        /// Whether the program stays a child of the shell that did the setup, which is PID 1 then.
        var isChild = false
        /// Shell lines that run after the end of a program that was a child; `$code` is its exit code, and the shell's.
        var after = ""
        var reading = ChildProcess.Reading.atOnce
        /// PID 1's program, where that is not foster.
        var program = Programs.foster
    }

    let directory: TemporaryDirectory
    private let unshare: ChildProcess
    private let settings: Settings

    var output: Capture { unshare.output }
    var errors: Capture { unshare.errors }
    /// The control socket where `services` or `command(control: true)` put it.
    var socket: String { directory.file("control.sock") }

    private init(_ arguments: [String], _ settings: Settings, _ directory: TemporaryDirectory) throws {
        self.directory = directory
        self.settings = settings
        var words = ["--pid", "--mount-proc", "--fork", "--kill-child=KILL"]
        if getuid() != 0 { words += ["--user", "--map-root-user"] }
        words.append("--")
        if !settings.setup.isEmpty || settings.isChild {
            let last = settings.isChild ? "\"$@\"; code=$?\n\(settings.after)\nexit $code" : "exec \"$@\""
            words += ["/bin/sh", "-c", "set -e\n\(settings.setup)\nset +e\n\(last)", "sh"]
        }
        words += [settings.program] + arguments
        let environment = Programs.environment.merging(["DIR": directory.path]) { $1 }
            .merging(settings.environment) { $1 }
        unshare = try ChildProcess(
            Programs.path("unshare"), words, environment: environment, reading: settings.reading)
    }

    deinit { end() }

    /// Ends PID 1, and with it all. Not by the end of `unshare` alone: the kernel forgets `--kill-child` where PID 1 becomes another user.
    private func end() {
        guard unshare.poll() == nil else { return }
        for child in HostProcess(pid: unshare.pid).children { kill(child.pid, SIGKILL) }
        unshare.end()
    }

    /// Runs a program with these arguments as PID 1, for as long as `body` takes.
    static func run(
        _ arguments: [String], _ settings: Settings = Settings(), in directory: TemporaryDirectory? = nil,
        _ body: (Container) throws -> Void
    ) throws {
        let container = try Container(arguments, settings, try directory ?? TemporaryDirectory())
        defer { container.end() }
        do {
            try body(container)
        } catch {
            throw Failure(error: error, transcript: container.transcript)
        }
    }

    /// `foster OPTIONS -- COMMAND`, by default with nothing listening.
    static func command(
        _ command: [String], options: [String] = [], control: Bool = false, _ settings: Settings = Settings(),
        _ body: (Container) throws -> Void
    ) throws {
        let directory = try TemporaryDirectory()
        let path = control ? directory.file("control.sock") : "none"
        try run(["--control", path] + options + ["--"] + command, settings, in: directory, body)
    }

    /// `foster run` with this configuration, once it is listening. `$DIR` in it stands for the container's directory.
    static func services(
        _ configuration: String, options: [String] = [], waitsForSocket: Bool = true, _ settings: Settings = Settings(),
        _ body: (Container) throws -> Void
    ) throws {
        let directory = try TemporaryDirectory()
        let text = configuration.replacingOccurrences(of: "$DIR", with: directory.path)
        let file = try directory.write("foster.yaml", text)
        let arguments = ["run", "--config", file, "--control", directory.file("control.sock")] + options
        try run(arguments, settings, in: directory) { container in
            if waitsForSocket { try container.waitUntilListening() }
            try body(container)
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let error: any Error
        let transcript: String
        var description: String { "\(error)\n\(transcript)" }
    }

    var transcript: String {
        func tail(_ text: String) -> String { String(text.suffix(4000)) }
        let ending = unshare.poll().map { "\($0)" } ?? "still running"
        return "--- \(ending)\n--- stdout\n\(tail(output.text))\n--- stderr\n\(tail(errors.text))\n---"
    }

    // MARK: Its processes

    /// The program under test; waits until it has been executed.
    func process() throws -> HostProcess {
        let program = URL(fileURLWithPath: settings.program).resolvingSymlinksInPath().path
        return try eventually("\(program) runs") {
            if let ending = unshare.poll() { throw Ended(ending: ending) }
            let inside = HostProcess(pid: unshare.pid)
            return (settings.isChild ? inside.descendants : inside.children).first { $0.executable == program }
        }
    }

    struct Ended: Error, CustomStringConvertible {
        let ending: Ending
        var description: String { "PID 1 has ended: \(ending)" }
    }

    /// All processes in the container, zombies too.
    var processes: [HostProcess] { HostProcess(pid: unshare.pid).descendants }

    /// The first living process whose command line begins with `text`.
    @discardableResult
    func process(running text: String) throws -> HostProcess {
        try eventually("a process running \(text)") {
            processes.first { $0.isAlive && $0.commandLine.hasPrefix(text) }
        }
    }

    func signal(_ number: Int32) throws { kill(try process().pid, number) }

    /// Runs a command inside of the container, as `docker exec` does.
    @discardableResult
    func execute(_ command: String...) throws -> Finished {
        var words = ["--target", "\(try process().pid)", "--mount", "--pid"]
        if getuid() != 0 { words += ["--user", "--preserve-credentials"] }
        return try Finished.run(Programs.path("nsenter"), words + ["--"] + command)
    }

    // MARK: Facts

    /// How it ended, 128 + n for signal n: waits for that.
    @discardableResult
    func exitCode(within limit: Duration = .seconds(30)) throws -> Int32 {
        switch try unshare.wait(within: limit) {
        case .exited(let code): return code
        case .killed(let signal): return 128 + signal
        }
    }

    /// The exit code, where nobody reads the output, and how long it took to end.
    func ending() throws -> (code: Int32, after: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        let code = try exitCode()
        return (code, clock.now - start)
    }

    /// As `exitCode`, with all that it has written read.
    @discardableResult
    func finish(within limit: Duration = .seconds(30)) throws -> Int32 {
        try unshare.finish(within: limit)
        return try exitCode()
    }

    /// Waits for its end, and expects this exit code.
    func expectExit(
        _ expected: Int32, within limit: Duration = .seconds(30), _ comment: Comment? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let code = try finish(within: limit)
        #expect(code == expected, comment ?? "\(transcript)", sourceLocation: sourceLocation)
    }

    var hasEnded: Bool { unshare.poll() != nil }

    /// Waits for a line in the file of the container's directory.
    func waitForLine(_ line: String, in file: String = "log") throws {
        try eventually("line \"\(line)\" in \(file), which has: \(directory.read(file))") {
            directory.lines(file).contains(line)
        }
    }

    func waitForOutput(_ text: String) throws {
        try eventually("\"\(text)\" on stdout") { output.text.contains(text) || errors.text.contains(text) }
    }

    func waitUntilListening() throws {
        try eventually("control socket listens") {
            if let ending = unshare.poll() { throw Ended(ending: ending) }
            return access(socket, F_OK) == 0 ? () : nil
        }
    }
}
