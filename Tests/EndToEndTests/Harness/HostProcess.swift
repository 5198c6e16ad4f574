import Foundation

/// A process in a container, as the test sees it from outside: by its pid in the test's own namespace.
struct HostProcess: Hashable {
    let pid: pid_t

    /// The lines `Name: value` of `/proc/PID/status`; empty once it is gone.
    var status: [String: String] { Self.status(at: "/proc/\(pid)/status") }

    private static func status(at path: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text(path).split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return fields
    }

    /// `R`, `S`, `Z` …; `nil` once it is gone.
    var state: Character? { status["State"]?.first }
    var isAlive: Bool { state.map { $0 != "Z" } ?? false }
    var name: String { status["Name"] ?? "" }
    var parent: pid_t { status["PPid"].flatMap { pid_t($0) } ?? 0 }
    /// Its pid as its own container counts.
    var innerPid: pid_t { status["NSpid"]?.split(separator: "\t").last.flatMap { pid_t($0) } ?? 0 }
    var executable: String { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) ?? "" }
    var commandLine: String { Self.text("/proc/\(pid)/cmdline").replacingOccurrences(of: "\0", with: " ") }

    var environment: String { Self.text("/proc/\(pid)/environ").replacingOccurrences(of: "\0", with: "\n") }

    /// The mask of blocked signals, bit n for signal n + 1.
    var blockedSignals: UInt64 { status["SigBlk"].flatMap { UInt64($0, radix: 16) } ?? 0 }

    func blocks(_ signal: Int32) -> Bool { blockedSignals & (1 << UInt64(signal - 1)) != 0 }

    /// The sockets that it has open, as `socket:[NUMBER]`.
    var sockets: Set<String> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
        return Set(
            names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)") }
                .filter { $0.hasPrefix("socket:") })
    }

    var threads: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []).compactMap { pid_t($0) }
    }

    /// How often its threads have been woken: each wait that ends was one voluntary switch.
    var wakeUps: Int {
        threads.reduce(0) { sum, thread in
            let status = Self.status(at: "/proc/\(pid)/task/\(thread)/status")
            return sum + (status["voluntary_ctxt_switches"].flatMap { Int($0) } ?? 0)
        }
    }

    /// Its living and dead children, grandchildren and so on.
    var descendants: [HostProcess] {
        let children = Dictionary(grouping: Self.all, by: \.parent)
        var found: [HostProcess] = []
        var next = [pid]
        while let parent = next.popLast() {
            for child in children[parent] ?? [] {
                found.append(HostProcess(pid: child.pid))
                next.append(child.pid)
            }
        }
        return found
    }

    var children: [HostProcess] { Self.all.filter { $0.parent == pid }.map { HostProcess(pid: $0.pid) } }

    private static var all: [(pid: pid_t, parent: pid_t)] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { entry in
            guard let pid = pid_t(entry) else { return nil }
            // The name, which may hold anything, ends at the last parenthesis: state and parent follow.
            let stat = text("/proc/\(pid)/stat")
            guard let end = stat.lastIndex(of: ")") else { return nil }
            let fields = stat[end...].split(separator: " ")
            guard fields.count > 2, let parent = pid_t(fields[2]) else { return nil }
            return (pid, parent)
        }
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
