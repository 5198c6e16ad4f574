import FosterSystem
import Glibc
import SystemPackage
import Testing

@Suite struct `A child` {
    @Test func `is peeked at, stays a zombie, and is gone once reaped`() throws {
        let seen = try probe("children")
        #expect(
            seen.lines == [
                "none", "executed", "all alive", "signaled 9", "signaled 9 zombie", "none gone", "exited 0", "exited 1",
                "exited 255", "none",
            ])
    }

    @Test func `is waited for although SIGCHLD was inherited as ignored`() throws {
        let seen = try probe(under: "trap '' CHLD; exec \"$0\" \"$@\"", "children-ignored")
        #expect(seen.lines == ["true", "false", "exited 5"])
    }

    @Test func `may be an orphan that a subreaper adopts`() throws {
        let adopted = try probe("adopt-orphan", "subreaper")
        #expect(adopted.lines == ["exited 3", "all alive", "exited 9"])
        // Without: it goes to the process above.
        let left = try probe("adopt-orphan")
        #expect(left.lines == ["exited 3", "none", "nothing"])
    }

    @Test func `gets signals with their values, those of one number in order`() throws {
        let (launch, reading) = try launchCaptured([probePath, "receive-signals"])
        var greeting = [UInt8](repeating: 0, count: 6)
        var entry = pollfd(fd: reading.descriptor.number, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 60_000)
        #expect(try greeting.withUnsafeMutableBytes { try reading.descriptor.read(into: $0) } == 6)
        // Stopped, it finds all of them pending.
        try launch.child.signal(UInt8(SIGSTOP), value: nil)
        for value in [3, 1, 2, -1, Int64.max, Int64.min] { try launch.child.signal(40, value: value) }
        try launch.child.signal(64, value: 5)
        try launch.child.signal(64, value: nil)
        try launch.child.signal(34, value: 0)
        try launch.child.signal(UInt8(SIGUSR1), value: 8)
        try launch.child.signal(UInt8(SIGCONT), value: nil)
        try launch.child.signal(UInt8(SIGTERM), value: nil)
        let bytes = readToEnd(reading.descriptor.number) { kill(launch.child.pid, SIGKILL) }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        func values(_ number: Int) -> [String] {
            lines.filter { $0.hasPrefix("\(number) ") }.map { String($0.split(separator: " ")[1]) }
        }
        #expect(values(40) == ["3", "1", "2", "-1", "\(Int64.max)", "\(Int64.min)"])
        #expect(values(64) == ["5", "-"])
        #expect(values(34) == ["0"])
        #expect(values(Int(SIGUSR1)) == ["8"])
        #expect(endOf(launch.child.pid) == 0)
    }

    @Test func `takes signals in silence as a zombie, and is ESRCH once reaped`() throws {
        for method in LaunchRequest.Method.allCases {
            let launch = try Launch(request(["/bin/true"], by: method))
            var info = siginfo_t()
            waitid(P_PID, id_t(launch.child.pid), &info, WEXITED | WNOWAIT)
            try launch.child.signal(UInt8(SIGTERM), value: nil)
            #expect(endOf(launch.child.pid) == 0)
            #expect(throws: Errno.noSuchProcess) { try launch.child.signal(UInt8(SIGTERM), value: nil) }
            #expect(throws: Errno.noSuchProcess) { try launch.child.signal(40, value: 1) }
            #expect(throws: Errno.noSuchProcess) { try launch.child.signalGroup(UInt8(SIGTERM)) }
        }
    }

    @Test func `is told of a signal that is none`() throws {
        let launch = try Launch(request(["/bin/sleep", "60"]))
        #expect(throws: Errno.invalidArgument) { try launch.child.signal(65, value: nil) }
        #expect(throws: Errno.invalidArgument) { try launch.child.signal(65, value: 1) }
        try launch.child.signal(UInt8(SIGKILL), value: nil)
        #expect(endOf(launch.child.pid) == 128 + SIGKILL)
    }

    @Test(arguments: ["1", "38"])
    func `is signalled by pid where its pidfd is refused`(_ errno: String) throws {
        let seen = try probe("refused-pidfd-signal", "pidfd_send_signal", errno)
        #expect(seen.lines == ["executed", "signaled 15"])
    }

    @Test func `is a member of its group until it is reaped`() throws {
        var request = request(["/bin/sleep", "60"])
        request.session = .newSession
        let launch = try Launch(request)
        let group = ProcessGroup(leader: launch.child.pid)
        #expect(settled(launch) == .executed)
        #expect(group.hasChildren)
        try launch.child.signal(UInt8(SIGKILL), value: nil)
        #expect(endOf(launch.child.pid) == 128 + SIGKILL)
        #expect(!group.hasChildren)
        #expect((-2...1).allSatisfy { !ProcessGroup(leader: $0).hasChildren })
    }

    /// To kill(2), 0 is the own group, -1 is everybody, and 1 is init.
    @Test(arguments: [Int32.min, -2, -1, 0, 1])
    func `is never everybody`(_ pid: Int32) {
        #expect(throws: Errno.invalidArgument) { try ProcessGroup(leader: pid).signal(0) }
        #expect(throws: Errno.invalidArgument) { try Host.signal(pid: pid, 0) }
    }
}

@Suite struct `Signals` {
    @Test func `are all received, those that glibc keeps for itself too`() throws {
        let numbers = (1...64).filter { $0 != Int(SIGKILL) && $0 != Int(SIGSTOP) }
        #expect(try probe("all-signals").lines == numbers.map { "\($0) [\"\($0) - self\"]" })
    }

    @Test func `come with their values`() throws {
        let expected = ["10 9", "36 7", "40 0", "40 1", "40 -1", "40 \(Int64.min)", "40 \(Int64.max)"]
        #expect(try probe("signal-values").lines == ["\(expected)", "true"])
    }

    @Test func `are taken 64 at a time, none lost`() throws {
        #expect(try probe("signal-backlog").lines == ["64 36", "true"])
    }

    @Test func `are in a mask by their numbers`() {
        let mask = SignalMask(bits: 1 | 1 << 63)
        #expect((-1...66).filter(mask.contains) == [1, 64])
    }

    /// CFosterStart: before the first statement, all but those that a fault raises.
    @Test(arguments: [("", "0"), ("--block-signal=USR1,TERM", "4200"), ("--block-signal", "fffffffe7ffbfeff")])
    func `are blocked at the first statement, and the inherited mask is kept`(_ option: String, _ inherited: String)
        throws
    {
        let seen = try probe(under: "exec env \(option) \"$0\" \"$@\"", "mask-at-start")
        let faults: UInt64 = [SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGTRAP, SIGABRT].reduce(0) { $0 | 1 << UInt64($1 - 1) }
        // KILL and STOP cannot be blocked; faults are not unblocked either.
        let blocked = ~faults & ~(1 << 8 | 1 << 18) | (UInt64(inherited, radix: 16) ?? 0)
        #expect(
            seen.lines == [
                "blocked \(String(blocked, radix: 16))", "inherited \(inherited)",
                "faults \(String(faults, radix: 16))",
            ])
    }
}
