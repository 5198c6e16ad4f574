import CFoster
import Glibc
public import SystemPackage

/// The receiving end of the sd_notify(3) protocol: a datagram socket in the abstract namespace with a name nobody can guess.
public final class NotifySocket: Sendable {
    public let descriptor: Descriptor
    /// What NOTIFY_SOCKET says: `@foster/…`.
    public let address: String

    public init() throws(Errno) {
        let name = "foster/" + String(Host.random64(), radix: 16) + String(Host.random64(), radix: 16)
        let unix = try UnixAddress(abstract: name)
        let socket = try unix.makeSocket(SOCK_DGRAM)
        var on: Int32 = 1
        let raw = socket.raw
        try retryingInterrupts {
            setsockopt(raw, SOL_SOCKET, SO_PASSCRED, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        try unix.bind(socket)
        descriptor = socket
        address = "@" + name
    }

    public struct Datagram: Sendable, Hashable {
        public let bytes: [UInt8]
        public let sender: PeerCredentials
    }

    /// One message, `nil` when there is none. A message over 4 KiB is dropped, as systemd does; descriptors that came along are closed.
    ///
    /// After 64 dropped ones it is `nil` too, so that a flood cannot hold the caller: the socket stays readable.
    public func receive() -> Datagram? {
        let raw = descriptor.raw
        for _ in 0..<64 {
            var sender = foster_credentials()
            var truncated: Int32 = 0
            var errno: Errno?
            let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                let size = foster_receive_datagram(raw, buffer.baseAddress, buffer.count, &sender, &truncated)
                if size < 0 { errno = Errno.current }
                count = max(0, size)
            }
            if errno == .interrupted || (errno == nil && truncated != 0) { continue }
            guard errno == nil else { return nil }
            return Datagram(
                bytes: bytes, sender: PeerCredentials(pid: sender.pid, uid: sender.uid, gid: sender.gid))
        }
        return nil
    }
}

/// The sending end, in a few lines: what sd_notify(3) does, for the build without libsystemd.
public enum NativeNotify {
    /// Sends one message to the address that NOTIFY_SOCKET gave. Does not block; the errors are the socket's.
    public static func send(_ message: String, to address: String) throws(Errno) {
        try send(Array(message.utf8), to: address)
    }

    static func send(_ bytes: [UInt8], to address: String) throws(Errno) {
        let socket = try connect(to: address)
        let raw = socket.raw
        try retryingInterrupts {
            bytes.withUnsafeBytes { Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    /// EAGAIN where the receiver's queue is full, so that a sender which would wait for it need not be called.
    static func requireRoom(at address: String) throws(Errno) {
        let socket = try connect(to: address)
        var entry = pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)
        try retryingInterrupts { poll(&entry, 1, 0) }
        guard entry.revents & Int16(POLLOUT) != 0 else { throw .wouldBlock }
    }

    private static func connect(to address: String) throws(Errno) -> Descriptor {
        let unix = try UnixAddress(text: address)
        let socket = try unix.makeSocket(SOCK_DGRAM)
        try unix.connect(socket)
        return socket
    }
}
