/// Deadlines by key: arming a key again moves it.
///
/// A sorted array and nothing beside it: a loop has few timers at a time, and the next one is asked for at every turn. For what a
/// dictionary would cost at the start, and why nothing is required of keys here, see `SortedTable`.
public struct Timers<Key: Sendable>: Sendable {
    private struct Entry: Sendable {
        let at: Duration
        let key: Key
    }

    /// Latest first, so that the next one is taken off the end.
    private var entries: [Entry] = []

    public init() {}

    public var next: Duration? { entries.last?.at }
    public var isEmpty: Bool { entries.isEmpty }

    /// Takes the keys that are due, in the order of their deadlines.
    public mutating func expire(at now: Duration) -> [Key] {
        var due: [Key] = []
        while let entry = entries.last, entry.at <= now {
            entries.removeLast()
            due.append(entry.key)
        }
        return due
    }

    /// The first place whose deadline is not after this one: among equals the newest comes first, so the oldest is taken first.
    private func firstIndex(notAfter deadline: Duration) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].at > deadline { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Timers where Key: Equatable {
    public mutating func arm(_ key: Key, at deadline: Duration) {
        disarm(key)
        entries.insert(Entry(at: deadline, key: key), at: firstIndex(notAfter: deadline))
    }

    public mutating func disarm(_ key: Key) {
        if let index = entries.firstIndex(where: { $0.key == key }) { entries.remove(at: index) }
    }
}

extension Duration {
    /// The earlier of two deadlines, of which either may not be there.
    @inlinable
    public static func earlier(_ left: Duration?, _ right: Duration?) -> Duration? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }
}
