import FosterAPI
import FosterCore
import FosterSystem
import Foundation
import Testing

@testable import FosterDiagnostics

/// What is read of `/proc` and `/sys`, from trees in which they say what is rare here.
@Suite struct GatheringTests {
    private func gather(_ tree: FixtureTree) -> ContainerFacts {
        ContainerFacts.gather(tree.files, own: 7, pause: .milliseconds(1))
    }

    // MARK: Processes

    @Test func processesAreReadWithTheirSignals() throws {
        let tree = try FixtureTree()
        try tree.process(
            20, parent: 7, "a) S (b",
            status:
                "Umask:\t0022\nNSpid:\t20\t1\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000004000\nSigCgt:\tfffffffe7ffbfeff\n"
        )
        let facts = gather(tree)
        #expect(facts.processes.map(\.pid) == [1, 7, 20])
        let process = try #require(facts.processes.last)
        #expect(process.name == "a) S (b" && process.parent == 7 && process.startTime == 4200)
        #expect(process.words == ["/bin/a) S (b", "-x"])
        #expect(process.namespacePids == [20, 1])
        #expect(process.signals == .init(blocked: 1, ignored: 0x4000, caught: 0xffff_fffe_7ffb_feff))
        #expect(facts.uptimeSeconds == 1000)
        #expect(facts.processes.first?.signals == nil)
    }

    @Test(arguments: [
        ("/proc/1/wchan", "do_sigtimedwait.isra.0", true), ("/proc/1/wchan", "do_epoll_wait", false),
        ("/proc/1/wchan", "0", false), ("/proc/1/syscall", "running", false), ("/proc/1/syscall", "", false),
    ])
    func whoWaitsForSignalsIsKnown(file: String, text: String, isWaiting: Bool) throws {
        let tree = try FixtureTree()
        try tree.write(file, text + "\n")
        #expect(gather(tree).processes.first?.isInSignalWait == isWaiting)
    }

    @Test func whatVanishesOrCannotBeReadIsLeftOut() throws {
        let tree = try FixtureTree()
        // A directory without files, as of a process that ended in between; one with a line that makes no sense; others that
        // lack their command line, or have one that is no text.
        try FileManager.default.createDirectory(
            at: tree.root.appending(path: "/proc/30"), withIntermediateDirectories: true)
        try tree.write("/proc/31/stat", "31 (x")
        try tree.process(32, parent: 1, "gone")
        try FileManager.default.removeItem(at: tree.root.appending(path: "/proc/32/cmdline"))
        try FileManager.default.removeItem(at: tree.root.appending(path: "/proc/32/status"))
        try tree.process(33, parent: 1, "odd", status: "SigBlk:\tzz\nSigIgn:\nNSpid\nNSpid:\tx\n:::\n")
        try tree.write("/proc/33/cmdline", [0xff, 0xfe, 0x1b, 0, 0, 0])
        try tree.write("/proc/99999999999999999999/stat", "1 (x) S")
        try FileManager.default.createDirectory(
            at: tree.root.appending(path: "/proc/34/stat"), withIntermediateDirectories: true)
        let facts = gather(tree)
        #expect(facts.processes.map(\.pid) == [1, 7, 32, 33])
        #expect(facts.processes[2].words.isEmpty && facts.processes[2].signals == nil)
        #expect(facts.processes[3].words == ["\u{fffd}\u{fffd}\u{1b}", "", ""])
        #expect(facts.processes[3].signals == nil && facts.processes[3].namespacePids.isEmpty)
        #expect(facts.processes[3].description == #"pid 33: comm=odd, cmdline=""# + "\u{fffd}\u{fffd}" + #"\x1b  ""#)
    }

    @Test func zombiesCountWhenTheyLast() throws {
        let tree = try FixtureTree()
        try tree.process(20, parent: 1, "dead", state: "Z")
        #expect(gather(tree).lastingZombies == [20])
        #expect(gather(tree).processes.last?.words.isEmpty == true)
    }

