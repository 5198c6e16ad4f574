import Glibc
import SystemPackage

/// Calls `body` with the address of a path, or of an abstract name where it begins with `@`.
func withUnixAddress(_ text: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let isAbstract = text.hasPrefix("@")
    let bytes = isAbstract ? [0] + Array(text.utf8.dropFirst()) : Array(text.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let size = 2 + bytes.count + (isAbstract ? 0 : 1)
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(size)) }
    }
}

/// A supervisor's socket: it keeps what is sent to it until it is read.
final class DatagramReceiver {
    private let socket: Int32

    init(path: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard withUnixAddress(path, { bind(socket, $0, $1) }) == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { close(socket) }

    /// The next message, if there is one.
    func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let size = read(socket, &buffer, buffer.count)
        return size < 0 ? nil : String(decoding: buffer.prefix(size), as: UTF8.self)
    }
}

/// A socket from which to send raw datagrams.
final class DatagramSender {
    let socket: Int32

    init(to address: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard withUnixAddress(address, { connect(socket, $0, $1) }) == 0 else { throw Errno(rawValue: errno) }
    }

    deinit { close(socket) }

    func send(_ bytes: [UInt8]) -> Bool { Glibc.send(socket, bytes, bytes.count, 0) == bytes.count }
}
