public import FosterSystem

/// What is the same for every program that foster starts: what foster itself was given.
public struct LaunchTemplate: Sendable {
    /// The mask foster was started with.
    public var signalMask: SignalMask
    /// Whether foster was started with SIGCHLD ignored.
    public var ignoresChildSignal: Bool
    /// The limits foster was started with, before it raised its own.
    public var openFiles: OpenFilesLimit?
    /// Foster's own environment.
    public var environment: [CText]
    /// Whether descriptors above stderr are kept from the program: yes for services, no for `main`.
    public var closesOthers: Bool
    /// Variables of foster's own environment that programs do not get.
    public var withheld: [String]
    /// Variables whose value becomes the init form's command's pid, where it is foster's.
    public var pidVariables = ["LISTEN_PID", "WATCHDOG_PID"]
    /// Where users and groups are looked up.
    public var accounts: AccountFiles

    /// What the supervisor above says to foster alone (sd_notify(3), sd_listen_fds(3), sd_watchdog_enabled(3)): a service that
    /// took it for its own would answer in foster's name.
    public static let addressedToFoster = [
        "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_USEC", "WATCHDOG_PID",
    ]

    public init(
        signalMask: SignalMask, ignoresChildSignal: Bool = false, openFiles: OpenFilesLimit? = nil,
        environment: [CText], closesOthers: Bool = true, withheld: [String] = addressedToFoster,
        accounts: AccountFiles = AccountFiles()
    ) {
        self.signalMask = signalMask
        self.ignoresChildSignal = ignoresChildSignal
        self.openFiles = openFiles
        self.environment = environment
        self.closesOthers = closesOthers
        self.withheld = withheld
        self.accounts = accounts
    }
}
