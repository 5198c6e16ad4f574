import FosterCore
import FosterFiles
import FosterLogs
import FosterLoop
import FosterSystem
import SystemPackage

/// Performs the supervisor's effects on real processes, and says what came of them.
struct Runner {
    let settings: InitSettings
    let witness: (any Witness)?
    var files: FilesThread?
    /// Requests that the files thread had no room for.
    var filesBacklog: [FilesRequest] = []
    /// What services read from.
    var nullInput: SharedDescriptor?
    var runs = SortedTable<ServiceID, LiveRun>()
    var byPid = SortedTable<Int32, LiveRun>()
    /// Dead before exec, reported as a failure already, to be reaped without a word.
    var failedLaunches: Set<Int32> = []
    var launches = SlotMap<LiveRun>()
    var notifications = SlotMap<NotifyChannel>()
    var publisher: StatusPublisher
    var drainAll: DrainAll?
    var orphans: Orphans
    /// When `/proc` was last swept for them.
    var orphansSeenAt: Duration = .zero
    /// Mail that the logs thread had no room for: a descriptor is never dropped.
    var logBacklog: [LogRequest] = []
    private(set) var exitCode: UInt8?
    /// The newest launch that failed: the init form says it at the end.
    var lastFailure: SpawnFailure?

    /// When a full queue is tried again.
    static let retryDelay: Duration = .milliseconds(20)

    private var timers = Timers<TimerKey>()
    var chores = Timers<Chore>()
    private var upward: UpwardQueue?
    /// Whether the init form's command speaks to the supervisor above, through foster.
    let relays: Bool
    /// Whether the init form has a terminal.
    let hasTerminal: Bool
    /// Whether anybody can ever read the journal.
    let isObservable: Bool
    /// How often the supervisor above is to hear that the init loop turns.
    private let watchdog: Duration?
    private var finishing: UInt8?
    private var isClosing = false

    /// What the loop does on its own account at some time.
    enum Chore: Hashable {
        case sweep(ServiceID)
        case sweepAll
        /// Looks for orphans where they are to end.
        case orphans
        /// The logs thread has had its time to write what is left.
        case flushOver
        case retryLogs
        case retryFiles
        /// The queue of the supervisor above was full.
        case retryUpward
        /// The supervisor above wants to hear that the loop turns.
        case watchdog
    }

    /// The socket on which one run says that it is ready.
    struct NotifyChannel {
        let socket: NotifySocket
        let run: LiveRun
    }

    init(_ settings: InitSettings, _ witness: (any Witness)? = nil) {
        self.settings = settings
        self.witness = witness
        publisher = StatusPublisher(settings.status)
        isObservable = settings.logs != nil || settings.plan.control != .off || settings.plan.probe != nil
        let isAttentive = settings.plan.conduct.isAttentive
        hasTerminal = settings.plan.form == .command && isAttentive && ControllingTerminal.exists
        let above = isAttentive ? UpwardNotifier() : nil
        // The init form's command speaks for itself, unless it is said not to.
        let speaksForItself = settings.plan.form == .command && settings.plan.ready == .notify
        upward = above.map { UpwardQueue($0) }
        relays = speaksForItself && above != nil
        watchdog = upward == nil || speaksForItself ? nil : WatchdogInterval.given()
        // Whatever is adopted later came from the command, unless foster was given children already.
        let isAlone = settings.plan.form == .command && Children.peek() == .none
        orphans = Orphans(onlyService: isAlone ? .main : nil)
        if watchdog != nil { chores.arm(.watchdog, at: .zero) }
        if settings.plan.orphans == .terminate { chores.arm(.orphans, at: .zero) }
    }

    /// The next time at which something is due.
    var nextDeadline: Duration? {
        .earlier(timers.next, .earlier(chores.next, publisher.heldUntil))
    }

    mutating func perform(
        _ effect: Effect, on reactor: inout Reactor, at now: Duration, followUps events: inout [Event]
    ) {
        switch effect {
        case .launch(let service, let id): launch(service, id, on: &reactor, at: now, into: &events)
        case .deliver(let message, let service, let id, let scope):
            guard let run = live(service, id) else { return }
            deliver(message, to: run, scope)
        case .kill(let service, let id): kill(service, id, on: &reactor, at: now, into: &events)
        case .drain(let service, let id, let deadline): drain(service, id, deadline, at: now, into: &events)
        case .drainAll(let deadline, let giveUpAt):
            beginDrainAll(deadline: deadline, giveUpAt: giveUpAt, at: now, into: &events)
        case .arm(let key, let deadline): timers.arm(key, at: deadline)
        case .disarm(let key): timers.disarm(key)
        case .announce(let entry): publisher.append(entry)
        case .suspend: Host.stop()
        case .tell(let message): tell(message, at: now)
        case .finish(let code): finish(code)
        }
    }

    /// The run, unless it is another one by now or is over.
    func live(_ service: ServiceID, _ id: RunID) -> LiveRun? {
        guard let run = runs[service], run.id == id else { return nil }
        return run
    }

