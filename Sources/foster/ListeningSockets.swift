import FosterControl
import FosterHTTP
import FosterCore
import FosterFiles
import FosterSystem
import Glibc
import SystemPackage

/// The sockets that the API listens on, and why some of them are not there.
struct ListeningSockets {
    private(set) var all: [(listener: Listener, name: ListenerName)] = []
    private(set) var warnings: [String] = []
    /// The path of the control socket, to be removed at the end.
    private var path: String?

    /// Opens what the plan asks for. What cannot be opened is off, with a warning: PID 1 has more important things to do
    /// than to fail for it.
    init(_ plan: Plan) {
        openControl(plan.control)
        guard let probe = plan.probe else { return }
        do throws(Errno) {
            all.append((listener: try .tcp(host: probe.host, port: probe.port), name: .probe))
        } catch {
            warnings.append("the probe listener \(probe.host):\(probe.port) is off: \(error.name)")
        }
    }

    func remove() {
        if let path { unlink(path) }
    }

    private mutating func openControl(_ control: ControlListener) {
        switch control {
        case .off: return
        case .socket(let path, let mode, let group): open(path, mode, group)
        case .automatic: openAutomatic()
        }
    }

    private mutating func open(_ path: String, _ mode: UInt16, _ group: String?) {
        do throws(Errno) {
            let gid = try group.map { name throws(Errno) in try Self.gid(of: name) }
            let listener = try Listener.unix(path: path, mode: mode)
            if let gid, chown(path, ~0, gid) < 0 { throw Errno(rawValue: errno) }
            all.append((listener: listener, name: .control))
            self.path = path
        } catch {
            warnings.append("the control socket \(path) is off: \(error.name)")
        }
    }

    private static func gid(of name: String) throws(Errno) -> UInt32 {
        do throws(SpawnFailure) {
            return try AccountFiles().gid(of: name)
        } catch {
            throw .invalidArgument
        }
    }

    /// The first of the well-known directories that can be made and is foster's own.
    private mutating func openAutomatic() {
        var tried: [String] = []
        for directory in Self.directories() {
            // Where it exists already, the check of its owner below decides.
            _ = mkdir(directory, 0o755)
            var facts = stat()
            guard lstat(directory, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == geteuid(),
                facts.st_mode & 0o022 == 0
            else {
                tried.append(directory)
                continue
            }
            do throws(Errno) {
                let path = directory + "/control.sock"
                all.append((listener: try .unix(path: path, mode: 0o600), name: .control))
                self.path = path
                return
            } catch {
                tried.append("\(directory) (\(error.name))")
            }
        }
        warnings.append("the control socket is off: no usable directory among \(tried.joined(separator: ", "))")
    }

    private static func directories() -> [String] {
        var directories = ["/run/foster"]
        if let runtime = getenv("XDG_RUNTIME_DIR"), runtime.pointee == UInt8(ascii: "/") {
            directories.append(String(cString: runtime) + "/foster")
        }
        return directories + ["/dev/shm/foster-\(geteuid())"]
    }
}
