import DequeModule
public import SystemPackage

/// A bounded queue from many threads to one loop. Full means that the sender is told: nothing waits, nothing is dropped in silence.
public final class Mailbox<Message: Sendable>: Sendable {
    /// The owner watches it.
    public let doorbell: Doorbell
    private let capacity: Int
    private let queue: Lock<Deque<Message>>

    public init(capacity: Int) throws(Errno) {
        self.capacity = capacity
        doorbell = try Doorbell()
        queue = Lock(Deque())
    }

    /// Puts a message at the end and wakes the owner; `false`, and nothing happens, where the queue is full.
    public func post(_ message: Message) -> Bool {
        let (accepted, wasEmpty) = queue.withLock { queue in
            guard queue.count < capacity else { return (false, false) }
            queue.append(message)
            return (true, queue.count == 1)
        }
        // One ring a batch is enough: the owner clears the bell before it drains.
        if wasEmpty { doorbell.ring() }
        return accepted
    }

    /// Takes at most `limit` messages, oldest first. When some are left, the bell is rung again.
    public func drain(limit: Int) -> [Message] {
        doorbell.clear()
        let (taken, isEmpty) = queue.withLock { queue in
            var taken: [Message] = []
            while taken.count < limit, let message = queue.popFirst() { taken.append(message) }
            return (taken, queue.isEmpty)
        }
        if !isEmpty { doorbell.ring() }
        return taken
    }
}