    // MARK: /proc

    @Test func aMissingProcIsTold() throws {
        let facts = gather(try FixtureTree(hasProc: false))
        #expect(facts.proc == .missing)
        #expect(facts.ids == ["no-proc"])
    }

    @Test func aProcThatCannotBeReadIsNotTakenForAnEmptyOne() throws {
        let tree = try FixtureTree()
        try FileManager.default.removeItem(at: tree.root.appending(path: "/proc/7"))
        let facts = gather(tree)
        #expect(facts.proc == .unreadable)
        #expect(facts.findings.map(\.severity) == [.error])
        #expect(facts.ids == ["no-proc"])
    }

    @Test func theProcOfOthersIsTold() throws {
        let tree = try FixtureTree()
        let facts = ContainerFacts.gather(tree.files, own: 8, pause: .zero)
        #expect(facts.proc == .foreign(shownAs: "7"))
        #expect(facts.processes.isEmpty)
    }

    @Test(arguments: [
        ("hidepid=2", "CapEff:\t0000000000000000", true), ("hidepid=invisible", "CapEff:\t0000000000000000", true),
        ("hidepid=1", "CapEff:\t0000000000000000", true), ("hidepid=0", "CapEff:\t0000000000000000", false),
        ("rw", "CapEff:\t0000000000000000", false), ("hidepid=2", "CapEff:\t0000000000080000", false),
        ("hidepid=2,gid=27", "CapEff:\t0\nGroups:\t4 27 30 ", false),
        ("hidepid=2,gid=7", "CapEff:\t0\nGroups:\t27 ", true),
        ("hidepid=2,gid=7", "CapEff:\t0\nGid:\t7\t8\t9\t7", false),
        ("hidepid=4,gid=27", "CapEff:\t0\nGroups:\t27 ", true),
    ])
    func hiddenProcessesAreTold(options: String, status: String, isHidden: Bool) throws {
        let tree = try FixtureTree()
        try tree.write("/proc/7/mountinfo", "22 27 0:21 / /proc rw,relatime - proc proc rw,\(options)\n")
        try tree.process(7, parent: 1, "foster", status: status + "\n")
        #expect((gather(tree).hiding != nil) == isHidden)
    }

    // MARK: Limits

    private static let unified = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"

    @Test(arguments: [
        (["/sys/fs/cgroup/memory.max": "max\n"], ["no-memory-limit"]),
        (["/sys/fs/cgroup/memory.max": "268435456\n"], []),
        // Nothing to read: nothing to tell.
        ([:], []),
        (["/sys/fs/cgroup/pids.max": "100\n", "/sys/fs/cgroup/pids.current": "80\n"], ["process-limit-near"]),
        (["/sys/fs/cgroup/pids.max": "100\n", "/sys/fs/cgroup/pids.current": "79\n"], []),
        (["/sys/fs/cgroup/pids.max": "max\n", "/sys/fs/cgroup/pids.current": "80\n"], []),
        (["/sys/fs/cgroup/pids.max": "-5\n", "/sys/fs/cgroup/pids.current": "x\n"], []),
        (["/sys/fs/cgroup/pids.max": "99999999999999999999\n", "/sys/fs/cgroup/pids.current": "80\n"], []),
    ])
    func limitsOfVersion2AreRead(contents: [String: String], ids: [String]) throws {
        let tree = try FixtureTree()
        try tree.groups("0::/\n", mounts: Self.unified)
        for (path, text) in contents { try tree.write(path, text) }
        var facts = gather(tree)
        facts.agent = Container.agent
        #expect(facts.ids == ids)
    }

