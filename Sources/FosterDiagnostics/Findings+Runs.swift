import FosterAPI
import FosterCore
import FosterSystem

// What has ended without those who belong to it.
extension ContainerFacts {
    /// Zombies that lasted, by their parents. Foster reaps its own: those are on their way. Below another PID 1 the processes around are none
    /// of its business.
    func zombies(_ view: ProcessView) -> [Finding] {
        let lasting = view.all.filter { zombie in
            guard lastingZombies.contains(zombie.pid) else { return false }
            guard let agent else { return true }
            return zombie.parent != agent.pid && (agent.pid == 1 || view.isBelow(zombie.pid, agent.pid))
        }
        let parents = Dictionary(grouping: lasting, by: \.parent)
        return parents.sorted { $0.key < $1.key }.map { parent, zombies in
            let who = view[parent].map { "\(Printable.text($0.name)) (pid \(parent))" } ?? "pid \(parent)"
            let count = "\(zombies.count) zombie\(zombies.count == 1 ? "" : "s")"
            var evidence = [view[parent]?.description ?? "pid \(parent) is not shown"]
            evidence += zombies.prefix(5).map {
                "pid \($0.pid): comm=\(Printable.text($0.name)), state Z\(age(of: $0))"
            }
            if zombies.count > 5 { evidence.append("and \(zombies.count - 5) more") }
            return Finding(
                .unreapedZombies, .warning, "\(who) does not reap its children: \(count)", evidence,
                "have the program wait for its children (waitpid(2)); nobody else can, and they go only when it ends",
                service: view.service(of: parent, among: services)?.name, pid: parent)
        }
    }

    private func age(of process: ProcessRecord) -> String {
        guard let uptimeSeconds else { return "" }
        let start = process.startTime / ProcFS.ticksPerSecond
        return start <= uptimeSeconds ? ", started \(uptimeSeconds - start) s ago" : ""
    }

    var flights: [Finding] {
        services.compactMap { service in
            guard let flight = service.flight else { return nil }
            let milliseconds = flight.ranFor.nanoseconds / 1_000_000
            var evidence = [
                "run \(flight.run) (pid \(flight.pid)) exited with 0 after \(milliseconds) ms, and left processes behind"
            ]
            if !flight.reaped.isEmpty {
                evidence.append(
                    "foster has ended and reaped pid \(flight.reaped.prefix(5).map(String.init).joined(separator: ", "))"
                )
            }
            return Finding(
                .serviceDaemonises, .warning,
                "\(service.name) goes into the background, away from its supervisor: foster ends what its first process leaves behind",
                evidence,
                "keep the program in the foreground (nginx -g \"daemon off;\", redis-server --daemonize no, httpd -DFOREGROUND, "
                    + "sshd -D …), or let a script end with exec or wait", service: service.name, pid: flight.pid)
        }
    }
}
