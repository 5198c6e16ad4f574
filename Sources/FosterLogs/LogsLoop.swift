import FosterCore
import FosterLoop
import FosterSystem
import SystemPackage

/// The logs thread's loop: from the services' pipes and the journal to the sinks.
///
/// A turn takes requests, then the journal, then one read from each pipe that has something. So a service's last lines, which
/// `finish` reads, come before what foster says of its exit, and that before the first lines of its next run.
final class LogsLoop: @unchecked Sendable {
    // Sendable: after `init` everything that changes is touched by the thread that runs the loop alone.

    /// How long the end may take where a sink is stalled.
    private static let closeBudget: Duration = .milliseconds(350)
    private static let retryDelay: Duration = .milliseconds(10)
    /// Dropped lines of a service are reported at once, and then no more often than this.
    private static let dropReportPeriod: Duration = .seconds(10)

    let mail: LogMail
    let sinks: LogSinks
    var reactor: Reactor
    var pumps = SlotMap<Pump>()
    var paused: [SlotKey] = []
    var runs: [RunKey: Run] = [:]
    /// One for all pipes: what is read is cut before the next read.
    var buffer = [UInt8](repeating: 0, count: 65_536)

    private let status: Latest<Status>
    private let statusBell: Doorbell
    private let output: OutputMode
    private var own: OwnLines
    private var journalLines = JournalLines()
    private var cursor: UInt64 = 0
    private var ownLost: UInt64 = 0
    private(set) var width = LogsLoop.ownName.utf8.count
    private var knownServices = 0

    private var outbox: [LogReport] = []
    private var drops: [ServiceID: Drop] = [:]
    private var closing: Closing?

    private static let ownName = "foster"

    /// What belongs to a run, and whether its end has been asked about.
    struct Run {
        var pumps: [SlotKey] = []
        var isFinishing = false
    }

    private struct Drop {
        var lines: UInt64 = 0
        var reportedAt: Duration?
    }

    private struct Closing {
        let deadline: Duration
        var isReported = false
    }

    enum Part: UInt8 {
        case requests, status, room, pipe
    }

    init(
        mail: LogMail, sinks: LogSinks, output: OutputMode, status: Latest<Status>, level: LogLevel,
        format: LogFormat, wallOffset: Duration
    ) throws(Errno) {
        self.mail = mail
        self.sinks = sinks
        self.output = output
        self.status = status
        statusBell = try status.subscribe()
        own = OwnLines(
            level: level, format: format, wallOffset: wallOffset, label: Array("\(Self.ownName): ".utf8))
        reactor = try Reactor()
        try reactor.add(mail.requests.doorbell.descriptor, for: .readable, token: Self.token(.requests))
        try reactor.add(statusBell.descriptor, for: .readable, token: Self.token(.status))
        try reactor.add(sinks.roomBell.descriptor, for: .readable, token: Self.token(.room))
        setWidth(width)
    }

    static func token(_ part: Part, _ slot: SlotKey = SlotKey(index: 0, generation: 0)) -> Reactor.Token {
        Reactor.Token(owner: part.rawValue, slot: slot)
    }

    var isClosing: Bool { closing != nil }

    func run() {
        var batch: [Reactor.Event] = []
        tellJournal()
        while true {
            do {
                try reactor.wait(until: nextDeadline, into: &batch)
            } catch {
                // The descriptors are ours and open: there is nothing that could fail, and nobody to tell.
                return
            }
            turn(batch)
            if let closing, closing.isReported, outbox.isEmpty { return }
        }
    }

    private var nextDeadline: Duration? {
        if !outbox.isEmpty { return Clock.uptime() + Self.retryDelay }
        return closing?.deadline
    }

    private func turn(_ batch: [Reactor.Event]) {
        func has(_ part: Part) -> Bool { batch.contains { $0.token.owner == part.rawValue } }
        if has(.requests) {
            for request in mail.requests.drain(limit: 256) { handle(request) }
        }
        if has(.status) {
            statusBell.clear()
            tellJournal()
        }
        for event in batch where event.token.owner == Part.pipe.rawValue { _ = pull(event.token.slot) }
        if has(.room) {
            sinks.roomBell.clear()
            resume()
            tellLoss()
        }
        if closing != nil { advanceClose() }
        deliver()
    }

