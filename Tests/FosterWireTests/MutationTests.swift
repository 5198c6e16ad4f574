import FosterWire
import Testing

/// A generator with a seed, so that what fails once fails again (SplitMix64).
private struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct `A damaged stream` {
    private static let seeds = corpus.filter { $0.bytes.count < 400 }.map(\.bytes)
    private static let splinters: [[UInt8]] = ["\r", "\n", "\r\n", "\0", " ", "\t", ":", ",", ";", "0", "f", "%"].map {
        Array($0.utf8)
    }

    @Test(arguments: 0..<20)
    func `never traps and never depends on how it is split`(_ seed: UInt64) throws {
        var random = Random(state: seed)
        var answers: Set<String> = []
        for _ in 0..<200 {
            var bytes = try #require(Self.seeds.randomElement(using: &random))
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(contentsOf: Self.splinters.randomElement(using: &random) ?? [], at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...3, using: &random)))
                case 2: if place < bytes.count { bytes[place] = .random(in: 0 ... .max, using: &random) }
                default: bytes += Self.seeds.randomElement(using: &random) ?? []
                }
            }
            let whole = Reading(bytes)
            let split = Reading(bytes, cutAt: Array(0..<bytes.count))
            #expect(split == whole, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            answers.insert(whole.description)
        }
        // Not every stream is refused for the same reason: the damage reaches the depths.
        #expect(answers.count > 20)
    }
}
