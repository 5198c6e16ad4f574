import FosterCore
import FosterLogs
import FosterLoop
import FosterSystem

// Who died: every child, foster's own and adopted, is reaped here and nowhere else.
extension Runner {
    /// How many reaped orphans a turn are written into the journal: a flood of them would push everything else out.
    private static let announcedOrphans = 16

    /// How many messages of a dead run are read at most: as many as the kernel queues, unless somebody goes on sending.
    private static let lastMessages = 1024

    /// Reaps at most `limit` children; `true` when there may be more.
    mutating func collectExits(
        limit: Int, on reactor: inout Reactor, at now: Duration, into events: inout [Event]
    ) -> Bool {
        var reaped = 0
        defer { if reaped > 0 { publisher.counters.reapedOrphans &+= UInt64(reaped) } }
        for count in 0..<limit {
            let peek = Children.peek()
            guard case .dead(let child) = peek else {
                witness?.saw(.reapedAll(hasChildren: peek != .none))
                if count > 0 || drainAll != nil { childrenChanged(at: now, into: &events) }
                return false
            }
            let status = ExitStatus(child.end)
            if let run = byPid.removeValue(forKey: child.pid) {
                witness?.saw(.reaped(pid: child.pid, status, isMain: true))
                collect(run, child, status, on: &reactor, at: now, into: &events)
                publisher.counters.reapedServices &+= 1
            } else if failedLaunches.remove(child.pid) != nil {
                Children.reap(child)
                publisher.counters.reapedServices &+= 1
            } else {
                reaped += 1
                let isAnnounced = isObservable && reaped <= Self.announcedOrphans
                // Peek before reaping: so long /proc shows it.
                let orphan = died(child, looksItUp: isAnnounced, at: now)
                Children.reap(child)
                witness?.saw(.reaped(pid: child.pid, status, isMain: false))
                if isAnnounced { events.append(.observed(orphan.reaped(status))) }
            }
        }
        return true
    }

    private mutating func collect(
        _ run: LiveRun, _ child: DeadChild, _ status: ExitStatus, on reactor: inout Reactor, at now: Duration,
        into events: inout [Event]
    ) {
        // Its launch may have failed, or succeeded, without the report having been read yet.
        if case .launching(_, let slot) = run.phase {
            launchReported(slot, on: &reactor, into: &events)
            guard case .running = run.phase else {
                failedLaunches.remove(child.pid)
                Children.reap(child)
                return
            }
        }
        // What it has said before comes before its end.
        if let slot = run.notify { takeNotifications(slot, limit: Self.lastMessages, at: now, into: &events) }
        // Peek before reaping: the pid stays reserved while its group is signalled.
        if let signal = settings.plan.conduct.leftovers.signal {
            try? ProcessGroup(leader: child.pid).signal(signal.number)
        }
        Children.reap(child)
        takeTerminalBack(from: child.pid)
        run.phase = .ended(leader: child.pid)
        if run.capturesOutput {
            publisher.hold(for: run.service, run.id, at: now)
            send(.finish(run.service, run.id), at: now)
        }
        events.append(.exited(run.service, run: run.id, status))
    }
}

extension Conduct.Leftovers {
    /// What the group of a dead run gets at once.
    fileprivate var signal: Signal? {
        switch self {
        case .drained: .term
        case .signaled(let signal): signal
        case .left: nil
        }
    }
}

extension ExitStatus {
    init(_ end: DeadChild.End) {
        switch end {
        case .exited(let code): self = .exited(code: code)
        case .signaled(let number, let coreDumped):
            // The kernel names no other signals than 1 to 64.
            self = .signaled(Signal(number: Int(number)) ?? .kill, coreDumped: coreDumped)
        }
    }
}
