@testable import FosterSystem
import Glibc
import SystemPackage
import Testing

@Suite struct `A stat line` {
    /// A line of proc_pid_stat(5) with this name and, at their places, these fields.
    static func line(pid: String = "42", name: [UInt8], _ fields: [Int: String] = [:], count: Int = 52) -> [UInt8] {
        var all = (1...52).map { "\($0 * 100)" }
        all[2] = "S"
        for (place, field) in fields { all[place - 1] = field }
        return Array("\(pid) (".utf8) + name + Array(") \(all[2..<max(2, count)].joined(separator: " "))\n".utf8)
    }

    @Test(arguments: [
        "cat", "", " ", "a b", ") ", "(", ")", "((", "))", "a) R 1 (b",
        "x) Z 1 1 1 0 -1 4 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0", "a\nb",
        "\n", "\t", "ä", String(repeating: "x", count: 15), String(repeating: "w", count: 64),
    ])
    func `is read with any name`(_ name: String) {
        let facts = ProcFS.parse(stat: Self.line(name: Array(name.utf8)))
        #expect(
            facts
                == ProcessFacts(
                    pid: 42, name: name, state: UInt8(ascii: "S"), parent: 400, group: 500, session: 600,
                    startTime: 2200,
                    userTime: 1400, systemTime: 1500, threads: 2000, virtualBytes: 2300, residentPages: 2400))
    }

    @Test func `is read with a name that is not UTF-8`() {
        #expect(ProcFS.parse(stat: Self.line(name: [0xff, 65]))?.name == "\u{fffd}A")
    }

    @Test func `is read with the fields of Linux 2.6 alone, and no shorter`() {
        #expect(ProcFS.parse(stat: Self.line(name: [65], count: 24)) != nil)
        for count in 2..<24 { #expect(ProcFS.parse(stat: Self.line(name: [65], count: count)) == nil) }
    }

    @Test func `cut anywhere before its end is none`() {
        let whole = Self.line(name: Array("a) R 1 (b".utf8), count: 24)
        // The last number may be cut to a shorter one, which no reader can know.
        for count in 0..<(whole.count - 5) { #expect(ProcFS.parse(stat: Array(whole.prefix(count))) == nil) }
    }

    @Test(arguments: [
        (4, "2147483648"), (4, "-2147483649"), (5, "x"), (6, "99999999999999999999"), (14, "-1"),
        (15, "18446744073709551616"),
        (20, "9223372036854775808"), (22, "-1"), (22, "1e3"), (4, "١"),
    ])
    func `with a number out of range is none`(_ place: Int, _ field: String) {
        #expect(ProcFS.parse(stat: Self.line(name: [65], [place: field])) == nil)
    }

    @Test(arguments: [
        (4, "2147483647"), (4, "0"), (5, "-1"), (14, "18446744073709551615"), (22, "18446744073709551615"),
    ])
    func `with a number at the end of its range is read`(_ place: Int, _ field: String) {
        #expect(ProcFS.parse(stat: Self.line(name: [65], [place: field])) != nil)
    }

    @Test(arguments: ["", "x", "-", "42x", "4294967296", "4 2"])
    func `without a pid is none`(_ pid: String) {
        #expect(ProcFS.parse(stat: Self.line(pid: pid, name: [65])) == nil)
    }

    @Test(arguments: ["", "(", ")", "()", ")(", "1 )(", "1 ()", "1 () ", "\n", "1 (a"])
    func `that is no stat line is none`(_ text: String) {
        #expect(ProcFS.parse(stat: Array(text.utf8)) == nil)
    }
}

@Suite struct `What /proc says` {
    @Test(.enabled(if: isRoot)) func `of another pid namespace counts for nothing`() throws {
        let shell = "exec unshare --pid --fork --mount \"$0\" \"$@\""
        #expect(
            try probe(under: shell, "shown-processes", environment: ["SHOWN": "yes"]).lines == [
                "pid 1", "false", "0", "nil", "nil", "nil",
            ])
    }

    @Test(.enabled(if: isRoot)) func `of this pid namespace counts`() throws {
        let shell = "exec unshare --pid --fork --mount-proc \"$0\" \"$@\""
        let seen = try probe(under: shell, "shown-processes", environment: ["SHOWN": "yes"])
        #expect(seen.lines == ["pid 1", "true", "1", "Optional([])", "Optional(1)", "Optional(\"yes\")"])
    }

    @Test func `of this process is true`() throws {
        #expect(ProcFS.isAvailable)
        let facts = try #require(ProcFS.facts(of: getpid()))
        #expect(facts.pid == getpid())
        #expect(facts.parent == getppid())
        #expect(facts.group == getpgrp())
        #expect(facts.session == getsid(0))
        #expect(facts.threads >= 1)
        #expect(facts.residentPages > 0)
        #expect(!facts.isZombie)
        #expect(ProcFS.commandLine(of: getpid()) == CommandLine.arguments)
        #expect(ProcFS.uid(of: getpid()) == getuid())
        #expect(ProcFS.pids().contains(getpid()))
        #expect(ProcFS.pids().contains(1))
        let wholeSeconds = Clock.uptime().components.seconds
        #expect(facts.startTime / ProcFS.ticksPerSecond <= UInt64(wholeSeconds))
    }

    @Test(arguments: [Int32.max, 0, -1])
    func `of nobody is nothing`(_ pid: Int32) {
        #expect(ProcFS.facts(of: pid) == nil)
        #expect(ProcFS.commandLine(of: pid) == [])
        #expect(ProcFS.uid(of: pid) == nil)
    }

    @Test func `of a child follows its life`() throws {
        // Blocking, as a shell's stdin should be.
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let input = SharedDescriptor(try Descriptor(inherited: ends[0]))
        let writing = try Descriptor(inherited: ends[1])
        let (launch, output) = try launchCaptured([
            "/bin/bash", "-c", "printf 'a) R 1 (b' > /proc/$$/comm; echo; read", "", " ",
        ]) {
            $0.input = input
            $0.session = .newSession
        }
        var entry = pollfd(fd: output.descriptor.number, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 60_000)
        let pid = launch.child.pid
        let alive = try #require(ProcFS.facts(of: pid))
        #expect(alive.name == "a) R 1 (b")
        #expect(alive.parent == getpid())
        #expect(alive.session == pid)
        #expect(ProcFS.commandLine(of: pid).suffix(2) == ["", " "])
        _ = try [UInt8(10)].withUnsafeBytes { try writing.write($0) }
        var info = siginfo_t()
        waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT)
        let dead = try #require(ProcFS.facts(of: pid))
        #expect(dead.isZombie)
        #expect(dead.startTime == alive.startTime)
        #expect(ProcFS.commandLine(of: pid) == [])
        #expect(endOf(pid) == 0)
        #expect(ProcFS.facts(of: pid) == nil)
    }
}
