import FosterWire
import FosterHTTP

/// How many responses there were, by what they answered.
struct RequestCounts {
    struct Label: Hashable {
        let listener: ListenerName
        /// A method of the table; others are one: clients choose them.
        let method: String
        /// The route's template, never the path: clients choose that.
        let route: String

        init(listener: ListenerName, method: HTTPMethod, route: String?) {
            self.listener = listener
            self.method = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
            self.route = route ?? "none"
        }

        private static let methods = ["GET", "HEAD", "POST", "OPTIONS"]
    }

    struct Key: Hashable {
        let label: Label
        let code: Int
    }

    private(set) var counts: [Key: UInt64] = [:]

    mutating func note(_ label: Label, code: Int) {
        counts[Key(label: label, code: code), default: 0] &+= 1
    }

    /// Makes the usual answer of every route count from 0.
    mutating func seed(_ listener: ListenerName) {
        for route in Route.all where route.listeners.contains(listener) {
            guard let code = route.statuses.first else { continue }
            let label = Label(listener: listener, method: route.method, route: route.template)
            counts[Key(label: label, code: code), default: 0] &+= 0
        }
    }
}

/// What the loop knows for `/metrics`.
struct HTTPFacts {
    let listeners: [ListenerStatistics]
    let requests: RequestCounts
    let streams: Int
}
