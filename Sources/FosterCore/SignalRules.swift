/// What becomes of the signals that foster gets, before anything else is done about them: `--rewrite` and `--delay`.
public struct SignalRules: Hashable, Sendable, Codable {
    /// One `--rewrite`: `becomes` is `nil` where the signal is dropped.
    public struct Rewrite: Hashable, Sendable, Codable {
        public var signal: Signal
        public var becomes: Signal?

        public init(_ signal: Signal, becomes: Signal?) {
            self.signal = signal
            self.becomes = becomes
        }
    }

    /// One `--delay`: the signal takes effect this long after it came.
    public struct Delay: Hashable, Sendable, Codable {
        public var signal: Signal
        public var time: Duration

        public init(_ signal: Signal, by time: Duration) {
            self.signal = signal
            self.time = time
        }
    }

    /// Of two about one signal the later counts.
    public var rewrites: [Rewrite] = []
    public var delays: [Delay] = []
    /// Of each of these the first one is passed over.
    public var skipped: [Signal] = []
    /// Behind each of these foster stops itself (SIGSTOP), whatever becomes of it.
    public var suspending: [Signal] = []

    public init() {}

    /// The signal in the place of one that came; `nil` where it is dropped.
    func outcome(of signal: Signal) -> Signal? {
        guard let rewrite = rewrites.last(where: { $0.signal == signal }) else { return signal }
        return rewrite.becomes
    }

    func delay(of signal: Signal) -> Duration {
        delays.last { $0.signal == signal }?.time ?? .zero
    }
}

/// A signal that takes effect later.
struct DelayedSignal: Hashable, Sendable, Codable {
    let message: SignalMessage
    let due: Duration
}

/// What becomes of an orphan that came from a service.
public enum OrphanPolicy: String, CaseIterable, Sendable, Codable {
    /// Foster is its parent from then on, and ends it with the container.
    case adopt
    /// It gets SIGTERM, and SIGKILL when the service's stop grace is over.
    case terminate
}

/// Who tells the supervisor above the init form that it is ready (sd_notify(3)).
public enum UpwardReadiness: String, CaseIterable, Sendable, Codable {
    /// The command itself, over a relay that foster gives it.
    case notify
    /// Foster, as soon as the command has been executed.
    case exec
}
