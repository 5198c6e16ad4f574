/// Deadlines by key: arming a key again moves it.
///
/// A sorted array: a loop has few timers at a time, and the next one is asked for at every turn.
public struct Timers<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Sendable {
        let at: Duration
        let key: Key
    }

    /// Latest first, so that the next one is taken off the end.
    private var entries: [Entry] = []
    private var deadlines: [Key: Duration] = [:]

    public init() {}

    public var next: Duration? { entries.last?.at }
    public var isEmpty: Bool { entries.isEmpty }

    public mutating func arm(_ key: Key, at deadline: Duration) {
        disarm(key)
        deadlines[key] = deadline
        entries.insert(Entry(at: deadline, key: key), at: firstIndex(notAfter: deadline))
    }

    public mutating func disarm(_ key: Key) {
        guard let deadline = deadlines.removeValue(forKey: key) else { return }
        var index = firstIndex(notAfter: deadline)
        while index < entries.count, entries[index].at == deadline {
            if entries[index].key == key {
                entries.remove(at: index)
                return
            }
            index += 1
        }
    }

    /// Takes the keys that are due, in the order of their deadlines.
    public mutating func expire(at now: Duration) -> [Key] {
        var due: [Key] = []
        while let entry = entries.last, entry.at <= now {
            entries.removeLast()
            deadlines[entry.key] = nil
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

extension Duration {
    /// The earlier of two deadlines, of which either may not be there.
    @inlinable
    public static func earlier(_ left: Duration?, _ right: Duration?) -> Duration? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }
}
