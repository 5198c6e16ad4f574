import CFoster
import Glibc
public import SystemPackage

/// A set of signals, bit n-1 for signal n, as the kernel has it.
public struct SignalMask: Sendable, Hashable {
    public var bits: UInt64
    public init(bits: UInt64) { self.bits = bits }

    public func contains(_ signal: Int) -> Bool { (1...64).contains(signal) && bits & (1 << UInt64(signal - 1)) != 0 }

    /// Blocks exactly these signals in the calling thread, those that glibc keeps for itself included.
    public func apply() throws(Errno) {
        let bits = bits
        try retryingInterrupts { foster_set_signal_mask(bits) }
    }
}

/// One signal as it was received.
public struct ReceivedSignal: Sendable, Hashable {
    public let number: UInt8
    /// The value that came with it, where it was queued (sigqueue(3)).
    public let value: Int64?
    /// The sender, 0 where it stands outside of the pid namespace or is the kernel.
    public let sender: Int32
}

/// Blocked signals as messages (signalfd(2)).
public struct SignalDescriptor: ~Copyable, Sendable {
    public let descriptor: Descriptor

    /// The signals must be blocked in every thread.
    public init(_ mask: SignalMask) throws(Errno) {
        descriptor = Descriptor(owning: try retryingInterrupts { foster_signalfd(mask.bits) })
    }

    /// Takes the pending signals, at most 64, in the order in which the kernel tells of them.
    public borrowing func drain(_ take: (ReceivedSignal) -> Void) {
        let capacity = 16
        // Nothing is allocated: a child that dies alone costs one of these calls.
        withUnsafeTemporaryAllocation(of: signalfd_siginfo.self, capacity: capacity) { buffer in
            for _ in 0..<4 {
                let size = (try? descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
                let count = size / MemoryLayout<signalfd_siginfo>.stride
                for info in buffer.prefix(count) {
                    take(
                        ReceivedSignal(
                            number: UInt8(truncatingIfNeeded: info.ssi_signo),
                            value: info.ssi_code == SI_QUEUE ? Int64(bitPattern: info.ssi_ptr) : nil,
                            sender: Int32(bitPattern: info.ssi_pid)))
                }
                if count < capacity { return }
            }
        }
    }
}
