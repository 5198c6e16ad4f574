import FosterSystem

/// The control group that the examiner is in, in one hierarchy: its directory, and those above it as far as they can be seen.
struct ControlGroup {
    /// Innermost first.
    let directories: [String]
    let isUnified: Bool

    /// The group in which a controller such as `memory` is at work; `nil` where there is none (cgroups(7)).
    ///
    /// Where version 1 has the controller, version 2 has not.
    init?(controller: String, from files: KernelFiles) {
        guard let memberships = files.text("/proc/self/cgroup"),
            let mounts = files.text("/proc/self/mountinfo", limit: 1 << 20)
        else { return nil }
        var unified: Substring?
        var own: Substring?
        for line in memberships.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[0] == "0", parts[1].isEmpty { unified = parts[2] }
            if parts[1].split(separator: ",").contains(Substring(controller)) { own = parts[2] }
        }
        let all = mounts.split(separator: "\n").compactMap(Mount.init)
        if let own, let mount = all.last(where: { $0.type == "cgroup" && $0.options.contains(Substring(controller)) }) {
            self.init(path: own, mount, isUnified: false)
        } else if own == nil, let unified, let mount = all.last(where: { $0.type == "cgroup2" }) {
            self.init(path: unified, mount, isUnified: true)
        } else {
            return nil
        }
    }

    private init(path: Substring, _ mount: Mount, isUnified: Bool) {
        self.isUnified = isUnified
        var names = path.split(separator: "/")
        let top = mount.root.split(separator: "/")
        // Container engines mount only what is below the container's group; without a namespace the path begins above it.
        names = names.starts(with: top) ? Array(names.dropFirst(top.count)) : []
        // A path of another namespace begins with `..`, and leads nowhere here.
        if names.contains("..") { names = [] }
        let base = mount.place == "/" ? "" : mount.place
        directories = (0...names.count).reversed().map { count in
            ([base] + names.prefix(count).map(String.init)).joined(separator: "/")
        }
    }
}

/// A line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)).
struct Mount {
    let root: Substring
    let place: String
    let type: Substring
    /// The file system's own options.
    let options: [Substring]

    init?(_ line: Substring) {
        let fields = line.split(separator: " ")
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
        root = fields[3]
        place = String(fields[4])
        type = fields[dash + 1]
        options = fields[dash + 3].split(separator: ",")
    }
}

extension MemoryLimit {
    init(from files: KernelFiles) {
        self = .unknown
        guard let group = ControlGroup(controller: "memory", from: files) else { return }
        for directory in group.directories {
            let file = "\(directory)/\(group.isUnified ? "memory.max" : "memory.limit_in_bytes")"
            guard let text = files.text(file) else { continue }
            // Version 1 says "none" with the largest whole page that fits into 63 bits.
            let isNone = text == "max" || (UInt64(text) ?? 0) >= 1 << 62
            guard isNone else {
                self = .limited
                return
            }
            if self == .unknown { self = .unlimited(file: file, text: Printable.text(text)) }
        }
    }
}

extension ProcessLimit {
    /// The group's own limits, else the system's.
    static func all(from files: KernelFiles) -> [ProcessLimit] {
        let group = ControlGroup(controller: "pids", from: files)
        let limits = (group?.directories ?? []).compactMap { directory -> ProcessLimit? in
            guard let most = files.text("\(directory)/pids.max").flatMap({ UInt64($0) }),
                let current = files.text("\(directory)/pids.current").flatMap({ UInt64($0) })
            else { return nil }
            return ProcessLimit(source: "\(directory)/pids.max", current: current, most: most, isGroup: true)
        }
        return limits.isEmpty ? system(from: files) : limits
    }

    /// Every thread of the system counts for both settings; the fourth field of loadavg has their number (proc_loadavg(5)).
    private static func system(from files: KernelFiles) -> [ProcessLimit] {
        let fields = files.text("/proc/loadavg")?.split(separator: " ") ?? []
        guard fields.count > 3, let current = fields[3].split(separator: "/").last.flatMap({ UInt64($0) }) else {
            return []
        }
        return ["/proc/sys/kernel/pid_max", "/proc/sys/kernel/threads-max"].compactMap { file in
            files.text(file).flatMap { UInt64($0) }.map {
                ProcessLimit(source: file, current: current, most: $0, isGroup: false)
            }
        }
    }
}
