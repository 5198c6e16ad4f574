import FosterHTTP
import FosterLoop
import FosterSystem
import FosterWire
import Foundation
import SystemPackage

/// A server on real sockets, driven turn by turn by the test itself; deadlines go by a clock that only the test moves.
final class Bench {
    private var reactor: Reactor
    private var server: Server
    var now: Duration = .seconds(1000)
    private var paths: [String] = []
    private var batch: [Reactor.Event] = []
    /// How many events the last turn brought.
    var eventCount: Int { batch.count }
    /// Exchanges that the application did not answer: `/hold`, and `/stream` once its stream has begun.
    private(set) var held: [Exchange] = []
    private(set) var seen: [Exchange] = []

    init(_ limits: Limits = Limits()) throws {
        reactor = try Reactor()
        server = try Server(owner: 7, limits: limits, fixedFields: [.init(.cacheControl, "no-store")]) { error, name in
            var response = Response(error.status, text: "\(name.rawValue): \(error.code)\n")
            if error == .tooManyConnections { response.fields.append(.init(.retryAfter, "1")) }
            return response
        }
    }

    deinit {
        for path in paths { unlink(path) }
    }

    func listenTCP(
        _ name: ListenerName = "probe", connections: Int? = nil, isUrgent: Bool = false
    ) throws -> Address {
        let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
        try server.listen(listener, name: name, connections: connections, isUrgent: isUrgent, on: reactor)
        return .tcp(listener.port)
    }

    func listenUnix(_ name: ListenerName = "control", connections: Int? = nil) throws -> Address {
        let path = "/tmp/foster-http-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        paths.append(path)
        let listener = try Listener.unix(path: path, mode: 0o600)
        try server.listen(listener, name: name, connections: connections, on: reactor)
        return .unix(path)
    }

    /// One turn of a loop: events, then complete requests, then deadlines.
    func turn() throws {
        try reactor.wait(until: Clock.uptime() + .milliseconds(5), into: &batch)
        for event in batch { _ = server.handle(event, on: reactor, now: now) }
        while let exchange = server.nextExchange() { answer(exchange) }
        server.expire(now: now, on: reactor)
    }

    /// Turns until the fact holds; false when it does not within ten real seconds.
    func turn(until fact: () throws -> Bool) throws -> Bool {
        let deadline = Clock.uptime() + .seconds(10)
        while Clock.uptime() < deadline {
            if try fact() { return true }
            try turn()
        }
        return try fact()
    }

    func respond(to id: ExchangeID, _ response: Response) -> Bool {
        server.respond(to: id, response, on: reactor, now: now)
    }

    func send(_ text: String, to id: ExchangeID) -> StreamState {
        server.send(Array(text.utf8), to: id, on: reactor, now: now)
    }

    func finish(_ id: ExchangeID) { server.finish(id, on: reactor, now: now) }

    func cut(_ id: ExchangeID) { server.cut(id, on: reactor, now: now) }
    func drain() { server.drain(on: reactor, now: now) }
    func isAlive(_ id: ExchangeID) -> Bool { server.isAlive(id) }
    var isEmpty: Bool { server.isEmpty }
    var nextDeadline: Duration? { server.nextDeadline }
    var statistics: [ListenerStatistics] { server.statistics }
    var total: ListenerStatistics? { server.statistics.first }

    private func answer(_ exchange: Exchange) {
        seen.append(exchange)
        let request = exchange.request
        switch request.rawPath {
        case "/hold":
            held.append(exchange)
        case "/stream":
            let head = Response(.ok, contentType: "text/event-stream")
            guard server.startStream(exchange.id, head, on: reactor, now: now) != .closed else { return }
            held.append(exchange)
        case "/echo":
            _ = respond(to: exchange.id, Response(.ok, body: request.body))
        case "/big":
            _ = respond(to: exchange.id, Response(.ok, body: [UInt8](repeating: 0x78, count: 16 << 20)))
        case "/unencodable":
            _ = respond(to: exchange.id, Response(.ok, fields: [.init(.location, "a\r\nb: c")]))
        default:
            _ = respond(to: exchange.id, Response(.ok, text: request.rawPath + "\n"))
        }
    }
}
