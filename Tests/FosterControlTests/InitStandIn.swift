import FosterCore
import FosterLoop
import FosterSystem
import SystemPackage

@testable import FosterControl

/// The init side of a test: a supervisor without processes, that takes a turn when the test says so.
final class InitStandIn {
    let status = Latest(FosterCore.Status())
    let requests: Mailbox<InitRequest>
    /// Whether a launch is reported as executed at once.
    var spawnsAtOnce = true
    /// What the supervisor wanted to be done, besides the journal.
    private(set) var effects: [Effect] = []
    private(set) var pings: [UInt64] = []
    /// How often it has been asked to look for orphans.
    private(set) var looks = 0
    private var supervisor: Supervisor
    private var published = FosterCore.Status()
    private var reactor: Reactor
    private var batch: [Reactor.Event] = []

    init(_ services: [ServiceSpec], mailbox capacity: Int = 16) throws {
        supervisor = Supervisor(plan: Plan(form: .services, output: .inherit, services: services))
        requests = try Mailbox(capacity: capacity)
        reactor = try Reactor()
        try reactor.add(requests.doorbell.descriptor, for: .readable, token: Reactor.Token(owner: 0))
        publish()
    }

    /// Lets things happen, in this order, and publishes.
    func happen(_ events: Event...) { happen(events) }

    /// Publishes what has been noted since last time.
    func publish(_ change: (inout FosterCore.Status) -> Void = { _ in }) {
        change(&published)
        published.snapshot = supervisor.snapshot
        status.publish(published)
    }

    /// Lets something be written into the journal, without publishing it.
    func note(_ event: JournalEvent) { handle([.observed(event)]) }

    /// Waits for requests and does what they ask. False: none came in time.
    @discardableResult
    func takeRequests(within limit: Duration = .seconds(5)) throws -> Bool {
        try reactor.wait(until: Clock.uptime() + limit, into: &batch)
        guard !batch.isEmpty else { return false }
        var events: [Event] = []
        for request in requests.drain(limit: 100) {
            switch request {
            case .command(let command): events.append(.command(command))
            case .lookForOrphans: looks += 1
            case .ping(let number):
                pings.append(number)
                published.answeredPing = number
            case .note(let event): events.append(.observed(event))
            }
        }
        happen(events)
        return true
    }

    private func happen(_ events: [Event]) {
        handle(events)
        publish()
    }

    private func handle(_ events: [Event]) {
        var left = events[...]
        while let event = left.popFirst() {
            var news: [Effect] = []
            supervisor.handle(event, at: Clock.uptime(), effects: &news)
            for effect in news {
                switch effect {
                case .announce(let entry): published.journal.append(entry)
                case .launch(let id, let run) where spawnsAtOnce:
                    left.append(.spawned(id, run: run, pid: Int32(run.number) + 1000))
                case .drain(let id, let run, _): left.append(.drained(id, run: run, killed: false))
                default: effects.append(effect)
                }
            }
        }
    }
}
