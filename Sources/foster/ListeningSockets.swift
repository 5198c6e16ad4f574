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

    /// Opens what the plan asks for and has not been handed in. What cannot be opened is off, with a warning: PID 1 has more important things to do
    /// than to fail for it.
    init(_ plan: Plan, _ inherited: [InheritedSockets.Found]) {
        take(inherited)
        if !has(.control) { openControl(plan.control) }
        guard !has(.probe), let probe = plan.probe else { return }
        do throws(Errno) {
            all.append((listener: try .tcp(host: probe.host, port: probe.port), name: .probe))
        } catch {
            warnings.append("the probe listener \(probe.host):\(probe.port) is off: \(error.name)")
        }
    }

    private func has(_ name: ListenerName) -> Bool { all.contains { $0.name == name } }

    /// What the supervisor above has opened goes by its name, `control` or `probe`, else by its kind; it comes before what the
    /// plan says.
    private mutating func take(_ inherited: [InheritedSockets.Found]) {
        for found in inherited {
            switch found {
            case .useless(let reason): warnings.append("an inherited socket is not used: \(reason)")
            case .listener(let listener, let name):
                let role: ListenerName = name == "probe" || listener.family == .tcp ? .probe : .control
                if name == "control", role != .control {
                    warnings.append("an inherited socket is not used: control over TCP is not served")
                } else {
                    all.append((listener: listener, name: role))
                }
            }
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
        let gid: UInt32?
        do throws(SpawnFailure) {
            gid = try group.map { name throws(SpawnFailure) in try AccountFiles().gid(of: name) }
        } catch {
            warnings.append("the control socket \(path) is off: \(error)")
            return
        }
        do throws(Errno) {
            // A fresh image has no /run/foster yet.
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
                _ = mkdir(String(path[..<slash]), 0o755)
            }
            let listener = try Listener.unix(path: path, mode: mode)
            if let gid, chown(path, ~0, gid) < 0 { throw Errno(rawValue: errno) }
            all.append((listener: listener, name: .control))
            self.path = path
        } catch {
            warnings.append("the control socket \(path) is off: \(error.name)")
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

    /// Where a control socket is by default: clients look there too.
    static func directories() -> [String] {
        var directories = ["/run/foster"]
        if let runtime = getenv("XDG_RUNTIME_DIR"), runtime.pointee == UInt8(ascii: "/") {
            directories.append(String(cString: runtime) + "/foster")
        }
        return directories + ["/dev/shm/foster-\(geteuid())"]
    }
}
