@testable import FosterSystem
import Glibc
import SystemPackage
import Testing

@Suite struct `A process tree` {
    /// `pid: parent`, with group and session where they are not the pid itself.
    static func facts(_ pid: Int32, _ parent: Int32, group: Int32? = nil, session: Int32? = nil) -> ProcessFacts {
        ProcessFacts(
            pid: pid, name: "p\(pid)", state: 83, parent: parent, group: group ?? pid, session: session ?? pid,
            startTime: UInt64(pid), userTime: 0, systemTime: 0, threads: 1, virtualBytes: 0, residentPages: 0)
    }

    /// 1 is init, with two services: 10, whose 12 has left its session, and 20, whose leader is dead.
    static let tree = ProcessTree([
        facts(1, 0), facts(2, 0), facts(10, 1), facts(11, 10, group: 10, session: 10), facts(12, 11), facts(13, 12),
        facts(21, 1, group: 20, session: 20), facts(22, 21, group: 22, session: 20),
        facts(23, 1, group: 99, session: 98),
    ])

    @Test func `shows what is below a process, parents first, without itself`() {
        let below = Self.tree.descendants(of: 1).map(\.pid)
        #expect(Set(below) == [10, 11, 12, 13, 21, 22, 23])
        for pid in below {
            guard let parent = Self.tree[pid]?.parent, let place = below.firstIndex(of: parent) else { continue }
            #expect(place < (below.firstIndex(of: pid) ?? -1))
        }
        #expect(Self.tree.descendants(of: 11).map(\.pid) == [12, 13])
        #expect(Self.tree.descendants(of: 13).isEmpty)
        #expect(Self.tree.descendants(of: 12345).isEmpty)
        #expect(Self.tree.all.count == 9)
        #expect(Self.tree[12345] == nil)
    }

    @Test(
        arguments: [
            (10, 10), (11, 10), (12, 10), (13, 10), (21, 20), (22, 20), (23, nil), (2, nil), (1, nil), (12345, nil),
        ] as [(Int32, Int32?)])
    func `knows the leader by ancestors, group and session`(_ pid: Int32, _ leader: Int32?) {
        #expect(Self.tree.leader(of: pid, among: [10, 20], below: 1) == leader)
    }

    @Test func `knows the nearest leader`() {
        #expect(Self.tree.leader(of: 13, among: [10, 12], below: 1) == 12)
        #expect(Self.tree.leader(of: 13, among: [], below: 1) == nil)
        // What is above the root is not asked.
        #expect(Self.tree.leader(of: 13, among: [10], below: 12) == nil)
    }

    /// A sweep is no instant: parents may have changed while it was made.
    @Test func `ends in circles`() {
        let circle = ProcessTree([Self.facts(5, 7), Self.facts(6, 5), Self.facts(7, 6), Self.facts(8, 8)])
        #expect(Set(circle.descendants(of: 5).map(\.pid)) == [6, 7])
        #expect(circle.descendants(of: 8).isEmpty)
        #expect(circle.leader(of: 5, among: [99], below: 1) == nil)
        #expect(circle.leader(of: 8, among: [99], below: 1) == nil)
        #expect(ProcessTree([]).descendants(of: 1).isEmpty)
        #expect(ProcessTree([Self.facts(3, 1), Self.facts(3, 2)]).descendants(of: 1).map(\.pid) == [3])
    }

    @Test func `of this machine has this process and its child`() throws {
        let (launch, _) = try launchCaptured(["/bin/sleep", "60"])
        #expect(settled(launch) == .executed)
        let tree = ProcessTree.sweep()
        #expect(tree.descendants(of: getpid()).contains { $0.pid == launch.child.pid })
        #expect(tree.leader(of: launch.child.pid, among: [launch.child.pid], below: getpid()) == launch.child.pid)
        let facts = try #require(tree[launch.child.pid])
        let other = Self.facts(facts.pid, facts.parent)
        #expect(throws: Errno.noSuchProcess) { try Host.signal(other, UInt8(SIGKILL)) }
        try Host.signal(facts, UInt8(SIGTERM))
        #expect(endOf(facts.pid) == 128 + SIGTERM)
        #expect(throws: Errno.noSuchProcess) { try Host.signal(facts, UInt8(SIGKILL)) }
    }
}

@Suite struct `A variable of a process` {
    @Test func `is that of its start, by its whole name`() throws {
        let (launch, _) = try launchCaptured(["/bin/sleep", "60"]) { request in
            request.environment = ["AB=1", "A=2=3", "EMPTY=", "A=4", "ODD"]
        }
        #expect(settled(launch) == .executed)
        let pid = launch.child.pid
        for (name, value) in [("A", "2=3"), ("AB", "1"), ("EMPTY", ""), ("B", nil), ("ODD", nil), ("", nil)] {
            #expect(ProcFS.environmentVariable(name, of: pid) == value, "\(name)")
        }
        try launch.child.signal(UInt8(SIGKILL), value: nil)
        #expect(endOf(pid) == 128 + SIGKILL)
        #expect(ProcFS.environmentVariable("A", of: pid) == nil)
    }
}

@Suite struct `Own children` {
    @Test func `are those of the main thread, zombies and adopted ones too`() throws {
        let seen = try probe("own-children")
        #expect(seen.lines == ["none", "the launched", "a zombie too", "none", "an orphan"])
    }
}
