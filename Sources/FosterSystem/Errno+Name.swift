import CFoster
import Glibc
public import SystemPackage

extension Errno {
    /// The kernel's word: `ENOENT`.
    public var name: String {
        guard let name = foster_errno_name(rawValue) else { return "errno \(rawValue)" }
        return String(cString: name)
    }

    /// The calling thread's errno, read before anything else can change it.
    package static var current: Errno { Errno(rawValue: Glibc.errno) }
}

/// Makes a system call again while it answers EINTR, and throws what else it answers below 0.
@discardableResult
package func retryingInterrupts<Result: FixedWidthInteger & SignedInteger>(
    _ call: () -> Result
) throws(Errno) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        let errno = Errno.current
        if errno != .interrupted { throw errno }
    }
}
