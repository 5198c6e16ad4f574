public import FosterSystem
public import SystemPackage

/// Wakes one loop: rung by any thread, watched by the loop's reactor.
public final class Doorbell: Sendable {
    private let event: EventDescriptor

    public init() throws(Errno) { event = try EventDescriptor() }

    public func ring() { event.ring() }

    /// To be called before what it announces is read, so that a ring in between is not lost.
    public func clear() { event.clear() }

    /// For the reactor.
    public var descriptor: Descriptor { _read { yield event.descriptor } }
}
