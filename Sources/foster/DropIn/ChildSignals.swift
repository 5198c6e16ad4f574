/// The order in which the originals tell of SIGCHLD and of deaths: first the one, then the others. Foster may see a death first,
/// when something else has woken it; the signal is told of then, and passed over when it comes.
struct ChildSignals {
    private var isTold = false
    private var isOwed = false

    /// SIGCHLD has come; answers whether to tell of it.
    mutating func received() -> Bool {
        isTold = isTold || !isOwed
        defer { isOwed = false }
        return !isOwed
    }

    /// A child is dead; answers whether to tell of SIGCHLD before.
    mutating func died() -> Bool {
        guard !isTold else { return false }
        isTold = true
        isOwed = true
        return true
    }

    /// No more are dead for now.
    mutating func swept() { isTold = false }
}
