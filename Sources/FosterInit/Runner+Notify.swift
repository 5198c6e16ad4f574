import FosterCore
import FosterLoop
import FosterSystem

// Readiness: what services say on their sockets, taken only from those who may say it.
extension Runner {
    /// Takes at most `limit` messages: what is left stays readable, and the next turn goes on.
    mutating func takeNotifications(
        _ slot: SlotKey, limit: Int = 64, at now: Duration, into events: inout [Event]
    ) {
        for _ in 0..<limit {
            guard let channel = notifications[slot], let datagram = channel.socket.receive() else { return }
            publisher.counters.notificationsReceived &+= 1
            let run = channel.run
            if relays {
                // The address is random and only the command was told: who knows it speaks for the command.
                let message = NotificationReader.relayed(datagram.bytes, mainPid: Host.pid)
                if !message.isEmpty { sendUp(.relayed(message), at: now) }
            } else if !comes(from: run, datagram.sender) {
                publisher.counters.notificationsRefused &+= 1
                continue
            }
            for notification in NotificationReader.read(datagram.bytes) {
                events.append(.notified(run.service, run: run.id, notification))
            }
        }
    }

    /// Whether the kernel's word about the sender fits the run. A sender that is gone already, as `systemd-notify` soon is,
    /// is known by the socket alone: its name is random and only the run was told.
    private func comes(from run: LiveRun, _ sender: PeerCredentials) -> Bool {
        guard sender.pid > 0, let leader = run.leader else { return false }
        if sender.pid == leader { return true }
        let others = leaders(besides: run)
        var current = sender.pid
        var isGone = true
        for _ in 0..<64 {
            guard let facts = ProcFS.facts(of: current) else { return isGone }
            // Dead already, though not reaped: of it no more can be learned.
            if current == sender.pid { isGone = facts.isZombie }
            for candidate in [facts.pid, facts.group, facts.session] {
                if candidate == leader { return true }
                if others.contains(candidate) { return false }
            }
            if facts.parent <= 1 || facts.parent == Host.pid { break }
            current = facts.parent
        }
        if isGone || ProcFS.environmentVariable(ServiceSpec.marker, of: sender.pid) == run.service.name { return true }
        // Asked last: on its way out it has no memory left to read, and is not yet a zombie.
        return ProcFS.commandLine(of: sender.pid).isEmpty
    }
}
