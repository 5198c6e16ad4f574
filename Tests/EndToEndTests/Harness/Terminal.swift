import Foundation

/// A pseudo-terminal: what somebody types, and what they see.
final class Terminal {
    /// The device that programs open.
    let path: String
    private let master: Int32
    private var seen = ""

    init() throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var unlocked: Int32 = 0
        var number: UInt32 = 0
        // TIOCSPTLCK and TIOCGPTN (ioctl_tty(2)), which Swift does not see, nor ptsname.
        guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw POSIXError(.ENXIO)
        }
        path = "/dev/pts/\(number)"
    }

    deinit { hangUp() }

    private var isClosed = false

    func hangUp() {
        if !isClosed { close(master) }
        isClosed = true
    }

    func type(_ text: String) { _ = text.withCString { write(master, $0, strlen($0)) } }

    /// Waits until this is shown, and forgets all up to it.
    func expect(_ text: String) throws {
        try eventually("\"\(text)\" on the terminal, which shows: \(seen)") {
            read()
            guard let range = seen.range(of: text) else { return false }
            seen = String(seen[range.upperBound...])
            return true
        }
    }

    /// Waits until all of these are shown, in whatever order, and forgets all that is.
    func expect(_ texts: [String]) throws {
        try eventually("\(texts) on the terminal, which shows: \(seen)") {
            read()
            guard texts.allSatisfy(seen.contains) else { return false }
            seen = ""
            return true
        }
    }

    /// What is shown before this, once it is.
    func take(until text: String) throws -> String {
        try eventually("\"\(text)\" on the terminal, which shows: \(seen)") {
            read()
            guard let range = seen.range(of: text) else { return nil }
            defer { seen = String(seen[range.upperBound...]) }
            return String(seen[..<range.lowerBound])
        }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(master, &buffer, buffer.count)
            // EIO while nobody has the device open.
            guard count > 0 else { return }
            seen += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}
