import CFoster
import Glibc
public import SystemPackage

/// An open file descriptor with one owner: it is closed when the owner lets go of it.
///
/// Every descriptor that foster makes is close-on-exec. The raw number stays within the package's two lowest layers.
public struct Descriptor: ~Copyable, Sendable {
    package let raw: Int32

    /// Takes ownership of an open descriptor.
    package init(owning raw: Int32) { self.raw = raw }

    deinit { _ = close(raw) }

    /// Takes ownership of a descriptor that this process was given, such as one of LISTEN_FDS; makes it close-on-exec.
    public init(inherited raw: Int32) throws(Errno) {
        self.raw = raw
        try retryingInterrupts { fcntl(raw, F_SETFD, FD_CLOEXEC) }
    }

    /// Reads what is there, at most `buffer.count` bytes; 0 is the end of the file.
    public borrowing func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let raw = raw
        return try retryingInterrupts { Glibc.read(raw, buffer.baseAddress, buffer.count) }
    }

    /// Writes as much as is taken at once.
    public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
        let raw = raw
        return try retryingInterrupts { Glibc.write(raw, bytes.baseAddress, bytes.count) }
    }

    /// The descriptor's number in `/proc/self/fd`, for messages only.
    public var number: Int32 { raw }

    public borrowing func duplicate() throws(Errno) -> Descriptor {
        let raw = raw
        return Descriptor(owning: try retryingInterrupts { fcntl(raw, F_DUPFD_CLOEXEC, 3) })
    }
}

/// A descriptor that a message between threads can carry; closed when the last reference goes.
public final class SharedDescriptor: Sendable {
    public let descriptor: Descriptor

    public init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
}

/// A pipe, close-on-exec. Only the read end is non-blocking: the writer is somebody else's program.
public struct Pipe: Sendable {
    public let reading: SharedDescriptor
    public let writing: SharedDescriptor

    public init() throws(Errno) {
        var ends: (Int32, Int32) = (-1, -1)
        try retryingInterrupts {
            withUnsafeMutablePointer(to: &ends) { pointer in
                pointer.withMemoryRebound(to: Int32.self, capacity: 2) { foster_pipe($0) }
            }
        }
        reading = SharedDescriptor(Descriptor(owning: ends.0))
        writing = SharedDescriptor(Descriptor(owning: ends.1))
        let raw = ends.0
        try retryingInterrupts { fcntl(raw, F_SETFL, O_NONBLOCK) }
    }
}
