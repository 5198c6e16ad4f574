import FosterWire
import FosterAPI
import FosterHTTP

/// What a route does; the raw value is its `operationId` in openapi.yaml.
enum Endpoint: String, CaseIterable, Sendable {
    case livez, readyz, startupz, metrics
    case openAPI = "openapi"
    case info
    case services = "listServices"
    case service = "getService"
    case start = "startService"
    case stop = "stopService"
    case restart = "restartService"
    case signal = "signalService"
    case operation = "getOperation"
    case processes = "listProcesses"
    case events = "readEvents"
    case diagnostics = "getDiagnostics"
    case shutdown
}

/// One method of one path: who may use it where, what it takes, and what it can answer.
///
/// A class, because each request looks at several.
final class Route: Sendable {
    let method: HTTPMethod
    let template: String
    let endpoint: Endpoint
    let listeners: Set<ListenerName>
    /// The query parameters that it knows.
    let query: [String]
    /// Every status it can answer by itself, the usual one first. What stops a request before it reaches a route (no such
    /// path, wrong method, not readable) is not among them.
    let statuses: [Int]
    private let segments: [Segment]
    /// Whether the template is a path as it stands.
    let isLiteral: Bool

    private enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter
    }

    init(
        _ method: HTTPMethod, _ template: String, _ endpoint: Endpoint, on listeners: Set<ListenerName>,
        query: [String] = [], _ statuses: [Int]
    ) {
        self.method = method
        self.template = template
        self.endpoint = endpoint
        self.listeners = listeners
        self.query = query
        self.statuses = statuses
        segments = template.dropFirst().split(separator: "/")
            .map { $0.first == "{" ? .parameter : .literal(String($0)) }
        isLiteral = !segments.contains(.parameter)
    }

    /// Whether it may be answered in a later turn than the one it came in.
    var mayTakeLong: Bool { method == .post || endpoint == .events || endpoint == .diagnostics }

    /// The decoded value of the path's parameter, empty where there is none; `nil` where the path is another.
    func match(_ path: [String]) -> String? {
        guard path.count == segments.count else { return nil }
        var parameter = ""
        for (segment, name) in zip(segments, path) {
            switch segment {
            case .literal(let literal): guard literal == name else { return nil }
            case .parameter:
                guard !name.isEmpty else { return nil }
                parameter = name
            }
        }
        return parameter
    }
}

extension Route {
    /// The whole API: the one place that says what there is.
    static let all: [Route] = [
        Route(.get, Path.livez, .livez, on: everywhere, query: ["verbose"], [200, 400, 503]),
        Route(.get, Path.readyz, .readyz, on: everywhere, query: ["verbose"], [200, 400, 503]),
        Route(.get, Path.startupz, .startupz, on: everywhere, query: ["verbose"], [200, 400, 503]),
        Route(.get, Path.metrics, .metrics, on: everywhere, [200, 400]),
        Route(.get, Path.services, .services, on: control, query: ["state", "ready", "name"], [200, 304, 400]),
        Route(.get, Path.service, .service, on: control, [200, 304, 400, 404]),
        Route(.post, Path.start, .start, on: control, query: ["wait"], verb),
        Route(.post, Path.stop, .stop, on: control, query: ["wait"], verb),
        Route(.post, Path.restart, .restart, on: control, query: ["wait"], verb),
        Route(.post, Path.signal, .signal, on: control, query: ["wait"], verb),
        Route(.get, Path.operation, .operation, on: control, [200, 400, 404]),
        Route(
            .get, Path.processes, .processes, on: control, query: ["state", "origin", "service"],
            [200, 400, 503]),
        Route(
            .get, Path.events, .events, on: control, query: ["after", "type", "service", "limit"],
            [200, 400, 406, 410, 503]),
        Route(.get, Path.diagnostics, .diagnostics, on: control, [200, 400, 503]),
        Route(.get, Path.info, .info, on: control, [200, 304, 400]),
        Route(.post, Path.shutdown, .shutdown, on: control, [202, 400, 415, 503]),
        Route(.get, Path.openAPI, .openAPI, on: control, [200, 400]),
    ]

    private static let everywhere: Set<ListenerName> = [.control, .probe]
    private static let control: Set<ListenerName> = [.control]
    private static let verb = [202, 200, 400, 404, 409, 415, 503]
}
