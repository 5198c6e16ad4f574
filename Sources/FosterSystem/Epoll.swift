import CFoster
import Glibc
public import SystemPackage

/// What a descriptor is watched for, and what is the case (epoll_ctl(2)).
public struct Readiness: OptionSet, Sendable, Hashable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Readiness(rawValue: 0x001)
    public static let writable = Readiness(rawValue: 0x004)
    public static let error = Readiness(rawValue: 0x008)
    public static let hangUp = Readiness(rawValue: 0x010)
    /// The peer has stopped writing.
    public static let peerClosed = Readiness(rawValue: 0x2000)
    /// Told once for each change instead of for as long as it holds.
    public static let edgeTriggered = Readiness(rawValue: 1 << 31)
}

/// An epoll instance that hands back the 64-bit values it was given.
public struct Epoll: ~Copyable, Sendable {
    private let descriptor: Descriptor

    public init() throws(Errno) {
        descriptor = Descriptor(owning: try retryingInterrupts { epoll_create1(O_CLOEXEC) })
    }

    public borrowing func add(_ target: borrowing Descriptor, for readiness: Readiness, value: UInt64) throws(Errno) {
        try control(EPOLL_CTL_ADD, target.raw, readiness, value)
    }

    public borrowing func change(_ target: borrowing Descriptor, to readiness: Readiness, value: UInt64) throws(Errno) {
        try control(EPOLL_CTL_MOD, target.raw, readiness, value)
    }

    public borrowing func remove(_ target: borrowing Descriptor) throws(Errno) {
        try control(EPOLL_CTL_DEL, target.raw, [], 0)
    }

    private borrowing func control(
        _ operation: Int32, _ target: Int32, _ readiness: Readiness, _ value: UInt64
    ) throws(Errno) {
        var event = epoll_event(events: readiness.rawValue, data: epoll_data_t(u64: value))
        let epoll = descriptor.raw
        try retryingInterrupts { epoll_ctl(epoll, operation, target, &event) }
    }

    /// Waits until something is ready or the time is over, `nil` for as long as it takes; an interrupted wait is an empty one.
    /// Calls `body` with each value that is ready.
    public borrowing func wait(
        timeout: Duration?, buffer: inout EpollBuffer, _ body: (UInt64, Readiness) -> Void
    ) throws(Errno) {
        let nanoseconds = timeout.map { max(0, $0.nanoseconds) } ?? -1
        let epoll = descriptor.raw
        let count = buffer.events.withUnsafeMutableBufferPointer { events in
            foster_epoll_wait(epoll, events.baseAddress, Int32(truncatingIfNeeded: events.count), nanoseconds)
        }
        guard count >= 0 else {
            let errno = Errno.current
            if errno == .interrupted { return }
            throw errno
        }
        for event in buffer.events.prefix(Int(count)) {
            body(event.data.u64, Readiness(rawValue: event.events))
        }
    }
}

/// Room for what one wait brings, kept between waits.
public struct EpollBuffer: Sendable {
    fileprivate var events: [epoll_event]

    public init(capacity: Int) {
        events = [epoll_event](repeating: epoll_event(), count: max(1, capacity))
    }
}

/// A doorbell between threads (eventfd(2)).
public struct EventDescriptor: ~Copyable, Sendable {
    public let descriptor: Descriptor

    public init() throws(Errno) {
        descriptor = Descriptor(owning: try retryingInterrupts { eventfd(0, O_CLOEXEC | O_NONBLOCK) })
    }

    /// Wakes whoever watches it. A full counter is rung already.
    public borrowing func ring() { _ = eventfd_write(descriptor.raw, 1) }

    /// To be called before what it announces is read.
    public borrowing func clear() {
        var count: eventfd_t = 0
        _ = eventfd_read(descriptor.raw, &count)
    }
}
