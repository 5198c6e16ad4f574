import FosterCore
import FosterLoop
import FosterSystem

// Ending what a dead run left behind, and at the end everything that came from foster: SIGTERM, time to finish, SIGKILL.
// Only descendants, one by one: kill(-1) would reach neighbours in a shared pid namespace.
extension Runner {
    /// The end of everything.
    struct DrainAll {
        let deadline: Duration
        let giveUpAt: Duration
        /// Who has had SIGTERM, by pid and start.
        var asked: Set<ProcessKey>
        var pause: Duration = .milliseconds(5)
    }

    struct ProcessKey: Hashable {
        let pid: Int32
        let startTime: UInt64

        init(_ facts: ProcessFacts) {
            pid = facts.pid
            startTime = facts.startTime
        }
    }

    /// Sweeps come this often at least while something is being ended.
    private static let longestPause: Duration = .milliseconds(100)

    // MARK: - One run

    mutating func drain(
        _ service: ServiceID, _ id: RunID, _ deadline: Duration, at now: Duration, into events: inout [Event]
    ) {
        guard let run = live(service, id), let leader = run.leader else {
            // Nothing of it was ever there.
            events.append(.drained(service, run: id, killed: false))
            return
        }
        run.phase = .draining(LiveRun.Drain(leader: leader, deadline: deadline))
        let rest = leftovers(of: run, at: now, into: &events)
        signal(rest, of: run, .term)
        continueDrain(service, at: now, into: &events)
    }

    private mutating func leftovers(
        of run: LiveRun, at now: Duration, into events: inout [Event]
    ) -> [ProcessFacts] {
        let others = leaders(besides: run)
        guard Descendants.mayHaveOrphans(besides: others) else { return [] }
        let tree = ProcessTree.sweep()
        noteOrphans(in: tree, at: now, into: &events)
        let known = Descendants.of(run, others: others, in: tree)
        guard settings.plan.form == .command else { return known }
        // The command's environment is its own, so nothing marks its daemons; what was seen of their ancestors does.
        let pids = known.map(\.pid)
        return known
            + tree.descendants(of: Host.pid).filter { facts in
                !facts.isZombie && facts.pid != run.leader && !pids.contains(facts.pid)
                    && orphans.service(of: facts, runs: servicesByLeader, own: ownChildren) == run.service
            }
    }

    /// Whether what cannot be seen, since there is no `/proc`, goes on in the group of a run's dead leader. Its members are
    /// children of foster then; should the number be a newer run's pid by now, it is that run's.
    private func groupRemains(of run: LiveRun) -> Bool {
        guard let leader = run.leader, byPid[leader] == nil, !ProcFS.isAvailable else { return false }
        return ProcessGroup(leader: leader).hasChildren
    }

    private mutating func signal(_ rest: [ProcessFacts], of run: LiveRun, _ signal: Signal) {
        self.signal(rest, signal)
        guard let leader = run.leader, groupRemains(of: run) else { return }
        // It fails where the last member has died since.
        try? ProcessGroup(leader: leader).signal(signal.number)
    }

    mutating func continueDrain(_ service: ServiceID, at now: Duration, into events: inout [Event]) {
        guard let run = runs[service], case .draining(var drain) = run.phase else { return }
        let rest = leftovers(of: run, at: now, into: &events)
        guard !rest.isEmpty || groupRemains(of: run) else {
            chores.disarm(.sweep(service))
            forget(run)
            events.append(.drained(service, run: run.id, killed: drain.killed))
            return
        }
        if now >= drain.deadline {
            drain.killed = true
            signal(rest, of: run, .kill)
        }
        chores.arm(.sweep(service), at: nextSweep(at: now, after: &drain.pause, before: drain.deadline))
        run.phase = .draining(drain)
    }

    private func nextSweep(at now: Duration, after pause: inout Duration, before deadline: Duration) -> Duration {
        let next = now + pause
        pause = min(pause * 2, Self.longestPause)
        return now < deadline ? min(next, deadline) : next
    }

    /// Children have died: what is being ended may be gone.
    mutating func childrenChanged(at now: Duration, into events: inout [Event]) {
        for run in runs.values {
            if case .draining = run.phase { continueDrain(run.service, at: now, into: &events) }
        }
        if drainAll != nil { continueDrainAll(at: now, into: &events) }
        parentsMayHaveDied(at: now, into: &events)
    }

    // MARK: - Everything

    mutating func beginDrainAll(deadline: Duration, giveUpAt: Duration, at now: Duration, into events: inout [Event]) {
        // A second one only brings the times of the first forward.
        drainAll = DrainAll(
            deadline: min(deadline, drainAll?.deadline ?? deadline),
            giveUpAt: min(giveUpAt, drainAll?.giveUpAt ?? giveUpAt),
            asked: drainAll?.asked ?? [])
        continueDrainAll(at: now, into: &events)
    }

    mutating func continueDrainAll(at now: Duration, into events: inout [Event]) {
        guard var state = drainAll else { return }
        let children = Children.peek()
        guard children != .none, now < state.giveUpAt else {
            drainAll = nil
            chores.disarm(.sweepAll)
            events.append(.allDrained(survivors: children == .none ? 0 : max(1, Descendants.all().count)))
            return
        }
        let living = Descendants.all()
        if now >= state.deadline {
            signal(living, .kill)
            for run in runs.values { signal([], of: run, .kill) }
        } else {
            signal(living.filter { state.asked.insert(ProcessKey($0)).inserted }, .term)
        }
        let next = nextSweep(at: now, after: &state.pause, before: state.deadline)
        chores.arm(.sweepAll, at: min(next, state.giveUpAt))
        drainAll = state
    }
}
