/// Whether a service is started again and how long after, by the rules of Docker's restart manager: the delay doubles at each
/// restart up to a limit, a long run sets it back, and only an operator sets back the count of retries.
struct Backoff: Hashable, Sendable, Codable {
    private var retries: UInt32 = 0
    /// The last delay; zero before the first restart.
    private var delay: Duration = .zero

    mutating func reset() { self = Backoff() }

    /// Whether the policy wants another run after one that ended so.
    func allowsRestart(by rule: RestartRule, failed: Bool) -> Bool {
        switch rule.policy {
        case .no: false
        case .onFailure: failed && (rule.maxRetries.map { retries < $0 } ?? true)
        case .always, .unlessStopped: true
        }
    }

    /// Counts a restart and says how long to wait before it. `lived` is how long the run had been executing.
    mutating func nextDelay(by rule: RestartRule, lived: Duration) -> Duration {
        if lived >= rule.resetAfter.clamped { delay = .zero }
        let next = delay == .zero ? rule.delay : delay.adding(delay)
        delay = min(next.clamped, rule.maxDelay.clamped)
        retries = retries == .max ? .max : retries &+ 1
        return delay
    }
}
