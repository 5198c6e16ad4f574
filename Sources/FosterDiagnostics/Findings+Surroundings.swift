import FosterAPI

// What foster itself needs: /proc, and to be the one to whom orphans come.
extension ContainerFacts {
    func surroundings(_ view: ProcessView) -> [Finding] { procFindings + notInit(view) }

    private var procFindings: [Finding] {
        switch proc {
        case .missing:
            return [
                Finding(
                    .noProc, .warning,
                    "/proc is not mounted: what services leave behind is found by process groups alone, and nothing else can be examined",
                    ["/proc/self does not exist"], "mount it: mount -t proc proc /proc")
            ]
        case .unreadable:
            return [
                Finding(
                    .noProc, .error, "/proc cannot be read: nothing can be examined now",
                    ["this process is not among those that it shows"],
                    "see that there are descriptors left (ulimit -n, open files of the system), and ask again")
            ]
        case .foreign(let shown):
            return [
                Finding(
                    .foreignProc, .warning,
                    "/proc shows another pid namespace, and is as good as none",
                    ["/proc/self is \(shown.isEmpty ? "a dangling link" : shown), which is not this process"],
                    "mount one of this namespace: mount -t proc proc /proc, or unshare --mount-proc")
            ]
        case .usable: break
        }
        guard let hiding else { return [] }
        return [
            Finding(
                .hiddenProcesses, .warning,
                "/proc hides the processes of other users: what services leave behind under another user is not found",
                ["/proc is mounted with \(hiding)", "CAP_SYS_PTRACE is not among the effective capabilities"],
                "mount it without hidepid, or with gid= of a group that foster is in: mount -o remount,hidepid=0 /proc")
        ]
    }

    /// PID 1, and what would be in its place.
    private func notInit(_ view: ProcessView) -> [Finding] {
        guard proc == .usable, let first = view[1] else { return [] }
        if let agent {
            guard agent.pid != 1, !agent.isSubreaper else { return [] }
            return [
                Finding(
                    .notInit, .error,
                    "foster is neither PID 1 nor a child subreaper: the orphans of its services go to another parent",
                    ["foster's pid is \(agent.pid)", first.description],
                    "make foster the container's entry point: ENTRYPOINT [\"/foster\", \"--\"]", pid: agent.pid)
            ]
        }
        guard !isInit(first) else { return [] }
        return [
            Finding(
                .notInit, .warning, "PID 1 is no init: nobody is sure to reap orphans and to pass signals on",
                [first.description],
                "make foster the container's entry point: ENTRYPOINT [\"/foster\", \"--\"]; or docker run --init",
                pid: 1)
        ]
    }

    /// By its name; or because it waits for signals as an init does, SIGTERM and SIGCHLD alike, which foster does under any name.
    func isInit(_ process: ProcessRecord) -> Bool {
        if Self.inits.contains(process.name) || process.isInSignalWait { return true }
        let both: UInt64 = 1 << 14 | 1 << 16
        return process.signals.map { $0.blocked & both == both } ?? false
    }

    /// Names of programs that reap whatever comes to them; `pause` is Kubernetes' for pods with one pid namespace.
    private static let inits: Set<String> = [
        "foster", "tini", "docker-init", "podman-init", "dumb-init", "catatonit", "systemd", "init", "dinit", "runit",
        "s6-svscan", "s6-linux-init", "busybox", "openrc-init", "supervisord", "pause", "my_init", "pebble", "finit",
    ]
}
