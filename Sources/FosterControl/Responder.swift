import FosterAPI
import FosterCore
import FosterHTTP
import FosterSystem
import FosterWire

/// What is to be done about a request.
enum Reply {
    case response(Response)
    /// `/livez`, which asks the init loop.
    case liveness(verbose: Bool)
    /// `/metrics`, which also shows what the loop has counted.
    case metrics
    /// A verb: to be posted; without `wait` its beginning is awaited, with it its end.
    case command(Command, wait: Duration?)
    case stream(EventStream.Request)
    /// `/v1/diagnostics`, which takes longer than this thread may.
    case examination
}

/// Decides what requests get, from the newest status. It reads `/proc` where a route is about processes, and does nothing else.
struct Responder {
    let settings: ControlThread.Settings
    /// The newest that the init loop has published.
    var status: FosterCore.Status
    var bodies = ServiceBodies()
    var processes: ProcessTable
    /// Somebody reads of processes: the init loop is to look for orphans.
    var wantsOrphans = false
    private var lastCommand: UInt64 = 0

    init(_ settings: ControlThread.Settings, status: FosterCore.Status) {
        self.settings = settings
        self.status = status
        processes = ProcessTable(settings.form)
    }

    var life: Life { settings.life }

    /// The reply, and the route it is due to.
    mutating func reply(to exchange: Exchange, at now: Duration) -> (Reply, Route?) {
        let request = exchange.request
        let routing = Routing(request, on: exchange.listener)
        do throws(Refusal) {
            switch routing {
            case .found(let route, let parameter):
                return (try reply(to: exchange, route, parameter, at: now), route)
            case .options(let allow):
                return (.response(Response(.noContent, fields: [Response.Field(.allow, allow)])), nil)
            case .wrongMethod(let allow):
                throw Refusal(
                    .methodNotAllowed, "method-not-allowed", "allowed: \(allow)",
                    fields: [Response.Field(.allow, allow)])
            case .noSuchPath:
                throw Refusal(.notFound, "no-such-path", "there is nothing at this path")
            }
        } catch {
            var route: Route?
            if case .found(let found, _) = routing { route = found }
            return (.response(error.at(request.rawPath).response), route)
        }
    }

    private mutating func reply(
        to exchange: Exchange, _ route: Route, _ parameter: String, at now: Duration
    ) throws(Refusal) -> Reply {
        let request = exchange.request
        let query = try Query(request, allowed: route.query)
        switch route.endpoint {
        case .livez: return .liveness(verbose: try query.flag("verbose"))
        case .readyz: return .response(ReadinessText.ready(status.snapshot, verbose: try query.flag("verbose")))
        case .startupz: return .response(ReadinessText.started(status.snapshot, verbose: try query.flag("verbose")))
        case .metrics: return .metrics
        case .openAPI: return .response(OpenAPIDocument.response)
        case .info: return .response(try info(request))
        case .services: return .response(try services(query, request))
        case .service: return .response(try service(parameter, request))
        case .start, .stop, .restart, .signal:
            let command = try command(route.endpoint, parameter, exchange)
            return .command(command, wait: try Patience.read(query, request))
        case .shutdown: return .command(try shutdown(exchange), wait: nil)
        case .operation: return .response(try operation(parameter))
        case .processes: return .response(try processes(query, at: now))
        case .events: return try events(query, request)
        case .diagnostics: return .examination
        }
    }

    private func info(_ request: Request) throws(Refusal) -> Response {
        let snapshot = status.snapshot
        return try Self.tagged(life.tag(snapshot.revision), request) { () throws(Refusal) in
            JSON.response(
                Info(
                    version: settings.version, form: settings.form.rawValue, pid: Host.pid,
                    phase: snapshot.phase.rawValue, ready: snapshot.ready, started: snapshot.started,
                    startedAt: life.time(settings.startedAt), revision: snapshot.revision,
                    cursor: life.cursor(snapshot.revision)),
                fields: [Response.Field(.eTag, life.tag(snapshot.revision))])
        }
    }

    private func operation(_ id: String) throws(Refusal) -> Response {
        guard let record = status.snapshot.operations.last(where: { $0.id.description == id }) else {
            throw Refusal(.notFound, "no-such-operation", "there is no operation \"\(id)\", or it ended long ago")
        }
        return JSON.response(OperationResource(record, life))
    }

    mutating func nextCommandID() -> CommandID {
        lastCommand &+= 1
        return CommandID(lastCommand)
    }

    /// 304 where the client has what the tag stands for (RFC 9110, section 13.1.2), else the response.
    static func tagged(
        _ tag: @autoclosure () -> String, _ request: Request, _ response: () throws(Refusal) -> Response
    ) throws(Refusal) -> Response {
        if let known = request[.ifNoneMatch], matches(known, tag()) {
            return Response(.notModified, fields: [Response.Field(.eTag, tag())])
        }
        return try response()
    }

    private static func matches(_ known: String, _ tag: String) -> Bool {
        known.split(separator: ",").contains { candidate in
            let text = candidate.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            return text == "*" || text == tag || text.hasPrefix("W/") && text.dropFirst(2) == tag
        }
    }
}
