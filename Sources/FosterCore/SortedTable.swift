/// Values by keys, in arrays that are sorted by key.
///
/// In the place of a dictionary where one is needed at the start: the first dictionary with a new type of key costs the Swift
/// runtime a search through all conformances, a tenth of what the start of foster takes. For the same reason nothing is
/// required of the type's own parameters. Looking up is a binary search, changing moves what is behind.
public struct SortedTable<Key, Value> {
    public private(set) var keys: [Key] = []
    /// In the order of their keys.
    public private(set) var values: [Value] = []

    public init() {}
}

extension SortedTable where Key: Comparable {
    /// Of two values for one key the first counts.
    public init(_ pairs: some Sequence<(Key, Value)>) {
        for (key, value) in pairs where self[key] == nil { self[key] = value }
    }

    /// Assigning `nil` removes the key.
    public subscript(key: Key) -> Value? {
        get {
            let place = place(of: key)
            return holds(key, at: place) ? values[place] : nil
        }
        set {
            let place = place(of: key)
            switch (newValue, holds(key, at: place)) {
            case (let value?, true): values[place] = value
            case (let value?, false):
                keys.insert(key, at: place)
                values.insert(value, at: place)
            case (nil, true):
                keys.remove(at: place)
                values.remove(at: place)
            case (nil, false): break
            }
        }
    }

    @discardableResult
    public mutating func removeValue(forKey key: Key) -> Value? {
        let value = self[key]
        self[key] = nil
        return value
    }

    private func holds(_ key: Key, at place: Int) -> Bool { place < keys.count && keys[place] == key }

    /// Where it is, or belongs.
    private func place(of key: Key) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SortedTable: Sendable where Key: Sendable, Value: Sendable {}
extension SortedTable: Encodable where Key: Encodable, Value: Encodable {}
extension SortedTable: Decodable where Key: Decodable, Value: Decodable {}
