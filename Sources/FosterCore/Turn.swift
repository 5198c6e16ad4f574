/// What one event leads to: the effects so far, and the services whose change has consequences that are still to be drawn.
struct Turn {
    /// When all of it happens, time since boot.
    let now: Duration
    private(set) var revision: UInt64
    private(set) var effects: [Effect]
    /// Indices of services, oldest change first; one may occur more than once.
    private(set) var changed: [Int] = []
    private var drawn = 0

    init(now: Duration, revision: UInt64, effects: [Effect] = []) {
        self.now = now
        self.revision = revision
        self.effects = effects
    }

    mutating func perform(_ effect: Effect) { effects.append(effect) }

    mutating func announce(_ event: JournalEvent) {
        revision &+= 1
        effects.append(.announce(JournalEntry(revision: revision, time: now, event: event)))
    }

    mutating func noteChange(of service: Int) { changed.append(service) }

    /// The next changed service whose consequences have not been drawn. A queue, because what follows in one service from
    /// the change of another must not nest.
    mutating func nextChange() -> Int? {
        guard drawn < changed.count else { return nil }
        drawn &+= 1
        return changed[drawn &- 1]
    }
}
