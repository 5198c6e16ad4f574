import FosterLoop

/// Connections with a complete request, in the order in which they are to be answered.
struct ReadyQueue {
    private var keys: [SlotKey] = []
    private var start = 0

    var isEmpty: Bool { start == keys.count }

    mutating func append(_ key: SlotKey) {
        // Clients that pipeline without end keep it from ever becoming empty: what was taken must go meanwhile.
        if start >= 64, start * 2 >= keys.count {
            keys.removeFirst(start)
            start = 0
        }
        keys.append(key)
    }

    mutating func popFirst() -> SlotKey? {
        guard start < keys.count else { return nil }
        let key = keys[start]
        start += 1
        if isEmpty {
            keys.removeAll(keepingCapacity: true)
            start = 0
        }
        return key
    }

    /// Places taken in memory.
    var held: Int { keys.count }
}
