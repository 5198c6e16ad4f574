#if Systemd
    import CSystemd
#endif
import Glibc
public import SystemPackage

/// Tells the supervisor above foster, where there is one: by libsystemd in the default build, natively in the static one.
public struct UpwardNotifier: Sendable {
    private let address: String

    /// `nil` without NOTIFY_SOCKET. Reads the environment once.
    public init?() {
        guard let value = getenv("NOTIFY_SOCKET"), value.pointee != 0 else { return nil }
        address = String(cString: value)
    }

    /// Sends `NAME=value` lines. Does not block: EAGAIN when the supervisor above has stopped reading.
    public func send(_ message: String) throws(Errno) {
        #if Systemd
            // sd_notify would wait for room. Other kinds of address than a unix socket's are its own affair.
            if address.hasPrefix("/") || address.hasPrefix("@") { try NativeNotify.requireRoom(at: address) }
            let result = sd_notify(0, message)
            if result < 0 { throw Errno(rawValue: -result) }
        #else
            try NativeNotify.send(message, to: address)
        #endif
    }

    /// Passes on a message of another process's, byte for byte. Natively in both builds: it need not be a C string.
    public func pass(_ message: [UInt8]) throws(Errno) { try NativeNotify.send(message, to: address) }

    /// Which of the two this build uses, for `--version`.
    public static var implementation: String {
        #if Systemd
            "libsystemd"
        #else
            "native"
        #endif
    }
}
