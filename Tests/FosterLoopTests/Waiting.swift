import FosterLoop
import FosterSystem
import Testing

/// Waits for one descriptor at a time, for as long as a test has.
func becomesReadable(_ descriptor: borrowing Descriptor, within time: Duration) throws -> Bool {
    var reactor = try Reactor()
    try reactor.add(descriptor, for: .readable, token: .init(owner: 0))
    let deadline = Clock.uptime() + time
    var batch: [Reactor.Event] = []
    repeat {
        try reactor.wait(until: deadline, into: &batch)
    } while batch.isEmpty && Clock.uptime() < deadline
    return !batch.isEmpty
}

/// The same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
