public import FosterSystem
public import SystemPackage

/// Waits for many descriptors at once, on behalf of one loop. Whoever registers a descriptor says by which token it is known;
/// the token of something that was removed stays harmless because its generation is over.
public struct Reactor: ~Copyable, Sendable {
    /// What a loop knows a descriptor by: a part of the loop, and a slot of that part.
    public struct Token: Hashable, Sendable {
        /// Which part of the loop it belongs to, 0 to 255.
        public let owner: UInt8
        /// The owner's slot, below 2^24.
        public let slot: SlotKey

        public init(owner: UInt8, slot: SlotKey = SlotKey(index: 0, generation: 0)) {
            self.owner = owner
            self.slot = SlotKey(index: slot.index & 0xFF_FFFF, generation: slot.generation)
        }

        fileprivate init(value: UInt64) {
            owner = UInt8(truncatingIfNeeded: value >> 56)
            slot = SlotKey(
                index: UInt32(truncatingIfNeeded: value >> 32) & 0xFF_FFFF,
                generation: UInt32(truncatingIfNeeded: value))
        }

        fileprivate var value: UInt64 {
            UInt64(owner) << 56 | UInt64(slot.index) << 32 | UInt64(slot.generation)
        }
    }

    public struct Event: Hashable, Sendable {
        public let token: Token
        public let readiness: Readiness
    }

    private let epoll: Epoll
    private var buffer: EpollBuffer

    public init(eventsAtOnce: Int = 64) throws(Errno) {
        epoll = try Epoll()
        buffer = EpollBuffer(capacity: eventsAtOnce)
    }

    public func add(_ descriptor: borrowing Descriptor, for readiness: Readiness, token: Token) throws(Errno) {
        try epoll.add(descriptor, for: readiness, value: token.value)
    }

    public func change(_ descriptor: borrowing Descriptor, to readiness: Readiness, token: Token) throws(Errno) {
        try epoll.change(descriptor, to: readiness, value: token.value)
    }

    /// To be called before the descriptor is closed: another copy of it would keep it registered.
    public func remove(_ descriptor: borrowing Descriptor) throws(Errno) {
        try epoll.remove(descriptor)
    }

    /// Waits until something is ready or the deadline (time since boot) has come, `nil` for as long as it takes.
    /// `batch` is replaced by what is ready.
    public mutating func wait(until deadline: Duration?, into batch: inout [Event]) throws(Errno) {
        batch.removeAll(keepingCapacity: true)
        let timeout = deadline.map { $0 - Clock.uptime() }
        try epoll.wait(timeout: timeout, buffer: &buffer) { value, readiness in
            batch.append(Event(token: Token(value: value), readiness: readiness))
        }
    }
}
