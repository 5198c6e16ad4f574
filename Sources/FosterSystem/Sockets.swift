import CFoster
import Glibc
public import SystemPackage

/// Who is at the other end of a unix socket (SO_PEERCRED or SCM_CREDENTIALS).
public struct PeerCredentials: Sendable, Hashable {
    /// 0 where the peer stands outside of the pid namespace.
    public let pid: Int32
    public let uid: UInt32
    public let gid: UInt32

    public init(pid: Int32, uid: UInt32, gid: UInt32) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
    }
}

/// A socket that accepts connections, close-on-exec and non-blocking; closed when the last reference goes.
public final class Listener: Sendable {
    public enum Family: Sendable { case unix, tcp }

    public let descriptor: Descriptor
    public let family: Family
    /// The port that a TCP listener got; 0 for a unix socket.
    public let port: UInt16

    private init(descriptor: consuming Descriptor, family: Family, port: UInt16) {
        self.descriptor = descriptor
        self.family = family
        self.port = port
    }

    /// One that somebody else has opened and that listens already.
    convenience init(inheriting descriptor: consuming Descriptor, family: Family) {
        self.init(descriptor: descriptor, family: family, port: 0)
    }

    /// Listens at a path. A dead socket there is removed; a live one and any other file never: then it is EADDRINUSE.
    public static func unix(path: String, mode: UInt16, backlog: Int32 = 128) throws(Errno) -> Listener {
        let address = try UnixAddress(path: path)
        let socket = try address.makeSocket(SOCK_STREAM)
        let raw = socket.raw
        // Linux gives the file the socket's own mode, less the umask: so there is no moment in which others may connect, and
        // no need to change the umask, which is the process's and would reach a child that is started meanwhile.
        try retryingInterrupts { fchmod(raw, 0o600) }
        do throws(Errno) {
            try address.bind(socket)
        } catch {
            guard error == .addressInUse, try isDeadSocket(path, address) else { throw error }
            guard unlink(path) == 0 else { throw Errno.current }
            try address.bind(socket)
        }
        try retryingInterrupts { chmod(path, mode_t(mode)) }
        try retryingInterrupts { Glibc.listen(raw, backlog) }
        return Listener(descriptor: socket, family: .unix, port: 0)
    }

    /// Whether a file is a socket without a listener behind it. Connecting tells, but refuses for files of other kinds too.
    private static func isDeadSocket(_ path: String, _ address: UnixAddress) throws(Errno) -> Bool {
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFSOCK else { return false }
        let probe = try address.makeSocket(SOCK_STREAM)
        do throws(Errno) {
            try address.connect(probe)
            return false
        } catch {
            return error == .connectionRefused
        }
    }

    /// Listens on a TCP port of one address, or of all addresses of both families where `host` is empty.
    /// `EINVAL` when the host is no IP literal.
    public static func tcp(host: String, port: UInt16, backlog: Int32 = 512) throws(Errno) -> Listener {
        if host.isEmpty {
            do throws(Errno) {
                return try ipv6(in6addr_any, port, backlog)
            } catch {
                guard error == .addressFamilyNotSupported || error == .addressNotAvailable else { throw error }
                return try ipv4(in_addr(s_addr: 0), port, backlog)
            }
        }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return try ipv4(four, port, backlog) }
        var six = in6_addr()
        if inet_pton(AF_INET6, host, &six) == 1 { return try ipv6(six, port, backlog) }
        throw .invalidArgument
    }

    private static func ipv4(_ host: in_addr, _ port: UInt16, _ backlog: Int32) throws(Errno) -> Listener {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr = host
        return try bound(AF_INET, &address, backlog) { $0.sin_port }
    }

    private static func ipv6(_ host: in6_addr, _ port: UInt16, _ backlog: Int32) throws(Errno) -> Listener {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = host
        return try bound(AF_INET6, &address, backlog) { $0.sin6_port }
    }

    private static func bound<Address>(
        _ family: Int32, _ address: inout Address, _ backlog: Int32, port: (Address) -> in_port_t
    ) throws(Errno) -> Listener {
        let socket = Descriptor(
            owning: try retryingInterrupts {
                Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
            })
        let raw = socket.raw
        var on: Int32 = 1
        try retryingInterrupts {
            setsockopt(raw, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        if family == AF_INET6 {
            // Both families, whatever net.ipv6.bindv6only says.
            var off: Int32 = 0
            _ = setsockopt(raw, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, socklen_t(MemoryLayout<Int32>.size))
        }
        var size = socklen_t(MemoryLayout<Address>.size)
        let result: Int32 = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(raw, $0, size) }
        }
        guard result == 0 else { throw Errno.current }
        try retryingInterrupts { Glibc.listen(raw, backlog) }
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(raw, $0, &size) }
        }
        return Listener(descriptor: socket, family: .tcp, port: UInt16(bigEndian: port(address)))
    }

    /// Takes one connection, close-on-exec and non-blocking; EAGAIN when there is none. TCP connections get TCP_NODELAY.
    public func accept() throws(Errno) -> Descriptor {
        let raw = descriptor.raw
        let connection = Descriptor(owning: try retryingInterrupts { foster_accept(raw) })
        if family == .tcp {
            var on: Int32 = 1
            _ = setsockopt(
                connection.raw, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        return connection
    }
}

extension Descriptor {
    /// A connection to the listener at a path, close-on-exec and non-blocking. EAGAIN when its queue is full for the moment.
    public static func connection(to path: String) throws(Errno) -> Descriptor {
        let address = try UnixAddress(path: path)
        let socket = try address.makeSocket(SOCK_STREAM)
        try address.connect(socket)
        return socket
    }

    /// Sends on a socket without SIGPIPE: EPIPE when the peer is gone.
    public borrowing func send(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
        let raw = raw
        return try retryingInterrupts { Glibc.send(raw, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    /// Tells the peer of a connection that no more is coming.
    public borrowing func shutDownWriting() { _ = shutdown(raw, Int32(SHUT_WR)) }

    /// Who is at the other end of a unix connection.
    public borrowing func peerCredentials() throws(Errno) -> PeerCredentials {
        var credentials = foster_credentials()
        let raw = raw
        try retryingInterrupts { foster_peer_credentials(raw, &credentials) }
        return PeerCredentials(pid: credentials.pid, uid: credentials.uid, gid: credentials.gid)
    }

    /// Two connected stream sockets, close-on-exec and non-blocking.
    public static func socketPair() throws(Errno) -> (SharedDescriptor, SharedDescriptor) {
        var ends: (Int32, Int32) = (-1, -1)
        try retryingInterrupts {
            withUnsafeMutablePointer(to: &ends) { pointer in
                pointer.withMemoryRebound(to: Int32.self, capacity: 2) {
                    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0, $0)
                }
            }
        }
        return (SharedDescriptor(Descriptor(owning: ends.0)), SharedDescriptor(Descriptor(owning: ends.1)))
    }
}
