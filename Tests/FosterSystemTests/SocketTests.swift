import FosterSystem
import Foundation
import Glibc
import SystemPackage
import Testing

@Suite struct `A unix listener` {
    @Test func `has the mode that was asked for, whatever the umask`() throws {
        let scratch = try Scratch()
        for (index, umask) in ["0", "077", "0777"].enumerated() {
            let seen = try probe(under: "umask \(umask); exec \"$0\" \"$@\"", "listen", "\(scratch.path)/\(index)")
            #expect(seen.lines == ["listening unix", "660"])
        }
    }

    /// With the change of mode refused, what is seen is the mode that the file was born with.
    @Test func `lets nobody else in from the very start`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/socket"
        let seen = try probe(under: "umask 0; exec \"$0\" \"$@\"", "listen", path, "chmod", String(EPERM))
        #expect(seen.lines == ["EPERM", "600"])
    }

    @Test func `never takes a live socket over`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/socket"
        let first = try Listener.unix(path: path, mode: 0o600)
        #expect(throws: Errno.addressInUse) { try Listener.unix(path: path, mode: 0o600) }
        let client = try connect(path)
        defer { close(client) }
        _ = try first.accept()
    }

    @Test func `is live while nobody accepts and its queue is full`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/socket"
        let first = try Listener.unix(path: path, mode: 0o600, backlog: 0)
        let waiting = try connect(path)
        defer { close(waiting) }
        #expect(throws: Errno.addressInUse) { try Listener.unix(path: path, mode: 0o600) }
        withExtendedLifetime(first) {}
    }

    @Test func `removes a dead socket`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/socket"
        do { _ = try Listener.unix(path: path, mode: 0o600) }
        #expect(access(path, F_OK) == 0)
        let second = try Listener.unix(path: path, mode: 0o600)
        close(try connect(path))
        withExtendedLifetime(second) {}
    }

    @Test func `never removes what is no stream socket`() throws {
        let scratch = try Scratch()
        let dead = scratch.path + "/dead"
        do { _ = try Listener.unix(path: dead, mode: 0o600) }
        let datagrams = scratch.path + "/datagrams"
        let receiver = try DatagramReceiver(path: datagrams)
        symlink(dead, scratch.path + "/link")
        symlink(scratch.path + "/nothing", scratch.path + "/dangling")
        mkdir(scratch.path + "/directory", 0o755)
        mkfifo(scratch.path + "/fifo", 0o644)
        _ = try scratch.file("file", "text")
        for name in ["datagrams", "link", "dangling", "directory", "fifo", "file"] {
            let path = scratch.path + "/" + name
            #expect(throws: Errno.addressInUse, "\(name)") { try Listener.unix(path: path, mode: 0o600) }
            var info = stat()
            #expect(lstat(path, &info) == 0, "\(name)")
        }
        #expect(try String(contentsOfFile: scratch.path + "/file", encoding: .utf8) == "text")
        withExtendedLifetime(receiver) {}
    }

    @Test(arguments: [
        (String(repeating: "x", count: 108), Errno.fileNameTooLong),
        (String(repeating: "x", count: 4000), .fileNameTooLong),
        ("", .invalidArgument), ("/tmp/a\0b", .invalidArgument), ("/nonexistent/socket", .noSuchFileOrDirectory),
    ])
    func `is refused a path that cannot be`(_ path: String, _ errno: Errno) {
        #expect(throws: errno) { try Listener.unix(path: path, mode: 0o600) }
    }

    @Test func `takes the longest path there is`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/" + String(repeating: "x", count: 106 - scratch.path.utf8.count)
        #expect(path.utf8.count == 107)
        let listener = try Listener.unix(path: path, mode: 0o600)
        #expect(access(path, F_OK) == 0)
        #expect(listener.family == .unix)
        #expect(listener.port == 0)
    }

    @Test func `knows who is at the other end`() throws {
        let scratch = try Scratch()
        let path = scratch.path + "/socket"
        let listener = try Listener.unix(path: path, mode: 0o600)
        #expect(throws: Errno.wouldBlock) { _ = try listener.accept() }
        let client = try connect(path)
        defer { close(client) }
        let connection = try listener.accept()
        #expect(try connection.peerCredentials() == PeerCredentials(pid: getpid(), uid: geteuid(), gid: getegid()))
        #expect(fcntl(connection.number, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(connection.number, F_GETFL) & O_NONBLOCK != 0)
    }

    private func connect(_ path: String) throws -> Int32 {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard withUnixAddress(path, { Glibc.connect(socket, $0, $1) }) == 0 else { throw Errno(rawValue: errno) }
        return socket
    }
}