    /// The leaders of every run but this one.
    func leaders(besides run: LiveRun?) -> Set<Int32> {
        Set(runs.values.lazy.filter { $0 !== run }.compactMap(\.leader))
    }

    mutating func expireTimers(on reactor: inout Reactor, at now: Duration, into events: inout [Event]) {
        for key in timers.expire(at: now) { events.append(.timer(key)) }
        for chore in chores.expire(at: now) {
            switch chore {
            case .sweep(let service): continueDrain(service, at: now, into: &events)
            case .sweepAll: continueDrainAll(at: now, into: &events)
            case .orphans: lookForOrphans(at: now, into: &events)
            case .flushOver: exitCode = finishing
            case .retryLogs: sendLogBacklog(at: now)
            case .retryFiles: sendFilesBacklog(at: now)
            case .watchdog: feedWatchdog(at: now)
            case .retryUpward:
                upward?.flush()
                awaitRoomAbove(at: now)
            }
        }
    }

    // MARK: - Signals

    mutating func count(_ signal: Signal) { publisher.counters.signalsReceived[Int(signal.number)] &+= 1 }

    /// Sends now, or once the program has been executed.
    mutating func deliver(_ message: SignalMessage, to run: LiveRun, _ scope: SignalScope) {
        guard case .running(let child) = run.phase else {
            run.pending.append((message, scope))
            return
        }
        do throws(Errno) {
            switch scope {
            case .leader: try child.signal(message.signal.number, value: message.value)
            case .group: try child.signalGroup(message.signal.number)
            case .tree:
                try child.signal(message.signal.number, value: message.value)
                signal(Descendants.of(run, others: leaders(besides: run)), message.signal)
            }
        } catch {
            // It died meanwhile, or belongs to somebody else by now: counted, never fatal.
            publisher.counters.signalsUndelivered &+= 1
        }
    }

    mutating func signal(_ processes: [ProcessFacts], _ signal: Signal) {
        for facts in processes {
            do throws(Errno) {
                try Host.signal(facts, signal.number)
            } catch {
                if error != .noSuchProcess { publisher.counters.signalsUndelivered &+= 1 }
            }
        }
    }

    // MARK: - Other threads

    mutating func answer(ping: UInt64) { publisher.answer(ping: ping) }
    mutating func answerCommand() { publisher.answerCommand() }

    mutating func publish(_ snapshot: Snapshot, at now: Duration) {
        let closes = finishing != nil && !isClosing
        if closes { publisher.releaseAll() }
        publisher.publish(snapshot, at: now)
        // Only now: what is told of the end is told from what has been published.
        if closes { close(at: now) }
    }

    mutating func send(_ request: LogRequest, at now: Duration) {
        logBacklog.append(request)
        sendLogBacklog(at: now)
    }

    private mutating func sendLogBacklog(at now: Duration) {
        guard let logs = settings.logs else {
            logBacklog.removeAll()
            return
        }
        let sent = logBacklog.prefix { logs.requests.post($0) }.count
        logBacklog.removeFirst(sent)
        if !logBacklog.isEmpty { chores.arm(.retryLogs, at: now + Self.retryDelay) }
    }

    mutating func collectLogReports(into events: inout [Event]) {
        guard let logs = settings.logs else { return }
        for report in logs.reports.drain(limit: 256) {
            switch report {
            case .drained(let service, let run): publisher.release(service, run)
            case .dropped(let service, let lines): events.append(.observed(.logDropped(service, lines: lines)))
            case .closed: if let finishing { exitCode = finishing }
            }
        }
    }

    private mutating func tell(_ message: UpwardMessage, at now: Duration) {
        // The command tells its own.
        if relays { return }
        let text =
            switch message {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .status(let status): "STATUS=\(status)"
            case .extendTimeout(let time): "EXTEND_TIMEOUT_USEC=\(time.wholeMicroseconds)"
            }
        sendUp(.own(text), at: now)
    }

    mutating func sendUp(_ message: UpwardQueue.Message, at now: Duration) {
        upward?.send(message)
        awaitRoomAbove(at: now)
    }

    private mutating func awaitRoomAbove(at now: Duration) {
        if let pause = upward?.nextPause() { chores.arm(.retryUpward, at: now + pause) }
    }

    private mutating func feedWatchdog(at now: Duration) {
        guard let watchdog else { return }
        upward?.sendNow("WATCHDOG=1")
        chores.arm(.watchdog, at: now + watchdog)
    }

    // MARK: - The end

    /// How long the logs thread has for what is left to write.
    private static let flushTime: Duration = .milliseconds(500)

    private mutating func finish(_ code: UInt8) {
        guard finishing == nil else { return }
        finishing = code
        if settings.logs == nil { exitCode = code }
    }

    private mutating func close(at now: Duration) {
        isClosing = true
        chores.arm(.flushOver, at: now + Self.flushTime)
        send(.close, at: now)
    }
}

extension Duration {
    /// Microseconds, the rest cut off: what sd_notify(3) has numbers in.
    fileprivate var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds &* 1_000_000 &+ attoseconds / 1_000_000_000_000
    }
}
