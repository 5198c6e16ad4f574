/// The newest entries, for readers that keep a cursor.
///
/// A value: publishing shares it, and the next append copies at most one open chunk. Closed chunks never change, so a slow
/// reader costs the writer nothing and can hold what it reads as long as it likes.
public struct Journal: Sendable {
    /// Entries in a chunk, and chunks kept: an entry falls off the ring 8,192 entries later at the earliest.
    static let chunkSize = 32
    static let chunkLimit = 256

    private var closed: [Chunk] = []
    private var open: [JournalEntry] = []

    public init() {}

    /// Appends an entry whose revision follows the last one's.
    public mutating func append(_ entry: JournalEntry) {
        open.append(entry)
        guard open.count >= Self.chunkSize else { return }
        closed.append(Chunk(entries: open))
        if closed.count > Self.chunkLimit { closed.removeFirst() }
        open = []
        open.reserveCapacity(Self.chunkSize)
    }

    /// The revision of the last entry, 0 where there is none.
    public var lastRevision: UInt64 { open.last?.revision ?? closed.last?.entries.last?.revision ?? 0 }

    /// The revision of the oldest entry still held, `nil` where there is none.
    public var firstRevision: UInt64? { closed.first?.entries.first?.revision ?? open.first?.revision }

    /// What came after a revision, oldest first and at most `limit` entries; `nil` when some of it has fallen off the ring,
    /// or the revision is from the future.
    public func entries(after revision: UInt64, limit: Int) -> [JournalEntry]? {
        guard revision <= lastRevision else { return nil }
        guard let first = firstRevision, revision < lastRevision else { return [] }
        guard revision &+ 1 >= first else { return nil }
        var result: [JournalEntry] = []
        for chunk in closed.dropFirst(chunksBefore(revision)) where result.count < limit {
            result += chunk.entries.drop { $0.revision <= revision }.prefix(limit - result.count)
        }
        if result.count < limit {
            result += open.drop { $0.revision <= revision }.prefix(limit - result.count)
        }
        return result
    }

    /// How many closed chunks hold nothing after the revision.
    private func chunksBefore(_ revision: UInt64) -> Int {
        closed.firstIndex { ($0.entries.last?.revision ?? 0) > revision } ?? closed.count
    }

    private final class Chunk: Sendable {
        let entries: [JournalEntry]
        init(entries: [JournalEntry]) { self.entries = entries }
    }
}
