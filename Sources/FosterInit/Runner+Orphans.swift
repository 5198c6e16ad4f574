import FosterCore
import FosterLoop
import FosterSystem

// Orphans are somebody's: the journal tells whose, and under `orphans: terminate` those of services are ended. Foster looks for
// them when somebody asks and when it sweeps anyway; by itself only where they are to end.
extension Runner {
    /// How often they are looked for where they are to end, and how often at most when children die.
    private static let orphanInterval: Duration = .seconds(1)
    private static let orphanPause: Duration = .milliseconds(100)
    /// Orphans that one sweep writes into the journal, and environments that are read for it: the next one goes on.
    private static let newsAtOnce = 128
    private static let markersAtOnce = 256

    private var terminatesOrphans: Bool { settings.plan.orphans == .terminate && drainAll == nil }

    mutating func lookForOrphans(at now: Duration, into events: inout [Event]) {
        noteOrphans(in: .sweep(), at: now, into: &events)
    }

    /// Takes note of a sweep that was made for whatever reason.
    mutating func noteOrphans(in tree: ProcessTree, at now: Duration, into events: inout [Event]) {
        orphansSeenAt = now
        // Without foster itself there is no /proc, or no descriptor to read it: nothing has been seen then.
        if tree[Host.pid] != nil {
            orphans.take(
                Array(tree.all), foster: Host.pid, runs: servicesByLeader, own: ownChildren, at: now)
            if settings.plan.form == .services { readMarkers() }
            for orphan in orphans.takeNews(limit: Self.newsAtOnce) {
                events.append(
                    .observed(
                        .processAdopted(orphan.identity, name: orphan.facts.name, service: orphan.service)))
            }
        }
        if terminatesOrphans { terminateOrphans(at: now) }
    }

    var servicesByLeader: [Int32: ServiceID] {
        Dictionary(
            runs.values.compactMap { run in run.leader.map { ($0, run.service) } }, uniquingKeysWith: { $1 })
    }

    /// What foster has started itself and not reaped.
    var ownChildren: Set<Int32> { failedLaunches.union(byPid.keys) }

    /// What left its session and group before anybody looked is known by the variable that services are started with.
    private mutating func readMarkers() {
        for pid in orphans.unexamined(limit: Self.markersAtOnce) {
            let name = ProcFS.environmentVariable(ServiceSpec.marker, of: pid).map { ServiceID($0) }
            orphans.note(pid, cameFrom: settings.plan.services.first { $0.id == name }?.id)
        }
    }

    // MARK: - Their end

    private mutating func terminateOrphans(at now: Duration) {
        for (facts, signal) in orphans.takeDue(orphanGraces, at: now) { self.signal([facts], signal) }
        let next = now + Self.orphanInterval
        chores.arm(.orphans, at: min(next, orphans.nextKill(from: now) ?? next))
    }

    /// What a dead run left behind is the drain's, with a deadline of its own.
    private var orphanGraces: [ServiceID: Duration] {
        var graces: [ServiceID: Duration] = [:]
        // The init form's command is asked by nobody but the caller of foster.
        let given = settings.plan.form == .command ? settings.plan.grace : nil
        for spec in settings.plan.services {
            switch runs[spec.id]?.phase {
            case .ended, .draining: continue
            case nil, .preparing, .launching, .running: graces[spec.id] = given ?? spec.stop.grace
            }
        }
        return graces
    }

    /// Children have died, and orphans may have come of that.
    mutating func parentsMayHaveDied(at now: Duration, into events: inout [Event]) {
        guard terminatesOrphans else { return }
        let next = orphansSeenAt + Self.orphanPause
        if now >= next { lookForOrphans(at: now, into: &events) } else { chores.arm(.orphans, at: next) }
    }

    // MARK: - Their death

    struct DeadOrphan {
        let pid: Int32
        var name: String?
        var service: ServiceID?
        /// How long it was known to be one.
        var time: Duration?

        func reaped(_ status: ExitStatus) -> JournalEvent {
            .processReaped(pid: pid, status, name: name, service: service, after: time)
        }
    }

    /// What is known of an adopted child that has died and is not reaped yet.
    mutating func died(_ child: DeadChild, looksItUp: Bool, at now: Duration) -> DeadOrphan {
        var dead = DeadOrphan(pid: child.pid)
        if let orphan = orphans.remove(child.pid) {
            dead.name = orphan.facts.name
            dead.service = orphan.service
            dead.time = now - orphan.since
        } else if looksItUp, orphans.mayLook(at: now), let facts = ProcFS.facts(of: child.pid) {
            dead.name = facts.name
            dead.service = orphans.service(of: facts, runs: servicesByLeader, own: ownChildren)
        }
        return dead
    }
}
