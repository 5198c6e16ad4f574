/// One service: what was asked for, and what it is.
public struct ServiceResource: Codable, Hashable, Sendable {
    public var name: String
    public var spec: Spec
    public var status: Status

    public init(name: String, spec: Spec, status: Status) {
        self.name = name
        self.spec = spec
        self.status = status
    }

    /// The keys of the configuration file, under the same names and written as there.
    public struct Spec: Codable, Hashable, Sendable {
        /// Exactly one of `command` and `shell` is there.
        public var command: [String]?
        public var shell: String?
        public var env: [String: String]?
        public var workingDir: String?
        public var user: String?
        public var group: String?
        public var restart: Restart
        public var stop: Stop
        /// `ready`, `started` or `completed` by the name of the service.
        public var dependsOn: [String: String]?
        public var onExit: String
        public var onFailure: String
        public var readiness: Readiness?
        public var startTimeout: String

        public init(restart: Restart, stop: Stop, onExit: String, onFailure: String, startTimeout: String) {
            self.restart = restart
            self.stop = stop
            self.onExit = onExit
            self.onFailure = onFailure
            self.startTimeout = startTimeout
        }
    }

    public struct Restart: Codable, Hashable, Sendable {
        public var policy: String
        public var maxRetries: UInt32?
        public var delay: String
        public var maxDelay: String
        public var resetAfter: String

        public init(policy: String, maxRetries: UInt32?, delay: String, maxDelay: String, resetAfter: String) {
            self.policy = policy
            self.maxRetries = maxRetries
            self.delay = delay
            self.maxDelay = maxDelay
            self.resetAfter = resetAfter
        }
    }

    public struct Stop: Codable, Hashable, Sendable {
        public var signal: String
        public var scope: String
        public var grace: String

        public init(signal: String, scope: String, grace: String) {
            self.signal = signal
            self.scope = scope
            self.grace = grace
        }
    }

    public struct Readiness: Codable, Hashable, Sendable {
        public var notify: Bool

        public init(notify: Bool) { self.notify = notify }
    }
}

extension ServiceResource {
    public struct Status: Codable, Hashable, Sendable {
        /// `stopped`, `starting`, `running`, `stopping`, `backoff`, `failed` or `completed`.
        public var state: String
        /// Why it is in this state, where that needs words.
        public var reason: String?
        /// `up` or `down`.
        public var wanted: String
        public var ready: Bool
        /// The current run, or the last one; counted from 1.
        public var runId: UInt64?
        public var pid: Int32?
        public var startedAt: Timestamp?
        public var readyAt: Timestamp?
        /// When the next run starts, in state `backoff`.
        public var nextStartAt: Timestamp?
        /// Restarts by policy, and exits, since foster started.
        public var restarts: UInt64
        public var exits: UInt64
        public var lastExit: Exit?
        /// What the service says of itself (`STATUS=` of sd_notify(3)).
        public var statusText: String?
        /// The dependencies whose condition does not hold yet.
        public var waitingFor: [String: String]?
        /// The journal's revision of the last change.
        public var revision: UInt64

        public init(state: String, wanted: String, ready: Bool, restarts: UInt64, exits: UInt64, revision: UInt64) {
            self.state = state
            self.wanted = wanted
            self.ready = ready
            self.restarts = restarts
            self.exits = exits
            self.revision = revision
        }
    }

    /// How a run ended.
    public struct Exit: Codable, Hashable, Sendable {
        public var runId: UInt64
        /// `exit`, `signal`, `stop`, `startTimeout` or `spawn`.
        public var cause: String
        /// The process's own, or 128 + the signal's number.
        public var code: UInt8
        public var signal: String?
        public var reason: String
        public var at: Timestamp

        public init(runId: UInt64, cause: String, code: UInt8, signal: String?, reason: String, at: Timestamp) {
            self.runId = runId
            self.cause = cause
            self.code = code
            self.signal = signal
            self.reason = reason
            self.at = at
        }
    }
}

/// All services, or those that a filter lets through: `GET /v1/services`.
public struct ServiceList: Codable, Hashable, Sendable {
    /// The state's place in the journal: a watch from `cursor` on misses nothing.
    public var revision: UInt64
    public var cursor: Cursor
    public var items: [ServiceResource]

    public init(revision: UInt64, cursor: Cursor, items: [ServiceResource]) {
        self.revision = revision
        self.cursor = cursor
        self.items = items
    }
}
