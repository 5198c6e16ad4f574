import Glibc
import SystemPackage

/// An address of a unix socket (unix(7)).
struct UnixAddress {
    private var storage = sockaddr_un()
    private let size: socklen_t

    /// A path, at most 107 bytes. ENAMETOOLONG where it is longer, EINVAL where it is empty or has a NUL in it: a cut path
    /// would be another's.
    init(path: String) throws(Errno) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .invalidArgument }
        try self.init(bytes: Array(path.utf8), terminated: true)
    }

    /// A name outside of the file system, by which only processes of this network namespace know it.
    init(abstract name: String) throws(Errno) {
        try self.init(bytes: [0] + Array(name.utf8), terminated: false)
    }

    /// An address as NOTIFY_SOCKET has it: `@name` is abstract, an absolute path a path; all else is EAFNOSUPPORT.
    init(text: String) throws(Errno) {
        if text.hasPrefix("@") {
            try self.init(abstract: String(text.dropFirst()))
        } else if text.hasPrefix("/") {
            try self.init(path: text)
        } else {
            throw .addressFamilyNotSupported
        }
    }

    private init(bytes: [UInt8], terminated: Bool) throws(Errno) {
        let capacity = MemoryLayout.size(ofValue: storage.sun_path)
        let needed = bytes.count + (terminated ? 1 : 0)
        guard needed <= capacity else { throw .fileNameTooLong }
        storage.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &storage.sun_path) { $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sockaddr_un>.size - capacity
        size = socklen_t(offset + needed)
    }

    func makeSocket(_ type: __socket_type) throws(Errno) -> Descriptor {
        Descriptor(
            owning: try retryingInterrupts { socket(AF_UNIX, Int32(type.rawValue) | O_CLOEXEC | O_NONBLOCK, 0) })
    }

    func bind(_ socket: borrowing Descriptor) throws(Errno) {
        let raw = socket.raw
        try withAddress { (address, size) throws(Errno) in try retryingInterrupts { Glibc.bind(raw, address, size) } }
    }

    func connect(_ socket: borrowing Descriptor) throws(Errno) {
        let raw = socket.raw
        try withAddress { (address, size) throws(Errno) in
            try retryingInterrupts { Glibc.connect(raw, address, size) }
        }
    }

    @discardableResult
    private func withAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Result
    ) throws(Errno) -> Result {
        var copy = storage
        let size = size
        return try withUnsafeMutablePointer(to: &copy) { pointer throws(Errno) in
            try body(UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), size)
        }
    }
}
