/// Names one life of one slot: the number alone is used again, with its generation never.
public struct SlotKey: Hashable, Sendable {
    public let index: UInt32
    public let generation: UInt32

    public init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }
}

/// Elements by keys that go stale when the element is removed, so that late news never meets the wrong one.
public struct SlotMap<Element> {
    fileprivate struct Slot {
        var generation: UInt32 = 0
        var element: Element?
    }

    private var slots: [Slot] = []
    private var free: [UInt32] = []
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }

    public mutating func insert(_ element: Element) -> SlotKey {
        count += 1
        if let index = free.popLast() {
            slots[Int(index)].element = element
            return SlotKey(index: index, generation: slots[Int(index)].generation)
        }
        slots.append(Slot(element: element))
        return SlotKey(index: UInt32(slots.count - 1), generation: 0)
    }

    /// The element of a key that is not stale. Assigning changes it in place; assigning `nil` removes it.
    public subscript(key: SlotKey) -> Element? {
        _read {
            if isLive(key) { yield slots[Int(key.index)].element } else { yield nil }
        }
        _modify {
            if isLive(key) {
                yield &slots[Int(key.index)].element
                if slots[Int(key.index)].element == nil { retire(key) }
            } else {
                var none: Element?
                yield &none
            }
        }
    }

    @discardableResult
    public mutating func remove(_ key: SlotKey) -> Element? {
        guard isLive(key) else { return nil }
        let element = slots[Int(key.index)].element.take()
        retire(key)
        return element
    }

    /// The keys of all elements, in slot order.
    public var keys: [SlotKey] {
        slots.enumerated().compactMap { index, slot in
            slot.element == nil ? nil : SlotKey(index: UInt32(index), generation: slot.generation)
        }
    }

    private func isLive(_ key: SlotKey) -> Bool {
        guard Int(key.index) < slots.count else { return false }
        let slot = slots[Int(key.index)]
        return slot.generation == key.generation && slot.element != nil
    }

    private mutating func retire(_ key: SlotKey) {
        slots[Int(key.index)].generation &+= 1
        free.append(key.index)
        count -= 1
    }
}

extension SlotMap.Slot: Sendable where Element: Sendable {}
extension SlotMap: Sendable where Element: Sendable {}
