public import FosterCore
public import FosterHTTP
public import FosterLoop
public import FosterSystem
public import SystemPackage

/// The control plane: one thread that answers HTTP from what the init loop publishes, and passes on what operators ask for.
///
/// It never waits for the init loop, and the init loop never for it.
public enum ControlThread {
    public struct Settings: Sendable {
        let version: String
        let form: AgentForm
        let startedAt: Duration
        let life: Life
        let grace: Duration?
        /// Where `/proc` and `/sys` are read for an examination.
        var kernelFiles = KernelFiles()

        /// - Parameters:
        ///   - startedAt: when foster started, time since boot.
        ///   - wallOffset: what makes calendar time of time since boot.
        ///   - epoch: a random number for this life of foster, part of every cursor.
        ///   - grace: the budget of the whole stop, where there is one.
        public init(
            version: String, form: AgentForm, startedAt: Duration, wallOffset: Duration, epoch: UInt64,
            grace: Duration? = nil
        ) {
            self.version = version
            self.form = form
            self.startedAt = startedAt
            life = Life(epoch: epoch, wallOffset: wallOffset)
            self.grace = grace
        }
    }

    /// Starts the thread `control`, which ends with the process. What cannot be had is an error here, not on the thread.
    public static func start(
        _ settings: Settings, listeners: [(listener: Listener, name: ListenerName)], status: Latest<Status>,
        requests: Mailbox<InitRequest>, ending: ControlEnding
    ) throws(Errno) {
        var loop = try ControlLoop(settings, status: status, requests: requests, ending: ending)
        for (listener, name) in listeners { try loop.listen(listener, name) }
        let handover = Handover(loop)
        try LoopThread.start("control") { handover.run() }
        ending.begin()
    }
}

extension ListenerName {
    /// The unix socket that serves everything.
    public static let control: ListenerName = "control"
    /// TCP, for health and metrics only.
    public static let probe: ListenerName = "probe"
}

/// Carries the loop to its thread.
private final class Handover: @unchecked Sendable {
    // Sendable: it is filled before the thread exists, and from then on touched by that thread alone.
    private var loop: ControlLoop?

    init(_ loop: consuming ControlLoop) { self.loop = consume loop }

    func run() {
        guard var loop = loop.take() else { return }
        loop.run()
    }
}
