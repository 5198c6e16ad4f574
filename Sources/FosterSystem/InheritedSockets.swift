import Glibc
import SystemPackage

/// Sockets that the supervisor above has opened for foster (sd_listen_fds(3)).
public enum InheritedSockets {
    public enum Found: Sendable {
        case listener(Listener, name: String)
        /// A descriptor that foster has no use for, and what is wrong with it. It is closed.
        case useless(String)
    }

    private static let first: Int32 = 3

    /// Takes what LISTEN_FDS offers, where LISTEN_PID says that it is for this process. Once: the descriptors have an owner then.
    public static func take() -> [Found] {
        guard let pid = variable("LISTEN_PID").flatMap({ Int32($0) }), pid == getpid(),
            let count = variable("LISTEN_FDS").flatMap({ Int32($0) }), count > 0, count <= 64
        else { return [] }
        let names = (variable("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
        return (0..<count).map { index in
            let name = names.indices.contains(Int(index)) ? String(names[Int(index)]) : ""
            return adopt(first + index, name.isEmpty ? "unknown" : name)
        }
    }

    private static func adopt(_ raw: Int32, _ name: String) -> Found {
        guard fcntl(raw, F_GETFD) >= 0, let descriptor = try? Descriptor(inherited: raw) else {
            return .useless("\(name): descriptor \(raw) is not open")
        }
        guard option(SO_ACCEPTCONN, of: raw) == 1, option(SO_TYPE, of: raw) == Int32(SOCK_STREAM.rawValue) else {
            return .useless("\(name): descriptor \(raw) is no stream socket that listens")
        }
        let flags = fcntl(raw, F_GETFL)
        guard flags >= 0, fcntl(raw, F_SETFL, flags | O_NONBLOCK) == 0 else {
            return .useless("\(name): descriptor \(raw) cannot be made non-blocking")
        }
        switch option(SO_DOMAIN, of: raw) {
        case AF_UNIX: return .listener(Listener(inheriting: descriptor, family: .unix), name: name)
        case AF_INET, AF_INET6: return .listener(Listener(inheriting: descriptor, family: .tcp), name: name)
        default: return .useless("\(name): descriptor \(raw) is of an unknown address family")
        }
    }

    private static func option(_ number: Int32, of raw: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(raw, SOL_SOCKET, number, &value, &size) == 0 ? value : nil
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
