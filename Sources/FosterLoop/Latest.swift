public import SystemPackage

/// The newest value of something that one thread publishes and others read; each reader may have a doorbell.
public final class Latest<Value: Sendable>: Sendable {
    private struct Box: Sendable {
        var value: Value
        var doorbells: [Doorbell] = []
    }

    private let box: Lock<Box>

    public init(_ value: Value) { box = Lock(Box(value: value)) }

    public var value: Value { box.withLock { $0.value } }

    /// Replaces the value and rings every reader. The old value is let go of outside of the lock.
    public func publish(_ value: Value) {
        let (old, doorbells) = box.withLock { box in
            let old = box.value
            box.value = value
            return (old, box.doorbells)
        }
        for doorbell in doorbells { doorbell.ring() }
        withExtendedLifetime(old) {}
    }

    /// A doorbell that is rung at each publication from now on.
    public func subscribe() throws(Errno) -> Doorbell {
        let doorbell = try Doorbell()
        box.withLock { $0.doorbells.append(doorbell) }
        return doorbell
    }
}