    @Test func aLimitFurtherUpCountsAsWell() throws {
        let tree = try FixtureTree()
        try tree.groups("0::/pod/web\n", mounts: Self.unified)
        try tree.write("/sys/fs/cgroup/pod/web/memory.max", "max\n")
        #expect(gather(tree).memory == .unlimited(file: "/sys/fs/cgroup/pod/web/memory.max", text: "max"))
        try tree.write("/sys/fs/cgroup/pod/memory.max", "1048576\n")
        #expect(gather(tree).memory == .limited)
    }

    @Test func limitsOfVersion1AreRead() throws {
        let tree = try FixtureTree()
        let mounts = """
            33 31 0:30 /docker/abc /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory
            34 31 0:31 /docker/abc /sys/fs/cgroup/pids ro,nosuid - cgroup cgroup rw,pids
            35 31 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

            """
        try tree.groups("9:name=systemd:/docker/abc\n8:pids:/docker/abc\n4:memory:/docker/abc\n0::/\n", mounts: mounts)
        try tree.write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
        try tree.write("/sys/fs/cgroup/pids/pids.max", "50\n")
        try tree.write("/sys/fs/cgroup/pids/pids.current", "50\n")
        var facts = gather(tree)
        facts.agent = Container.agent
        #expect(
            facts.memory == .unlimited(file: "/sys/fs/cgroup/memory/memory.limit_in_bytes", text: "9223372036854771712")
        )
        #expect(facts.ids == ["process-limit-near", "no-memory-limit"])
        try tree.write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "268435456\n")
        #expect(gather(tree).memory == .limited)
    }

    @Test(arguments: ["0::/../..\n", "0::/elsewhere/far\n", "0::\n", "::::\n", "", "\n\n", "0"])
    func aPathThatLeadsNowhereIsNoMatter(groups: String) throws {
        let tree = try FixtureTree()
        try tree.groups(groups, mounts: "x\n30 - -\n - - - \n" + Self.unified + "30 24 0:26 / /sys\n")
        #expect(gather(tree).memory == .unknown)
    }

    @Test func withoutAGroupsLimitTheSystemsCounts() throws {
        let tree = try FixtureTree()
        try tree.write("/proc/loadavg", "0.10 0.20 0.30 3/900 1234\n")
        try tree.write("/proc/sys/kernel/pid_max", "1000\n")
        try tree.write("/proc/sys/kernel/threads-max", "5000\n")
        var facts = gather(tree)
        facts.agent = Container.agent
        #expect(facts.ids == ["process-limit-near"])
        #expect(facts.findings[0].evidence == ["/proc/sys/kernel/pid_max: 1000", "processes and threads: 900"])
        #expect(facts.findings[0].remedy.hasSuffix("sysctl kernel.pid_max=…"))
        try tree.write("/proc/loadavg", "0.10 0.20 0.30 3/700 1234\n")
        #expect(gather(tree).processLimits.map(\.share).max().map { $0 < 0.8 } == true)
    }

    // MARK: Whose container

    @Test func theOrchestratorIsKnownByWhatItLeaves() throws {
        func orchestrator(_ environment: String = "PATH=/bin\0", _ files: String...) throws -> Orchestrator {
            let tree = try FixtureTree()
            try tree.write("/proc/7/environ", environment)
            for file in files { try tree.write(file, "") }
            return gather(tree).orchestrator
        }
        #expect(try orchestrator() == .unknown)
        #expect(try orchestrator("PATH=/bin\0", "/.dockerenv").grace == .seconds(10))
        #expect(try orchestrator("PATH=/bin\0", "/.dockerenv").evidence == "/.dockerenv is there")
        #expect(try orchestrator("PATH=/bin\0", "/run/.containerenv").name == "podman stop")
        #expect(try orchestrator("A=b\0KUBERNETES_SERVICE_HOST=10.0.0.1\0", "/.dockerenv").grace == .seconds(30))
        #expect(try orchestrator("container=systemd-nspawn\0").grace == .seconds(90))
        #expect(try orchestrator("XKUBERNETES_SERVICE_HOST=x").evidence == nil)
    }
}
