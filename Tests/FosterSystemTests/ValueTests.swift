import FosterSystem
import Glibc
import SystemPackage
import Testing

@Suite struct `Nanoseconds` {
    static let cases: [(Duration, Int64)] = [
        (.zero, 0), (.nanoseconds(1), 1), (.nanoseconds(-1), -1),
        (Duration(secondsComponent: 2, attosecondsComponent: 3_000_000_000), 2_000_000_003),
        (Duration(secondsComponent: -2, attosecondsComponent: -3_000_000_000), -2_000_000_003),
        (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0),
        (.nanoseconds(Int64.max), .max), (.nanoseconds(Int64.min), .min),
        (Duration(secondsComponent: 9_223_372_036, attosecondsComponent: 854_775_808_000_000_000), .max),
        (Duration(secondsComponent: -9_223_372_036, attosecondsComponent: -854_775_809_000_000_000), .min),
        (Duration(secondsComponent: 9_223_372_037, attosecondsComponent: 0), .max),
        (Duration(secondsComponent: -9_223_372_037, attosecondsComponent: 0), .min),
        (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
    ]

    @Test(arguments: cases)
    func `of a duration are held within 64 bits`(_ duration: Duration, _ expected: Int64) {
        #expect(duration.nanoseconds == expected)
    }

    @Test func `of the clocks are those of the system`() {
        let before = Clock.uptime()
        let after = Clock.uptime()
        #expect(before <= after)
        #expect(before > .zero)
        #expect(abs(Clock.wall().components.seconds - Int64(time(nil))) <= 1)
    }
}

@Suite struct `An errno` {
    @Test(arguments: [
        (Errno.noSuchFileOrDirectory, "ENOENT"), (.permissionDenied, "EACCES"), (.notPermitted, "EPERM"),
        (.wouldBlock, "EAGAIN"), (.tooManyOpenFiles, "EMFILE"), (Errno(rawValue: 130), "EOWNERDEAD"),
        (Errno(rawValue: 4095), "errno 4095"), (Errno(rawValue: -1), "errno -1"),
    ])
    func `has the kernel's name`(_ errno: Errno, _ name: String) {
        #expect(errno.name == name)
    }
}

@Suite struct `A C text` {
    @Test func `ends at a NUL, and keeps bytes that are not UTF-8`() {
        #expect(CText("a\0b").bytes == [97])
        #expect(text([0xff, 65]).bytes == [0xff, 65])
        #expect(text([0xff, 65]).description == "\u{fffd}A")
        #expect(text([]).bytes.isEmpty)
    }

    @Test func `is each variable of this process`() {
        #expect(CText.environment().contains { $0.description.hasPrefix("PATH=") })
    }
}

@Suite struct `A descriptor` {
    @Test func `is close-on-exec and closed by its owner`() throws {
        let raw = open("/dev/null", O_RDONLY)
        let number = try { () throws -> Int32 in
            let descriptor = try Descriptor(inherited: raw)
            #expect(fcntl(raw, F_GETFD) == FD_CLOEXEC)
            return try descriptor.duplicate().number
        }()
        #expect(number > 2)
        #expect(throws: Errno.badFileDescriptor) { _ = try Descriptor(inherited: -1) }
    }

    @Test func `of a pipe blocks only for the writer`() throws {
        let pipe = try Pipe()
        var byte: [UInt8] = [0]
        #expect(throws: Errno.wouldBlock) { try pipe.reading.descriptor.read(into: &byte) }
        #expect(fcntl(pipe.writing.descriptor.number, F_GETFL) & O_NONBLOCK == 0)
        #expect(fcntl(pipe.writing.descriptor.number, F_GETFD) == FD_CLOEXEC)
        #expect(fcntl(pipe.reading.descriptor.number, F_GETFD) == FD_CLOEXEC)
    }
}
