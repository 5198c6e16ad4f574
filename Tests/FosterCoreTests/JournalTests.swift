import Testing

@testable import FosterCore

@Suite("Journal")
struct JournalTests {
    private func journal(of count: UInt64) -> Journal {
        var journal = Journal()
        for revision in 0..<count {
            journal.append(JournalEntry(revision: revision + 1, time: .zero, event: .warning("\(revision + 1)")))
        }
        return journal
    }

    @Test("An empty journal has nothing, and knows no future")
    func empty() {
        #expect(Journal().entries(after: 0, limit: 10) == [])
        #expect(Journal().entries(after: 1, limit: 10) == nil)
        #expect(Journal().firstRevision == nil)
    }

    @Test(
        "A reader misses nothing and reads nothing twice, in pieces of any size",
        arguments: [1, 7, 127, 128, 129, 5000])
    func resumes(limit: Int) throws {
        let journal = journal(of: 1000)
        var revisions: [UInt64] = []
        while true {
            let entries = try #require(journal.entries(after: revisions.last ?? 0, limit: limit))
            #expect(entries.count <= limit)
            if entries.isEmpty { break }
            revisions += entries.map(\.revision)
        }
        #expect(revisions == Array(1...1000))
    }

    @Test("What fell off the ring is told apart from what has not happened yet")
    func ring() throws {
        let count: UInt64 = 10_000
        let journal = journal(of: count)
        let first = try #require(journal.firstRevision)
        #expect(count - first >= 8_064)
        #expect(journal.lastRevision == count)
        #expect(journal.entries(after: first - 2, limit: 1) == nil)
        #expect(journal.entries(after: first - 1, limit: 1)?.first?.revision == first)
        #expect(journal.entries(after: count, limit: 1) == [])
        #expect(journal.entries(after: count + 1, limit: 1) == nil)
        #expect(journal.entries(after: first, limit: 0) == [])
    }

    @Test("A reader's copy does not change when the writer goes on")
    func copies() {
        var journal = journal(of: 130)
        let copy = journal
        journal.append(JournalEntry(revision: 131, time: .zero, event: .warning("new")))
        #expect(copy.lastRevision == 130)
        #expect(copy.entries(after: 120, limit: 100)?.count == 10)
    }
}
