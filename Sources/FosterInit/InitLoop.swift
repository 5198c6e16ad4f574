public import FosterCore
import FosterLogs
import FosterLoop
public import FosterSystem
public import SystemPackage

/// The init loop: turns what the kernel and the other threads say into events, hands them to the supervisor, and has the
/// runner perform the effects. It runs on the main thread, alone, and never waits for anything but its reactor.
public struct InitLoop: ~Copyable {
    private let settings: InitSettings
    private var reactor: Reactor
    private let signals: SignalDescriptor
    private let witness: (any Witness)?
    private var supervisor: Supervisor
    private var runner: Runner
    private var reception: Reception?
    /// When the reception is opened again after a thread could not be started.
    private var receptionRetry: Duration?

    private var batch: [Reactor.Event] = []
    /// Whose doorbells rang in this turn.
    private var rung: [Owner] = []
    private var events: [Event] = []
    private var effects: [Effect] = []
    private var hasBacklog = false
    /// Whether there may be a reader of what is published; until then nothing is.
    private var isRead: Bool

    /// The signals in `mask` must be blocked already.
    public init(
        _ settings: InitSettings, signals mask: SignalMask, witness: (any Witness)? = nil
    ) throws(Errno) {
        let reactor = try Reactor()
        let signals = try SignalDescriptor(mask)
        try reactor.add(signals.descriptor, for: .readable, token: Owner.signals.token)
        try reactor.add(settings.requests.doorbell.descriptor, for: .readable, token: Owner.requests.token)
        if let logs = settings.logs {
            try reactor.add(logs.reports.doorbell.descriptor, for: .readable, token: Owner.logs.token)
        }
        self.settings = settings
        isRead = settings.logs != nil
        self.reactor = reactor
        self.signals = signals
        self.witness = witness
        supervisor = Supervisor(plan: settings.plan)
        runner = Runner(settings, witness)
    }

    /// Starts what is wanted up, before anything else takes its time.
    public mutating func begin() {
        events.append(.begin)
        settle(at: Clock.uptime())
    }

    /// Writes something into the journal that happened outside of the loop.
    public mutating func note(_ event: JournalEvent) { events.append(.observed(event)) }

    /// Watches listeners until the first caller comes.
    public mutating func watch(_ reception: Reception) throws(Errno) {
        self.reception = reception
        for listener in reception.listeners {
            try reactor.add(listener.descriptor, for: .readable, token: Owner.reception.token)
        }
    }

    /// Turns until the supervisor has finished; the exit code.
    public mutating func run() -> UInt8 {
        settle(at: Clock.uptime())
        // It may have finished already, where nothing could be launched: then nothing would ever wake a turn.
        while runner.exitCode == nil { turn() }
        return runner.exitCode ?? 0
    }

    /// Why the newest failed launch failed.
    public var lastFailure: SpawnFailure? { runner.lastFailure }

    /// One turn. Its order is the scheduling policy: what the kernel says comes first, what operators want last and bounded.
    private mutating func turn() {
        wait()
        let now = Clock.uptime()
        rung.removeAll(keepingCapacity: true)
        for event in batch { take(event, at: now) }
        if runner.collectExits(limit: 1024, on: &reactor, at: now, into: &events) { hasBacklog = true }
        if rung.contains(.files) { runner.collectFiles(on: &reactor, at: now, into: &events) }
        if rung.contains(.logs) { runner.collectLogReports(into: &events) }
        runner.expireTimers(on: &reactor, at: now, into: &events)
        retryReception(at: now)
        if rung.contains(.requests) { takeRequests(at: now) }
        settle(at: now)
    }

    private mutating func wait() {
        let due = Duration.earlier(runner.nextDeadline, receptionRetry)
        let deadline = hasBacklog || !events.isEmpty ? .zero : due
        hasBacklog = false
        do throws(Errno) {
            try reactor.wait(until: deadline, into: &batch)
        } catch {
            // The kernel is short of something: go on with what needs no reactor, and do not spin.
            batch.removeAll()
            Clock.pause(.milliseconds(10))
        }
    }

    private mutating func take(_ event: Reactor.Event, at now: Duration) {
        guard let owner = Owner(rawValue: event.token.owner) else { return }
        switch owner {
        case .signals: takeSignals()
        case .launches: runner.launchReported(event.token.slot, on: &reactor, into: &events)
        case .notifications: runner.takeNotifications(event.token.slot, at: now, into: &events)
        case .reception:
            isRead = true
            runner.publish(supervisor.snapshot, at: now)
            openReception(at: now)
        // Doorbells: their queues are drained in the turn's order.
        case .requests, .files, .logs: rung.append(owner)
        }
    }

    private mutating func takeSignals() {
        signals.drain { received in
            guard let signal = Signal(number: Int(received.number)) else { return }
            witness?.saw(.signal(signal))
            if signal == .child { return runner.followStop(into: &events) }
            runner.count(signal)
            // What foster's own writes caused is nobody else's business.
            if signal == .pipe || signal == .fileSizeExceeded, received.sender == Host.pid { return }
            events.append(.signal(SignalMessage(signal, value: received.value)))
        }
    }

    private mutating func takeRequests(at now: Duration) {
        for request in settings.requests.drain(limit: 32) {
            switch request {
            case .command(let command):
                events.append(.command(command))
                runner.answerCommand()
            case .lookForOrphans: runner.lookForOrphans(at: now, into: &events)
            case .ping(let number): runner.answer(ping: number)
            case .note(let event): note(event)
            }
        }
    }

    private mutating func openReception(at now: Duration) {
        guard let reception = reception.take() else { return }
        for listener in reception.listeners { try? reactor.remove(listener.descriptor) }
        if reception.open() { return }
        self.reception = reception
        receptionRetry = now + .seconds(1)
    }

    private mutating func retryReception(at now: Duration) {
        guard let retry = receptionRetry, now >= retry, let reception = reception.take() else { return }
        receptionRetry = nil
        try? watch(reception)
    }

    /// Handles events until there are none left, the ones that effects caused included, and publishes the outcome.
    private mutating func settle(at now: Duration) {
        var index = 0
        while index < events.count {
            supervisor.handle(events[index], at: now, effects: &effects)
            index += 1
            for effect in effects { runner.perform(effect, on: &reactor, at: now, followUps: &events) }
            effects.removeAll(keepingCapacity: true)
        }
        events.removeAll(keepingCapacity: true)
        if isRead { runner.publish(supervisor.snapshot, at: now) }
    }
}