    private func handle(_ request: LogRequest) {
        switch request {
        case .attach(let service, let run, let stdout, let stderr):
            guard closing == nil else { return }
            setWidth(max(width, service.name.utf8.count))
            let key = RunKey(service: service, run: run)
            attach(key, source: stdout, sink: sinks.output)
            attach(key, source: stderr, sink: sinks.error)
        case .finish(let service, let run): finish(RunKey(service: service, run: run))
        case .close:
            guard closing == nil else { return }
            closing = Closing(deadline: Clock.uptime() + Self.closeBudget)
            drainAll()
        }
    }

    /// Done when every pipe is read and every sink has taken what it was given, or when the time is over.
    private func advanceClose() {
        guard let closing, !closing.isReported else { return }
        tellJournal()
        let isOver = Clock.uptime() >= closing.deadline
        // Of both sinks, even where the first is not empty yet: each rings for itself.
        let isWaiting = !pumps.isEmpty || sinks.awaitEmpty()
        if isWaiting, !isOver { return }
        report(.closed)
        self.closing?.isReported = true
    }

    // MARK: - Reports

    func report(_ report: LogReport) { outbox.append(report) }

    /// What does not fit is offered again later: a run that is not reported drained delays its exit.
    private func deliver() {
        let count = outbox.prefix { mail.reports.post($0) }.count
        outbox.removeFirst(count)
    }

    func drop(_ lines: UInt64, of service: ServiceID) {
        guard lines > 0 else { return }
        let now = Clock.uptime()
        var drop = drops[service] ?? Drop()
        drop.lines &+= lines
        if drop.reportedAt.map({ now - $0 >= Self.dropReportPeriod }) ?? true {
            report(.dropped(service, lines: drop.lines))
            drop = Drop(lines: 0, reportedAt: now)
        }
        drops[service] = drop
    }

    // MARK: - Foster's own lines

    private func tellJournal() {
        let status = status.value
        measure(status.snapshot)
        while true {
            guard let entries = status.journal.entries(after: cursor, limit: 256) else {
                guard let first = status.journal.firstRevision, first > cursor &+ 1 else { return }
                say(
                    LogLine(
                        level: .warning, time: Clock.uptime(),
                        text: "\(first &- 1 &- cursor) events are not told: too many at once"))
                cursor = first &- 1
                continue
            }
            guard let last = entries.last else { return }
            cursor = last.revision
            say(journalLines.lines(for: entries))
        }
    }

    /// Foster's own lines wait for nobody: what stderr has no room for is counted.
    func say(_ lines: LogLine...) { say(lines) }

    private func say(_ lines: [LogLine]) {
        let chunk = own.chunk(lines)
        guard chunk.lines > 0, !sinks.error.isDead else { return }
        tellLoss()
        if ownLost == 0, sinks.error.hasRoom, sinks.error.put(chunk) { return }
        ownLost &+= chunk.lines
        sinks.awaitRoom(of: sinks.error)
    }

    private func tellLoss() {
        guard ownLost > 0, sinks.error.hasRoom else { return }
        let text = "\(ownLost) lines of foster's own were lost while stderr was stalled"
        if sinks.error.put(own.chunk([LogLine(level: .error, time: Clock.uptime(), text: text)])) { ownLost = 0 }
    }

    /// Names are padded to the longest, as soon as it is known.
    private func measure(_ snapshot: Snapshot) {
        guard snapshot.services.count != knownServices else { return }
        knownServices = snapshot.services.count
        setWidth(snapshot.services.reduce(width) { max($0, $1.spec.id.name.utf8.count) })
    }

    private func setWidth(_ width: Int) {
        guard output == .prefix else { return }
        own.label = LineCutter.label(Self.ownName, "|", width: width)
        guard width > self.width else { return }
        self.width = width
        for key in pumps.keys {
            guard let pump = pumps[key] else { continue }
            pump.cutter.setLabel(name: pump.run.service.name, width: width)
        }
    }
}
