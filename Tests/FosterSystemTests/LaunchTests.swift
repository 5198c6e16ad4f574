import FosterSystem
import Foundation
import Glibc
import SystemPackage
import Testing

@Suite struct `A launch` {
    typealias Method = LaunchRequest.Method

    @Test(arguments: Method.allCases)
    func `runs a program with its words, and its end is waited for`(_ method: Method) throws {
        let run = try launch("/bin/sh", "-c", "echo \"$0 $1\"; exit 7", "one", "two", by: method)
        #expect(run.outcome == .executed)
        #expect(run.text == "one two\n")
        #expect(run.code == 7)
    }

    @Test(arguments: Method.allCases)
    func `passes on words and variables that are not UTF-8`(_ method: Method) throws {
        let word: [UInt8] = [0xff, 0xfe, 0x20]
        let variable: [UInt8] = Array("X=".utf8) + [0x80, 0x0a, 0xc3]
        let run = try launch("/bin/cat", by: method) { request in
            request.arguments = [text(word), "/proc/self/cmdline", "/proc/self/environ"]
            request.environment = [text(variable), "Y=", "odd"]
        }
        let expected: [[UInt8]] = [
            word, Array("/proc/self/cmdline".utf8), Array("/proc/self/environ".utf8), variable, Array("Y=".utf8),
            Array("odd".utf8),
        ]
        #expect(run.bytes == expected.flatMap { $0 + [0] })
    }

    @Test(arguments: Method.allCases)
    func `that fails ends its process with 125 and leaves no other`(_ method: Method) throws {
        let run = try launch("/nonexistent/program", by: method)
        #expect(run.outcome == .failed(stage: "exec", .noSuchFileOrDirectory))
        #expect(run.code == 125)
        #expect(kill(run.pid, 0) < 0)
    }

    @Test func `is pending until the program is executed`() throws {
        // Stopped before exec, as a service's user could do. The stop may come too late now and then.
        for _ in 0..<50 {
            let launch = try Launch(request(["/bin/true"]))
            try launch.child.signal(UInt8(SIGSTOP), value: nil)
            var info = siginfo_t()
            waitid(P_PID, id_t(launch.child.pid), &info, WSTOPPED | WEXITED | WNOWAIT)
            let outcome = launch.outcome()
            try launch.child.signal(UInt8(SIGCONT), value: nil)
            #expect(outcome == .pending || outcome == .executed)
            if outcome == .pending { #expect(settled(launch) == .executed) }
            #expect(endOf(launch.child.pid) == 0)
            if outcome == .pending { return }
        }
        Issue.record("no stop came before exec")
    }

    @Test func `does not disturb others on other threads`() {
        DispatchQueue.concurrentPerform(iterations: 120) { index in
            let method = Method.allCases[index % 3]
            let run = try? launch("/bin/echo", "\(index)", by: method)
            #expect(run?.text == "\(index)\n")
        }
    }

    @Test func `leaves no descriptor behind`() throws {
        let seen = try probe("descriptor-count")
        #expect(seen.lines == ["held 1", "left 0"])
    }

    @Test(arguments: ["copy", "share", "fork"])
    func `succeeds where the kernel refuses pidfds`(_ method: String) throws {
        let refused = ["clone-pidfd", "22", "pidfd_open", "38"]
        let run = try probe("launch", method, "open", "exit 4", refused[0], refused[1], refused[2], refused[3])
        #expect(run.lines == ["executed", "exited 4"])
    }
}

@Suite struct `What a launch executes` {
    struct Candidates: CustomTestStringConvertible, Sendable {
        /// `%` is the scratch directory.
        let paths: [String]
        let outcome: Launch.Outcome
        var testDescription: String { paths.joined(separator: ":") }

        init(_ paths: String..., is outcome: Launch.Outcome) {
            self.paths = paths
            self.outcome = outcome
        }

        init(_ paths: String..., fails errno: Errno) {
            self.paths = paths
            outcome = .failed(stage: "exec", errno)
        }
    }

    /// As execvp(3) does it.
    static let candidates = [
        Candidates("%/missing", fails: .noSuchFileOrDirectory),
        Candidates("%/missing", "/bin/true", is: .executed),
        Candidates("%/plain/program", fails: .notDirectory),
        Candidates("%/plain/program", "/bin/true", is: .executed),
        Candidates("%/plain", fails: .permissionDenied),
        Candidates("%/plain", "%/missing", fails: .permissionDenied),
        Candidates("%/plain", "%/plain/program", "%/missing", fails: .permissionDenied),
        Candidates("%/plain", "/bin/true", is: .executed),
        Candidates("%", fails: .permissionDenied),
        Candidates("%", "/bin/true", is: .executed),
        Candidates("%/loop", "/bin/true", fails: .tooManySymbolicLinkLevels),
        Candidates("%/busy", "/bin/true", fails: .textFileBusy),
        Candidates("%/fifo", "%/missing", fails: .permissionDenied),
        Candidates("", fails: .noSuchFileOrDirectory),
        Candidates(fails: .noSuchFileOrDirectory),
        Candidates("%/script", "/bin/false", is: .executed),
        Candidates("%/no-interpreter", "/bin/true", is: .executed),
    ]

    @Test(arguments: candidates, LaunchRequest.Method.allCases)
    func `is the first candidate that can be executed`(_ item: Candidates, _ method: LaunchRequest.Method) throws {
        let scratch = try Scratch()
        _ = try scratch.file("plain", "text")
        _ = try scratch.file("script", "exit 0", mode: 0o755)
        _ = try scratch.file("no-interpreter", "#!/nonexistent\n", mode: 0o755)
        _ = try scratch.file("busy", "#!/bin/sh\n", mode: 0o755)
        symlink("loop", scratch.path + "/loop")
        mkfifo(scratch.path + "/fifo", 0o777)
        let writer = open(scratch.path + "/busy", O_WRONLY | O_CLOEXEC)
        defer { close(writer) }
        let run = try launch("program", by: method) { request in
            request.paths = item.paths.map { CText($0.replacingOccurrences(of: "%", with: scratch.path)) }
        }
        #expect(run.outcome == item.outcome)
        #expect(run.code == (item.outcome == .executed ? 0 : 125))
    }

    @Test(arguments: LaunchRequest.Method.allCases)
    func `may be a script that names no interpreter`(_ method: LaunchRequest.Method) throws {
        let script = try Scratch()
        let path = try script.file("run", "echo \"$0|$1|$2\"; exit 3", mode: 0o755)
        let run = try launch("run", "a b", "", by: method) { $0.paths = [CText(path)] }
        #expect(run.outcome == .executed)
        #expect(run.text == "\(path)|a b|\n")
        #expect(run.code == 3)
    }

    @Test(.enabled(if: isRoot, "hides the shell in a mount namespace"))
    func `is said to have no known format where there is no shell`() throws {
        let scratch = try Scratch()
        let script = try scratch.file("script", "exit 0", mode: 0o755)
        let hide = "mount --bind /dev/null \"$(readlink -f /bin/sh)\" && exec \"$0\" \"$@\""
        let seen = try run([
            "/usr/bin/unshare", "--mount", "/bin/bash", "-c", hide, probePath, "launch", "copy", "open", script,
        ])
        #expect(seen.lines == ["exec ENOEXEC", "exited 125"])
    }
}