let hasIPv6: Bool = {
    let listener = try? Listener.tcp(host: "::1", port: 0)
    return listener != nil
}()

@Suite struct `A TCP listener` {
    @Test func `gets a free port where none is named, and accepts without delay`() throws {
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
        #expect(listener.port > 0)
        #expect(throws: Errno.wouldBlock) { _ = try listener.accept() }
        let client = try connect(ipv4: listener.port)
        defer { close(client) }
        var entry = pollfd(fd: listener.descriptor.number, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 60_000) == 1)
        let connection = try listener.accept()
        #expect(fcntl(connection.number, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(connection.number, F_GETFL) & O_NONBLOCK != 0)
        var on: Int32 = 0
        var size = socklen_t(4)
        getsockopt(connection.number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, &size)
        #expect(on != 0)
        #expect(fcntl(listener.descriptor.number, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(listener.descriptor.number, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test func `is refused a port that is taken`() throws {
        let first = try Listener.tcp(host: "127.0.0.1", port: 0)
        #expect(throws: Errno.addressInUse) { try Listener.tcp(host: "127.0.0.1", port: first.port) }
    }

    @Test func `on no host in particular answers both families`() throws {
        let listener = try Listener.tcp(host: "", port: 0)
        close(try connect(ipv4: listener.port))
        if hasIPv6 { close(try connect(ipv6: listener.port)) }
    }

    @Test(.enabled(if: hasIPv6))
    func `on an IPv6 address answers there`() throws {
        let listener = try Listener.tcp(host: "::1", port: 0)
        close(try connect(ipv6: listener.port))
    }

    @Test(arguments: [
        "localhost", "127.1", "0x7f.0.0.1", "127.0.0.1 ", " ", "::1%lo", "[::1]", "127.0.0.1:80", "1.2.3.4.5",
    ])
    func `takes literals of addresses, no names`(_ host: String) {
        #expect(throws: Errno.invalidArgument) { try Listener.tcp(host: host, port: 0) }
    }

    @Test func `is refused an address of another machine`() {
        #expect(throws: Errno.addressNotAvailable) { try Listener.tcp(host: "192.0.2.1", port: 0) }
    }

    private func connect(ipv4 port: UInt16) throws -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return try connect(AF_INET, &address)
    }

    private func connect(ipv6 port: UInt16) throws -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        return try connect(AF_INET6, &address)
    }

    private func connect<Address>(_ family: Int32, _ address: inout Address) throws -> Int32 {
        let socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            let failure = Errno(rawValue: errno)
            close(socket)
            throw failure
        }
        return socket
    }
}

@Suite struct `A connected socket` {
    @Test func `is EPIPE when its peer is gone, and no SIGPIPE`() throws {
        let seen = try probe("closed-peer")
        #expect(seen.lines == ["EPIPE"])
        #expect(seen.code == 0)
    }

    @Test func `tells its peer that no more is coming`() throws {
        let (left, right) = try Descriptor.socketPair()
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(throws: Errno.wouldBlock) { try right.descriptor.read(into: &buffer) }
        #expect(try left.descriptor.send([1, 2, 3], from: 1) == 2)
        left.descriptor.shutDownWriting()
        #expect(try right.descriptor.read(into: &buffer) == 2)
        #expect(try right.descriptor.read(into: &buffer) == 0)
        #expect(try right.descriptor.send([7], from: 0) == 1)
    }
}
