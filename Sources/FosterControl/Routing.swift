import FosterHTTP
import FosterWire

/// Where a request leads.
enum Routing {
    case found(Route, parameter: String)
    /// OPTIONS: what the path allows.
    case options(allow: String)
    case wrongMethod(allow: String)
    case noSuchPath

    /// Finds the route by method and decoded path; HEAD is answered like GET. What a listener does not serve is not there.
    init(_ request: Request, on listener: ListenerName) {
        let method = request.method == .head ? .get : request.method
        // Most requests are for a path without parameters, sent as the table has it: no string is made of it.
        for route in Route.all where route.isLiteral && route.method == method && request.hasRawPath(route.template) {
            guard route.listeners.contains(listener) else { continue }
            self = .found(route, parameter: "")
            return
        }
        let served = Route.all.filter { $0.listeners.contains(listener) }
        if request.isAsterisk {
            self = .options(allow: Self.allow(served))
            return
        }
        let path = request.pathSegments
        var there: [Route] = []
        for route in served {
            guard let parameter = route.match(path) else { continue }
            if route.method == method {
                self = .found(route, parameter: parameter)
                return
            }
            there.append(route)
        }
        if there.isEmpty {
            self = .noSuchPath
        } else if method == .options {
            self = .options(allow: Self.allow(there))
        } else {
            self = .wrongMethod(allow: Self.allow(there))
        }
    }

    private static func allow(_ routes: [Route]) -> String {
        var methods = Set(routes.map(\.method.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        methods.insert("OPTIONS")
        return methods.sorted().joined(separator: ", ")
    }
}
