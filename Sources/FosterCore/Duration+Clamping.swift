extension Duration {
    /// About 35,000 years: beyond any uptime, and small enough that no sum of two can overflow.
    static let farthest: Duration = .seconds(1 << 40)

    /// Between zero and `farthest`: durations come from files and requests, and arithmetic on them must not trap.
    var clamped: Duration { min(max(self, .zero), .farthest) }

    func adding(_ other: Duration) -> Duration { (clamped + other.clamped).clamped }

    /// How much later this is; zero when it is earlier.
    func since(_ earlier: Duration) -> Duration { (clamped - earlier.clamped).clamped }

    /// An equal part; the whole where there is nothing to share it with.
    func shared(by count: Int) -> Duration { clamped / max(count, 1) }
}
