import FosterSystem
import Glibc
import SystemPackage

/// With SIGPIPE at its default and unblocked.
func closedPeer(_: [String]) throws {
    try SignalMask(bits: 0).apply()
    signal(SIGPIPE, SIG_DFL)
    let socket = try oneEnd()
    do {
        let sent = try [UInt8](repeating: 0, count: 10).withUnsafeBytes { bytes throws(Errno) in
            try socket.descriptor.send(bytes)
        }
        show("sent", sent)
    } catch {
        show(error)
    }
}

private func oneEnd() throws -> SharedDescriptor { try Descriptor.socketPair().0 }

/// `CALL ERRNO`: waits of 3 ms and until rung, on a kernel that refuses the newer call.
func refusedWait(_ arguments: [String]) throws {
    try refuse(arguments)
    let epoll = try Epoll()
    let bell = try EventDescriptor()
    try epoll.add(bell.descriptor, for: .readable, value: 5)
    var buffer = EpollBuffer(capacity: 4)
    for _ in 0..<2 {
        let start = Clock.uptime()
        try epoll.wait(timeout: .microseconds(2500), buffer: &buffer) { value, _ in show("woken", value) }
        show("waited", Clock.uptime() - start >= .microseconds(2500))
    }
    bell.ring()
    try epoll.wait(timeout: .seconds(60), buffer: &buffer) { value, _ in show("woken", value) }
}

/// `PATH [CALL ERRNO]`: the mode that the socket's file has.
func listen(_ arguments: [String]) throws {
    try refuse(Array(arguments.dropFirst()))
    do {
        let listener = try Listener.unix(path: arguments[0], mode: 0o660)
        show("listening", listener.family)
    } catch {
        show(error)
    }
    var info = stat()
    guard lstat(arguments[0], &info) == 0 else { return show("missing") }
    show(String(info.st_mode & 0o7777, radix: 8))
}

/// Sends each argument upward.
func notify(_ arguments: [String]) {
    guard let upward = UpwardNotifier() else { return show("none") }
    show("pid", getpid())
    for message in arguments {
        do {
            try upward.send(message)
            show("sent")
        } catch {
            show(error)
        }
    }
}
