public import FosterCore
public import FosterFiles
public import FosterLogs
public import FosterLoop
public import FosterSystem

/// What the init loop is started with.
public struct InitSettings: Sendable {
    public var plan: Plan
    /// What is the same for every launch: foster's own environment, the mask it was given …
    public var template: LaunchTemplate
    /// The init form's command as the kernel gave it: it need not be UTF-8.
    public var mainArguments: [CText]
    public var status: Latest<Status>
    public var requests: Mailbox<InitRequest>
    /// `nil` where nothing is captured and nothing is logged: then no thread but this one is needed.
    public var logs: LogsThread?

    public init(
        plan: Plan, template: LaunchTemplate, mainArguments: [CText], status: Latest<Status>,
        requests: Mailbox<InitRequest>, logs: LogsThread?
    ) {
        self.plan = plan
        self.template = template
        self.mainArguments = mainArguments
        self.status = status
        self.requests = requests
        self.logs = logs
    }
}

/// Listeners that another thread will serve, watched by the init loop until the first caller comes: so that the thread is
/// not there before it is needed.
public struct Reception: Sendable {
    let listeners: [Listener]
    let open: @Sendable () -> Bool

    /// `open` is called on the init thread when the first caller waits, once unless it answers `false`. It must only start
    /// a thread; `false` means that there could be none, and that it is to be tried again.
    public init(listeners: [Listener], open: @escaping @Sendable () -> Bool) {
        self.listeners = listeners
        self.open = open
    }
}

/// The parts of the loop by which descriptors are registered.
enum Owner: UInt8 {
    case signals, requests, launches, notifications, files, logs, reception

    var token: Reactor.Token { Reactor.Token(owner: rawValue) }
    func token(_ slot: SlotKey) -> Reactor.Token { Reactor.Token(owner: rawValue, slot: slot) }
}
