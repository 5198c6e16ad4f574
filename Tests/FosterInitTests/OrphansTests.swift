import FosterCore
import Testing

@testable import FosterInit
@testable import FosterSystem

@Suite("Orphans")
struct OrphansTests {
    @Test("are foster's children that it did not start, each announced once")
    func areAnnouncedOnce() throws {
        var orphans = Orphans(onlyService: nil)
        try take(&orphans, [1: 0, 10: 1, 11: 10, 12: 1, 13: 12, 14: 1, 20: 0, 21: 20], at: 1)
        #expect(orphans.takeNews(limit: 1).map(\.facts.pid) == [12])
        #expect(orphans.takeNews(limit: 9).map(\.facts.pid) == [14])
        try take(&orphans, [1: 0, 10: 1, 11: 1, 12: 1, 14: 1], at: 2)
        let news = orphans.takeNews(limit: 9)
        #expect(news.map(\.facts.pid) == [11])
        // It was seen below the service.
        #expect(news.first?.service == "web")
        #expect(news.first?.since == .seconds(2))
    }

    @Test("that are dead already when they are first seen are none")
    func areAlive() throws {
        var orphans = Orphans(onlyService: nil)
        try take(&orphans, [1: 0, 12: 1], zombies: [12], at: 1)
        #expect(orphans.takeNews(limit: 9).isEmpty)
        #expect(orphans.unexamined(limit: 9).isEmpty)
    }

    @Test("whose environment has to tell are named until it has been read")
    func areExamined() throws {
        var orphans = Orphans(onlyService: nil)
        try take(&orphans, [1: 0, 12: 1, 14: 1], at: 1)
        #expect(orphans.unexamined(limit: 1) == [12])
        orphans.note(12, cameFrom: "web")
        try take(&orphans, [1: 0, 12: 1, 14: 1], at: 2)
        #expect(orphans.unexamined(limit: 9) == [14])
        #expect(orphans.remove(12)?.service == "web")
    }

    @Test("of services get SIGTERM once, and SIGKILL from the end of the service's grace on")
    func areEnded() throws {
        var orphans = Orphans(onlyService: nil)
        let table: [Int32: Int32] = [1: 0, 10: 1, 11: 1, 12: 1, 14: 1]
        try take(&orphans, [1: 0, 10: 1, 11: 10, 12: 10, 14: 1], at: 1)
        #expect(due(&orphans, at: 1) == [])
        try take(&orphans, table, at: 2)
        // 14 never stood below a service.
        #expect(due(&orphans, at: 2) == ["11 SIGTERM", "12 SIGTERM"])
        #expect(orphans.nextKill(from: .seconds(2)) == .seconds(5))
        try take(&orphans, table, at: 3)
        #expect(due(&orphans, at: 3) == [])
        // 12 has ended, and its pid is another process's.
        try take(&orphans, table, restarted: [12], at: 5)
        #expect(due(&orphans, at: 5) == ["11 SIGKILL"])
        #expect(due(&orphans, at: 6) == ["11 SIGKILL"])
        #expect(orphans.nextKill(from: .seconds(6)) == nil)
    }

    @Test("of a service that is not to lose them are left alone until it is")
    func areSparedMeanwhile() throws {
        var orphans = Orphans(onlyService: nil)
        try take(&orphans, [1: 0, 10: 1, 11: 10], at: 1)
        try take(&orphans, [1: 0, 10: 1, 11: 1], at: 2)
        #expect(orphans.takeDue([:], at: .seconds(2)).isEmpty)
        #expect(due(&orphans, at: 3) == ["11 SIGTERM"])
    }

    @Test("that are dead and were never seen are looked up 16 times a second at most")
    func areLookedUpSeldom() {
        var orphans = Orphans(onlyService: nil)
        for second in [1, 2, 5] {
            let looks = (0..<1000).filter { orphans.mayLook(at: .seconds(second) + .microseconds($0)) }
            #expect(looks.count == 16)
        }
    }

    @Test("that have died are their service's by session and group")
    func areKnownWhenDead() throws {
        var orphans = Orphans(onlyService: nil)
        let facts = try process(77, parent: 1, session: 10)
        #expect(orphans.service(of: facts, runs: [10: "web"], own: [10]) == "web")
        #expect(orphans.service(of: try process(78, parent: 1, session: 78), runs: [10: "web"], own: [10]) == nil)
    }

    private func due(_ orphans: inout Orphans, at second: Int) -> [String] {
        orphans.takeDue(["web": .seconds(3)], at: .seconds(second)).map { "\($0.pid) \($1)" }
    }

    /// A sweep that shows these processes, by their parents, each in a session of its own; 10 is the first of `web`.
    private func take(
        _ orphans: inout Orphans, _ parents: [Int32: Int32], zombies: Set<Int32> = [], restarted: Set<Int32> = [],
        at second: Int
    ) throws {
        let facts = try parents.keys.sorted().map { pid in
            try process(
                pid, parent: parents[pid] ?? 0, session: pid, start: restarted.contains(pid) ? 1000 : UInt64(pid),
                state: zombies.contains(pid) ? "Z" : "S")
        }
        orphans.take(facts, foster: 1, runs: [10: "web"], own: [10], at: .seconds(second))
    }

    private func process(
        _ pid: Int32, parent: Int32, session: Int32, start: UInt64 = 1, state: String = "S"
    ) throws -> ProcessFacts {
        let rest = Array(repeating: "0", count: 13).joined(separator: " ")
        let line = "\(pid) (p) \(state) \(parent) \(session) \(session) \(rest) 1 0 \(start) 0 0 0 0 0"
        return try #require(ProcFS.parse(stat: Array(line.utf8)))
    }
}
