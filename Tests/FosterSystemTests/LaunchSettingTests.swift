@testable import FosterSystem
import Foundation
import Glibc
import SystemPackage
import Testing

@Suite struct `A launched program gets` {
    typealias Method = LaunchRequest.Method

    @Test(arguments: Method.allCases)
    func `its working directory`(_ method: Method) throws {
        let run = try launch("/bin/pwd", by: method) { $0.workingDirectory = "/proc/sys" }
        #expect(run.text == "/proc/sys\n")
    }

    @Test(arguments: [
        ("/nonexistent", Errno.noSuchFileOrDirectory), ("/etc/passwd", .notDirectory), ("", .noSuchFileOrDirectory),
    ])
    func `no start without its working directory`(_ path: String, _ errno: Errno) throws {
        let run = try launch("/bin/true") { $0.workingDirectory = path }
        #expect(run.outcome == .failed(stage: "chdir", errno))
        #expect(run.code == 125)
    }

    @Test(.enabled(if: isRoot), arguments: Method.allCases)
    func `its identity`(_ method: Method) throws {
        let run = try launch("/bin/cat", "/proc/self/status", by: method) { request in
            request.identity = LaunchRequest.Identity(uid: 1234, gid: 2345, groups: [1, 3456])
        }
        #expect(run.field("Uid") == "1234\t1234\t1234\t1234")
        #expect(run.field("Gid") == "2345\t2345\t2345\t2345")
        #expect(run.field("Groups")?.split(separator: " ") == ["1", "3456"])
        #expect(run.field("CapEff") == "0000000000000000")
    }

    @Test(.enabled(if: isRoot))
    func `no groups where its identity has none`() throws {
        let run = try launch("/bin/cat", "/proc/self/status") { request in
            request.identity = LaunchRequest.Identity(uid: 1234, gid: 2345, groups: [])
        }
        #expect(run.field("Groups")?.split(separator: " ") == [])
    }

    @Test(
        .enabled(if: isRoot),
        arguments: [
            ("setpriv --reuid 65534 --regid 65534 --clear-groups", "setgroups EPERM"),
            ("setpriv --bounding-set -setgid", "setgroups EPERM"),
            ("setpriv --bounding-set -setuid", "setuid EPERM"),
        ])
    func `no start where the identity cannot be taken`(_ prefix: String, _ outcome: String) throws {
        let seen = try probe(
            under: "exec \(prefix) \"$0\" \"$@\"", "launch", "copy", "open", "exit 0", environment: ["ID": "1234"])
        #expect(seen.lines == [outcome, "exited 125"])
    }

    @Test(.enabled(if: isRoot))
    func `no start where only the group is refused`() throws {
        let seen = try probe(
            "launch", "copy", "open", "exit 0", "setresgid", String(EPERM), environment: ["ID": "1234"])
        #expect(seen.lines == ["setgid EPERM", "exited 125"])
    }

    @Test(arguments: Method.allCases)
    func `the session and group that were asked for`(_ method: Method) throws {
        func stat(_ session: LaunchRequest.SessionKind) throws -> ProcessFacts? {
            let run = try launch("/bin/cat", "/proc/self/stat", by: method) { $0.session = session }
            return ProcFS.parse(stat: run.bytes)
        }
        let inherited = try #require(try stat(.inherited))
        #expect(inherited.group == getpgrp())
        #expect(inherited.session == getsid(0))
        let group = try #require(try stat(.group(foreground: true)))
        #expect(group.group == group.pid)
        #expect(group.session == getsid(0))
        let session = try #require(try stat(.newSession))
        #expect(session.group == session.pid)
        #expect(session.session == session.pid)
    }

    @Test func `its group before anybody can signal it`() throws {
        for method in Method.allCases {
            var request = request(["/bin/sleep", "60"], by: method)
            request.session = .group(foreground: false)
            let launch = try Launch(request)
            #expect(getpgid(launch.child.pid) == launch.child.pid)
            try launch.child.signalGroup(UInt8(SIGKILL))
            #expect(endOf(launch.child.pid) == 128 + SIGKILL)
        }
    }

    @Test(arguments: ["copy", "share", "fork"])
    func `the foreground of its terminal`(_ method: String) throws {
        // The eighth field is the terminal's foreground group.
        let program = "cut -d\" \" -f 1,5,8 /proc/$$/stat"
        let command = "FOREGROUND=1 \(probePath) launch \(method) open '\(program)'"
        let seen = try run(["/usr/bin/script", "--quiet", "--return", "--command", command, "/dev/null"])
        let line = seen.text.split { $0.isNewline }.first { $0.allSatisfy { $0.isNumber || $0 == " " } }
        let numbers = (line ?? "").split(separator: " ")
        #expect(numbers.count == 3)
        #expect(Set(numbers).count == 1, "\(seen.text)")
    }

    /// Everything, nothing, some, and those that glibc keeps for itself.
    @Test(arguments: [.max, 0, 0x4200, 0x1_8000_0000, 1 << 63] as [UInt64], Method.allCases)
    func `the signal mask that was asked for`(_ bits: UInt64, _ method: Method) throws {
        let run = try launch("/bin/cat", "/proc/self/status", by: method) { $0.signalMask = SignalMask(bits: bits) }
        let unblockable: UInt64 = 1 << 8 | 1 << 18  // KILL and STOP
        #expect(run.field("SigBlk").flatMap { UInt64($0, radix: 16) } == bits & ~unblockable)
    }

