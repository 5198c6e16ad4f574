/// The stop of everything: how far it is, and what is left of its budget.
struct OrderedStop: Hashable, Sendable, Codable {
    /// What is kept back of the budget for reaping and flushing logs; less where the whole budget is small.
    static let reserve: Duration = .milliseconds(500)
    /// How long the killed may take to be gone before the next wave gets its stop regardless.
    static let killWindow: Duration = .milliseconds(100)

    /// When the last wave must be down, and when foster leaves whatever still lives.
    let servicesEnd: Duration
    let giveUpAt: Duration
    /// What foster exits with, where the cause of the stop says so.
    let exitCode: UInt8?
    /// Services that have got their stop, by place in the plan.
    private(set) var current: [Int] = []
    /// Those that get it once all of `current` is down: who depends on them comes first.
    private(set) var later: [[Int]]
    /// Whether what was left of `current` has been killed.
    var isKilled = false
    /// Services that were killed because their time was over.
    private(set) var laggards: Set<Int> = []

    init(at now: Duration, grace: Duration, exitCode: UInt8?, waves: [[Int]]) {
        giveUpAt = now.adding(grace)
        servicesEnd = now.adding(grace.clamped - min(Self.reserve, grace.shared(by: 4)))
        self.exitCode = exitCode
        later = waves
    }

    /// Notes a service that had to be killed; false when it is known already.
    mutating func note(laggard index: Int) -> Bool { laggards.insert(index).inserted }

    /// Whether the stop may go on: nothing of the present wave lives.
    func isWaveDown(in services: [ServiceMachine]) -> Bool { !current.contains { services[$0].isLive } }

    /// Gives up on the present wave.
    mutating func abandonWave() { current = [] }

    /// Moves on to the next wave of which something lives, and answers when it is to be down: after its longest grace or an
    /// equal share of the time left, whichever is less. `nil` where no wave is left.
    mutating func nextWave(in services: [ServiceMachine], at now: Duration) -> Duration? {
        current = []
        isKilled = false
        later = later.map { wave in wave.filter { services[$0].isLive } }.filter { !$0.isEmpty }
        guard let wave = later.first else { return nil }
        let share = servicesEnd.since(now).shared(by: later.count)
        let grace = wave.map { services[$0].spec.stop.grace }.max() ?? .zero
        current = wave
        later.removeFirst()
        return now.adding(min(share, grace.clamped))
    }

    /// When the stop goes on although the killed are not gone.
    func killWindowEnd(at now: Duration) -> Duration {
        now.adding(min(Self.killWindow, giveUpAt.since(now).shared(by: 2 * (later.count + 1))))
    }
}
