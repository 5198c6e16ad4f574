import FosterSystem

extension ContainerFacts {
    /// Reads everything that the kernel shows. It takes about 0.1 ms a process, and `pause` more where there are zombies: never on the
    /// init thread or the control thread.
    ///
    /// - Parameters:
    ///   - own: the examiner's pid, which `/proc/self` must name.
    ///   - pause: how long a zombie must last to be one that nobody reaps.
    static func gather(_ files: KernelFiles, own: Int32, pause: Duration) -> ContainerFacts {
        var facts = ContainerFacts()
        facts.orchestrator = Orchestrator(from: files)
        facts.proc = Proc(from: files, own: own)
        // What the /proc of others says is not about this container.
        guard facts.proc == .usable else { return facts }
        facts.processes = files.numbers(in: "/proc").sorted().compactMap { ProcessRecord($0, from: files) }
        guard facts.processes.contains(where: { $0.pid == own }) else {
            facts.proc = .unreadable
            return facts
        }
        facts.hiding = hiding(from: files)
        facts.uptimeSeconds = files.text("/proc/uptime")?.split(separator: ".").first.flatMap { UInt64($0) }
        facts.memory = MemoryLimit(from: files)
        facts.processLimits = ProcessLimit.all(from: files)
        facts.lastingZombies = lastingZombies(among: facts.processes, files, pause)
        return facts
    }

    private static func lastingZombies(
        among processes: [ProcessRecord], _ files: KernelFiles, _ pause: Duration
    ) -> Set<Int32> {
        let zombies = processes.filter(\.isZombie)
        guard !zombies.isEmpty else { return [] }
        Clock.pause(pause)
        return Set(
            zombies.filter { zombie in
                guard let now = files.process(zombie.pid) else { return false }
                return now.isZombie && now.startTime == zombie.startTime && now.parent == zombie.parent
            }.map(\.pid))
    }

    /// The option of `/proc` that hides processes from this one; who may trace every process sees them all, and so does the group that the
    /// option `gid` names.
    private static func hiding(from files: KernelFiles) -> String? {
        guard let mounts = files.text("/proc/self/mountinfo", limit: 1 << 20),
            let status = files.text("/proc/self/status")
        else { return nil }
        let mount = mounts.split(separator: "\n").compactMap(Mount.init).last {
            $0.place == "/proc" && $0.type == "proc"
        }
        guard let option = mount?.options.first(where: { $0.hasPrefix("hidepid=") }),
            !["hidepid=0", "hidepid=off"].contains(option)
        else { return nil }
        var values: [Substring: [Substring]] = [:]
        for line in status.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[parts[0]] = parts[1].split { $0 == "\t" || $0 == " " }
        }
        let capabilities = values["CapEff"]?.first.flatMap { UInt64($0, radix: 16) } ?? 0
        guard capabilities & 1 << 19 == 0 else { return nil }
        let groups = (values["Groups"] ?? []) + (values["Gid"] ?? []).prefix(1)
        // "ptraceable" knows no exempt group.
        if option != "hidepid=4", option != "hidepid=ptraceable",
            groups.contains(where: { mount?.options.contains("gid=\($0)") ?? false })
        {
            return nil
        }
        return String(option)
    }
}

extension ContainerFacts.Proc {
    init(from files: KernelFiles, own: Int32) {
        guard files.exists("/proc/self") || files.exists("/proc/1") || files.link("/proc/self") != nil else {
            self = .missing
            return
        }
        let link = files.link("/proc/self") ?? ""
        self = Int32(link) == own ? .usable : .foreign(shownAs: Printable.text(link))
    }
}

extension Orchestrator {
    /// The files that container engines leave, and the variables that orchestrators set.
    init(from files: KernelFiles) {
        let environment = files.read("/proc/self/environ", limit: 1 << 18) ?? []
        func value(_ name: String) -> String? {
            let prefix = Array("\(name)=".utf8)
            return environment.split(separator: 0).first { $0.starts(with: prefix) }
                .map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
        }
        if value("KUBERNETES_SERVICE_HOST") != nil {
            self.init(name: "Kubernetes", grace: .seconds(30), evidence: "KUBERNETES_SERVICE_HOST is set")
        } else if value("container") == "systemd-nspawn" {
            self.init(name: "systemd-nspawn", grace: .seconds(90), evidence: "container=systemd-nspawn is set")
        } else if value("container") == "podman" || files.exists("/run/.containerenv") {
            self.init(
                name: "podman stop", grace: .seconds(10), evidence: "/run/.containerenv or container=podman is there")
        } else if files.exists("/.dockerenv") {
            self.init(name: "docker stop", grace: .seconds(10), evidence: "/.dockerenv is there")
        } else if value("INVOCATION_ID") != nil {
            self.init(name: "systemd", grace: .seconds(90), evidence: "INVOCATION_ID is set")
        } else {
            self = .unknown
        }
    }
}