    @Test(arguments: [true, false], Method.allCases)
    func `SIGCHLD as it is asked for`(_ ignored: Bool, _ method: Method) throws {
        let run = try launch("/bin/cat", "/proc/self/status", by: method) { $0.ignoresChildSignal = ignored }
        let mask = try #require(run.field("SigIgn").flatMap { UInt64($0, radix: 16) })
        #expect((mask & 1 << UInt64(SIGCHLD - 1) != 0) == ignored)
    }

    @Test(arguments: Method.allCases)
    func `its limit of open files, and foster keeps its own`(_ method: Method) throws {
        let before = OpenFilesLimit.current()
        let run = try launch("/bin/sh", "-c", "ulimit -Sn; ulimit -Hn", by: method) { request in
            request.openFiles = OpenFilesLimit(soft: 123, hard: 456)
        }
        #expect(run.lines == ["123", "456"])
        #expect(OpenFilesLimit.current() == before)
    }

    @Test func `no start with a limit that cannot be`() throws {
        let run = try launch("/bin/true") { $0.openFiles = OpenFilesLimit(soft: 2, hard: 1) }
        #expect(run.outcome == .failed(stage: "setrlimit", .invalidArgument))
    }

    @Test(.enabled(if: isRoot), arguments: ["copy", "share", "fork"])
    func `its death signal, also as another user`(_ method: String) throws {
        // The program holds the output open: only its death ends it.
        let start = ContinuousClock.now
        let seen = try probe("death-signal", method)
        #expect(seen.lines == ["executed"])
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test func `no start with a death signal that is none`() throws {
        let run = try launch("/bin/true") { $0.deathSignal = 65 }
        #expect(run.outcome == .failed(stage: "prctl", .invalidArgument))
    }
}

@Suite struct `The descriptors of a launched program` {
    typealias Method = LaunchRequest.Method

    @Test(arguments: Method.allCases)
    func `are placed as stdin, stdout and stderr`(_ method: Method) throws {
        let scratch = try Scratch()
        let text = try scratch.file("input", "hello")
        let input = SharedDescriptor(try Descriptor(inherited: open(text, O_RDONLY)))
        let errors = try FosterSystem.Pipe()
        let run = try launch("/bin/sh", "-c", "cat; echo bad >&2", by: method) { request in
            request.input = input
            request.error = errors.writing
        }
        #expect(run.text == "hello")
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(try buffer.withUnsafeMutableBytes { try errors.reading.descriptor.read(into: $0) } == 4)
    }

    @Test(arguments: Method.allCases)
    func `may be one for two places`(_ method: Method) throws {
        let run = try launch("/bin/sh", "-c", "echo out; echo err >&2", by: method) { $0.error = $0.output }
        #expect(run.lines == ["out", "err"])
    }

    @Test func `may have the numbers of each other's places`() throws {
        let scratch = try Scratch()
        let seen = try probe("standard-places", scratch.path)
        #expect(seen.lines == Array(repeating: "executed right", count: 64))
    }

    @Test func `do not hide a failure where foster started without its own`() throws {
        let seen = try probe(under: "exec \"$0\" \"$@\" <&- >&-", "report-number")
        #expect(seen.lines == Array(repeating: "exec ENOENT", count: 3))
    }

    /// The fourth is that of the listing itself.
    @Test(arguments: ["copy", "share", "fork"], [["0", "1", "2", "3", "50"], ["0", "1", "2", "3"]])
    func `are those that foster was given, or none above stderr`(_ method: String, _ numbers: [String]) throws {
        let seen = try probe(
            under: "exec 50</dev/null; exec \"$0\" \"$@\"", "launch", method,
            numbers.contains("50") ? "open" : "closed", "exec ls /proc/self/fd")
        #expect(seen.lines == numbers + ["executed", "exited 0"])
    }

    /// Before Linux 5.11, under an old seccomp profile, and without `/proc` too.
    @Test(arguments: [
        ["close_range", "22"], ["close_range", "1"], ["close_range", "38", "getdents64", "38"],
    ])
    func `above stderr are closed by older kernels too`(_ refused: [String]) throws {
        let shell = "exec 50</dev/null 700</dev/null; exec \"$0\" \"$@\""
        let list = "for n in 3 4 5 6 7 8 9 50 700; do [ -e /proc/self/fd/$n ] && echo $n; done; echo end"
        let seen = try run(["/bin/bash", "-c", shell, probePath, "launch", "copy", "closed", list] + refused)
        #expect(seen.lines == ["end", "executed", "exited 0"])
    }

    @Test func `are never foster's own`() throws {
        let seen = try probe(under: "exec 50</dev/null; exec \"$0\" \"$@\"", "own-descriptors")
        #expect(seen.lines == Array(repeating: ["0", "1", "2", "3", "50", "exited 0"], count: 3).flatMap { $0 })
    }

    /// What is closed as each of the three, and where facts can be told then.
    @Test(arguments: [
        ("<&-", "1", ["0"]), (">&-", "2", ["1"]), ("2>&-", "1", ["2"]), ("<&- >&-", "2", ["0", "1"]),
        ("<&- 2>&-", "1", ["0", "2"]), ("3>&1 <&- >&- 2>&-", "3", ["0", "1", "2"]), ("", "1", []),
    ])
    func `take no standard number that foster was started without`(
        _ closing: String, _ fact: String, _ closed: [String]
    ) throws {
        let seen = try probe(under: "exec \"$0\" \"$@\" \(closing)", "standard-descriptors", fact)
        let expected = ["0", "1", "2"].map { "\($0) \(closed.contains($0) ? "kept from children" : "inherited")" }
        #expect(seen.lines == expected + ["next true"])
    }
}
