import FosterAPI
import FosterCore
import FosterHTTP
import FosterLoop
import FosterSystem
import FosterWire
import SystemPackage

/// Moves requests, commands and streams: the responder decides, this performs.
struct ControlLoop: ~Copyable {
    /// Requests answered before the kernel is asked again for what else there is: who pipelines without end must not keep
    /// the others waiting.
    static let requestsPerTurn = 256
    /// How long that may take; a request that was begun is finished. Then health has its turn.
    static let timePerTurn: Duration = .milliseconds(1)
    /// How long the init loop may take to accept a command, before the answer is 503.
    static let patience: Duration = .seconds(5)

    private static let server: UInt8 = 1
    private static let status: UInt8 = 2
    private static let ending: UInt8 = 3
    private static let examined: UInt8 = 4

    var reactor: Reactor
    var server: Server
    var responder: Responder
    var counts = RequestCounts()
    var liveness = Liveness()
    /// Exchanges that wait for an operation to begin or to end.
    var parked: [ParkedRequest] = []
    /// Exchanges that wait for the examination under way.
    var examining: [ExaminedRequest] = []
    /// Whether there is one, also when nobody waits for it any more.
    var isExamining = false
    let examinations: Mailbox<Diagnostics>
    var streams: [EventStream] = []
    var texts = EventTexts()
    /// When the init loop may be asked to look for orphans again.
    var nextOrphans: Duration = .zero
    /// Whether there is more to do at once.
    var hasBacklog = false

    let requests: Mailbox<InitRequest>
    private let latest: Latest<Status>
    private let doorbell: Doorbell
    private let ending: ControlEnding

    init(
        _ settings: ControlThread.Settings, status: Latest<Status>, requests: Mailbox<InitRequest>,
        ending: ControlEnding
    ) throws(Errno) {
        let reactor = try Reactor()
        let doorbell = try status.subscribe()
        try reactor.add(doorbell.descriptor, for: .readable, token: Reactor.Token(owner: Self.status))
        try reactor.add(ending.asked.descriptor, for: .readable, token: Reactor.Token(owner: Self.ending))
        let examinations = try Mailbox<Diagnostics>(capacity: 1)
        try reactor.add(
            examinations.doorbell.descriptor, for: .readable, token: Reactor.Token(owner: Self.examined))
        let server = try Self.makeServer()
        self.examinations = examinations
        self.reactor = reactor
        self.server = server
        self.doorbell = doorbell
        latest = status
        self.ending = ending
        self.requests = requests
        responder = Responder(settings, status: status.value)
    }

    private static func makeServer() throws(Errno) -> Server {
        do throws(ResponseError) {
            let limits = Limits(openFiles: OpenFilesLimit.current().soft)
            return try Server(owner: server, limits: limits, fixedFields: fixedFields) { error, _ in
                Refusal(error).response
            }
        } catch {
            // The fields are constants that every test sends: this cannot happen.
            throw .invalidArgument
        }
    }

    private static let fixedFields: [Response.Field] = [
        Response.Field(.cacheControl, "no-store"),
        Response.Field(.xContentTypeOptions, "nosniff"),
        Response.Field(.contentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'"),
    ]

    mutating func listen(_ listener: Listener, _ name: ListenerName) throws(Errno) {
        try server.listen(listener, name: name, isUrgent: name == .probe, on: reactor)
        counts.seed(name)
    }

    /// Runs until the kernel refuses to wait, which epoll_wait(2) does for a broken descriptor only.
    mutating func run() {
        var batch: [Reactor.Event] = []
        while true {
            do throws(Errno) {
                try reactor.wait(until: hasBacklog ? .zero : nextDeadline, into: &batch)
            } catch {
                return
            }
            turn(batch, at: Clock.uptime())
        }
    }

    private mutating func turn(_ batch: [Reactor.Event], at now: Duration) {
        hasBacklog = false
        var isNews = false
        var isEnding = false
        for event in batch {
            switch event.token.owner {
            case Self.status:
                doorbell.clear()
                isNews = true
            case Self.ending:
                ending.asked.clear()
                isEnding = true
            case Self.examined: answerExamined(at: now)
            default: _ = server.handle(event, on: reactor, now: now)
            }
        }
        if isNews || isEnding { responder.status = latest.value }
        answerRequests(at: now)
        settleParked(isNews: isNews || isEnding, at: now)
        giveUpExaminations(at: now)
        feedStreams(at: now)
        askForOrphans(at: now)
        server.expire(now: now, on: reactor)
        // What a late answer has uncovered, in a pipeline, is announced by no event.
        if server.hasExchange { hasBacklog = true }
        if isEnding { ending.finish() }
    }

    private var nextDeadline: Duration? {
        var next = server.nextDeadline
        for request in parked { next = min(next ?? request.deadline, request.deadline) }
        for stream in streams {
            let due = stream.admitsProcesses ? min(stream.nextNotice, nextOrphans) : stream.nextNotice
            next = min(next ?? due, due)
        }
        if responder.wantsOrphans { next = min(next ?? nextOrphans, nextOrphans) }
        for request in examining { next = min(next ?? request.giveUpAt, request.giveUpAt) }
        return next
    }

    private mutating func answerRequests(at now: Duration) {
        for _ in 0..<Self.requestsPerTurn {
            guard let exchange = server.nextExchange() else { return }
            answer(exchange, at: now)
            guard Clock.uptime() < now + Self.timePerTurn else { return }
        }
    }

    private mutating func answer(_ exchange: Exchange, at now: Duration) {
        let (reply, route) = responder.reply(to: exchange, at: now)
        let origin = RequestOrigin(exchange, route: route)
        switch reply {
        case .response(let response): respond(to: origin, response, at: now)
        case .liveness(let verbose):
            let answered = responder.status.answeredPing
            let requests = requests
            liveness.ask(answered: answered, at: now) { requests.post(.ping($0)) }
            respond(to: origin, liveness.response(answered: answered, verbose: verbose, at: now), at: now)
        case .metrics:
            let http = HTTPFacts(listeners: server.statistics, requests: counts, streams: streams.count)
            respond(to: origin, responder.metrics(http, at: now), at: now)
        case .command(let command, let wait): pass(command, from: origin, wait: wait, at: now)
        case .stream(let request): open(request, for: origin, at: now)
        case .examination: examine(for: origin, at: now)
        }
    }

    mutating func respond(to origin: RequestOrigin, _ response: Response, at now: Duration) {
        counts.note(origin.label, code: response.status.code)
        server.respond(to: origin.exchange, response, on: reactor, now: now)
    }

    mutating func refuse(_ origin: RequestOrigin, _ refusal: Refusal, at now: Duration) {
        respond(to: origin, refusal.at(origin.path).response, at: now)
    }
}

/// Who is to be answered, and what the answer is counted under.
struct RequestOrigin {
    let exchange: ExchangeID
    let path: String
    let label: RequestCounts.Label

    init(_ exchange: Exchange, route: Route?) {
        self.exchange = exchange.id
        // The path of hot routes, which are never refused later, is not needed.
        path = route?.mayTakeLong ?? true ? exchange.request.rawPath : ""
        label = RequestCounts.Label(
            listener: exchange.listener, method: exchange.request.method, route: route?.template)
    }
}
