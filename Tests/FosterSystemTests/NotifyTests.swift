import CSystemProbe
import FosterSystem
import Glibc
import SystemPackage
import Testing

@Suite struct `A notify socket` {
    @Test func `has nothing to read at first, and a name of its own`() throws {
        let first = try NotifySocket()
        let second = try NotifySocket()
        #expect(first.receive() == nil)
        #expect(first.address.hasPrefix("@foster/"))
        #expect(first.address.count > 30)
        #expect(first.address != second.address)
        #expect(fcntl(first.descriptor.number, F_GETFD) == FD_CLOEXEC)
    }

    @Test func `receives messages in order with their sender`() throws {
        let socket = try NotifySocket()
        try NativeNotify.send("READY=1\nSTATUS=ä", to: socket.address)
        try NativeNotify.send("", to: socket.address)
        let sender = PeerCredentials(pid: getpid(), uid: geteuid(), gid: getegid())
        let first = socket.receive()
        let second = socket.receive()
        #expect(first?.bytes == Array("READY=1\nSTATUS=ä".utf8))
        #expect(first?.sender == sender)
        // libsystemd sends no empty message; a raw one is received all the same.
        #expect(second?.bytes == [])
        #expect(second?.sender == sender)
        #expect(socket.receive() == nil)
    }

    @Test func `knows a sender that has exited already`() throws {
        let socket = try NotifySocket()
        let seen = try probe("notify", "READY=1", environment: ["NOTIFY_SOCKET": socket.address])
        let datagram = socket.receive()
        #expect(datagram?.bytes == Array("READY=1".utf8))
        #expect(seen.lines == ["pid \(datagram?.sender.pid ?? -1)", "sent"])
        #expect(datagram?.sender.uid == geteuid())
    }

    @Test func `drops what is too large, and takes what comes after`() throws {
        let socket = try NotifySocket()
        let sender = try DatagramSender(to: socket.address)
        #expect(sender.send([UInt8](repeating: 65, count: 4097)))
        #expect(sender.send([UInt8](repeating: 66, count: 4096)))
        #expect(sender.send([1]))
        #expect(socket.receive()?.bytes == [UInt8](repeating: 66, count: 4096))
        #expect(socket.receive()?.bytes == [1])
        #expect(socket.receive() == nil)
    }

    @Test(arguments: [(1, 4), (253, 4), (3, 5000)])
    func `closes descriptors that come along`(_ count: Int, _ size: Int) throws {
        let socket = try NotifySocket()
        let sender = try DatagramSender(to: socket.address)
        let reading = try { () throws -> SharedDescriptor in
            let pipe = try Pipe()
            let bytes = [UInt8](repeating: 67, count: size)
            let writing = pipe.writing.descriptor.number
            try #require(probe_send_descriptors(sender.socket, bytes, size, writing, Int32(count)) == 0)
            return pipe.reading
        }()
        var buffer: [UInt8] = [0]
        // The message holds the pipe open until it is received.
        #expect(throws: Errno.wouldBlock) { try reading.descriptor.read(into: &buffer) }
        #expect(socket.receive()?.bytes.count == (size > 4096 ? nil : size))
        // A child that some other test starts at this moment may have a copy until its exec.
        var entry = pollfd(fd: reading.descriptor.number, events: 0, revents: 0)
        #expect(poll(&entry, 1, 60_000) == 1)
        #expect(try reading.descriptor.read(into: &buffer) == 0)
    }
}

@Suite struct `A notification upward` {
    @Test(arguments: ["abstract", "path"])
    func `reaches the supervisor above`(_ kind: String) throws {
        let scratch = try Scratch()
        let address = kind == "path" ? scratch.path + "/notify" : "@foster-test-\(Host.random64())"
        let receiver = try DatagramReceiver(path: address)
        let seen = try probe("notify", "READY=1", "STATUS=a b", environment: ["NOTIFY_SOCKET": address])
        #expect(seen.lines.dropFirst() == ["sent", "sent"])
        #expect(receiver.next() == "READY=1")
        #expect(receiver.next() == "STATUS=a b")
        #expect(receiver.next() == nil)
    }

    @Test(arguments: ["abstract", "path"])
    func `is the same natively`(_ kind: String) throws {
        let scratch = try Scratch()
        let address = kind == "path" ? scratch.path + "/notify" : "@foster-test-\(Host.random64())"
        let receiver = try DatagramReceiver(path: address)
        try NativeNotify.send("READY=1\nSTATUS=a b", to: address)
        #expect(receiver.next() == "READY=1\nSTATUS=a b")
    }

    @Test(arguments: [nil, ""])
    func `is not for those without a supervisor`(_ address: String?) throws {
        let environment = address.map { ["NOTIFY_SOCKET": $0] } ?? [:]
        #expect(try probe("notify", "READY=1", environment: environment).lines == ["none"])
    }

    @Test func `does not wait for a supervisor that has stopped reading`() throws {
        let scratch = try Scratch()
        let address = scratch.path + "/notify"
        let receiver = try DatagramReceiver(path: address)
        let sender = try DatagramSender(to: address)
        while sender.send([1]) {}
        let seen = try probe("notify", "READY=1", environment: ["NOTIFY_SOCKET": address])
        #expect(seen.lines.dropFirst() == ["EAGAIN"])
        #expect(throws: Errno.wouldBlock) { try NativeNotify.send("READY=1", to: address) }
        while receiver.next() != nil {}
        try NativeNotify.send("READY=1", to: address)
    }

    @Test(arguments: [
        ("/nonexistent/notify", Errno.noSuchFileOrDirectory), ("relative", .addressFamilyNotSupported),
        ("@foster-test-nobody", .connectionRefused), ("/" + String(repeating: "x", count: 107), .fileNameTooLong),
    ])
    func `fails where the address leads nowhere`(_ address: String, _ errno: Errno) throws {
        #expect(throws: errno) { try NativeNotify.send("READY=1", to: address) }
        let seen = try probe("notify", "READY=1", environment: ["NOTIFY_SOCKET": address])
        #expect(seen.lines.count == 2)
        #expect(seen.lines.last != "sent")
    }
}
