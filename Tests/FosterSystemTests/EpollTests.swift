import FosterSystem
import Foundation
import Glibc
import SystemPackage
import Testing

@Suite struct `An epoll instance` {
    private func ready(_ epoll: borrowing Epoll, within timeout: Duration? = .zero) throws -> [UInt64: Readiness] {
        var buffer = EpollBuffer(capacity: 8)
        var result: [UInt64: Readiness] = [:]
        try epoll.wait(timeout: timeout, buffer: &buffer) { result[$0] = $1 }
        return result
    }

    @Test func `hands back the value of what is ready`() throws {
        let epoll = try Epoll()
        let first = try EventDescriptor()
        let second = try EventDescriptor()
        try epoll.add(first.descriptor, for: .readable, value: .max)
        try epoll.add(second.descriptor, for: [.readable, .writable], value: 0)
        #expect(try ready(epoll) == [0: .writable])
        first.ring()
        first.ring()
        second.ring()
        #expect(try ready(epoll, within: nil) == [.max: .readable, 0: [.readable, .writable]])
        first.clear()
        #expect(try ready(epoll) == [0: [.readable, .writable]])
        try epoll.change(second.descriptor, to: .readable, value: 6)
        #expect(try ready(epoll) == [6: .readable])
        try epoll.remove(second.descriptor)
        #expect(try ready(epoll) == [:])
    }

    @Test func `refuses what it has and what it has not`() throws {
        let epoll = try Epoll()
        let event = try EventDescriptor()
        #expect(throws: Errno.noSuchFileOrDirectory) { try epoll.remove(event.descriptor) }
        #expect(throws: Errno.noSuchFileOrDirectory) { try epoll.change(event.descriptor, to: [], value: 0) }
        try epoll.add(event.descriptor, for: .readable, value: 0)
        #expect(throws: Errno.fileExists) { try epoll.add(event.descriptor, for: .readable, value: 1) }
    }

    @Test func `tells edges once`() throws {
        let epoll = try Epoll()
        let event = try EventDescriptor()
        try epoll.add(event.descriptor, for: [.readable, .edgeTriggered], value: 3)
        event.ring()
        #expect(try ready(epoll) == [3: .readable])
        #expect(try ready(epoll) == [:])
        event.ring()
        #expect(try ready(epoll) == [3: .readable])
    }

    @Test func `tells of peers that went`() throws {
        let epoll = try Epoll()
        let (left, right) = try Descriptor.socketPair()
        try epoll.add(left.descriptor, for: [.readable, .peerClosed], value: 1)
        right.descriptor.shutDownWriting()
        #expect(try ready(epoll) == [1: [.readable, .peerClosed]])
        left.descriptor.shutDownWriting()
        #expect(try ready(epoll)[1]?.contains(.hangUp) == true)
    }

    @Test(arguments: [Duration.microseconds(1), .milliseconds(3), .zero, .seconds(-5)])
    func `waits no shorter than it was told`(_ timeout: Duration) throws {
        let epoll = try Epoll()
        let start = Clock.uptime()
        #expect(try ready(epoll, within: timeout) == [:])
        #expect(Clock.uptime() - start >= timeout)
    }

    @Test(arguments: ["1", "38"])
    func `waits in milliseconds where the kernel knows no other`(_ errno: String) throws {
        #expect(try probe("refused-wait", "epoll_pwait2", errno).lines == ["waited true", "waited true", "woken 5"])
    }

    @Test func `rings a bell from another thread`() throws {
        let epoll = try Epoll()
        let event = try EventDescriptor()
        try epoll.add(event.descriptor, for: .readable, value: 9)
        let copy = SharedDescriptor(try event.descriptor.duplicate())
        // An eight-byte write is what ring() is.
        let thread = Thread {
            withUnsafeBytes(of: UInt64(1)) { _ = try? copy.descriptor.write($0) }
        }
        thread.start()
        #expect(try ready(epoll, within: .seconds(60)) == [9: .readable])
    }

    @Test func `rings a full bell in silence`() throws {
        let event = try EventDescriptor()
        _ = try withUnsafeBytes(of: UInt64.max - 1) { try event.descriptor.write($0) }
        event.ring()
        event.clear()
        var count: UInt64 = 0
        #expect(throws: Errno.wouldBlock) {
            try withUnsafeMutableBytes(of: &count) { try event.descriptor.read(into: $0) }
        }
    }
}
