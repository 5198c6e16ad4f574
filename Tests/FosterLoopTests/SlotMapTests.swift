import FosterLoop
import Testing

@Suite("SlotMap")
struct SlotMapTests {
    @Test("A key goes stale with its element, although its slot is used again")
    func generations() {
        var map = SlotMap<String>()
        let first = map.insert("first")
        #expect(map.remove(first) == "first")
        let second = map.insert("second")
        #expect(second.index == first.index)
        #expect(second != first)
        #expect(map[first] == nil)
        #expect(map.remove(first) == nil)
        map[first] = "ghost"
        #expect(map[second] == "second")
        #expect(map.count == 1)
    }

    @Test("Elements change in place, and assigning nil removes them")
    func changes() {
        var map = SlotMap<[Int]>()
        let key = map.insert([1])
        map[key]?.append(2)
        #expect(map[key] == [1, 2])
        map[key] = nil
        #expect(map.isEmpty)
        #expect(map[key] == nil)
        #expect(map.insert([3]) != key)
    }

    @Test(
        "A key that was never given out is nobody's",
        arguments: [SlotKey(index: 9, generation: 0), SlotKey(index: 0, generation: 9)])
    func foreign(key: SlotKey) {
        var map = SlotMap<Int>()
        _ = map.insert(1)
        #expect(map[key] == nil)
        #expect(map.remove(key) == nil)
        map[key] = 2
        #expect(map.count == 1)
    }

    @Test("It agrees with a dictionary over many random steps", arguments: 1...5 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var map = SlotMap<Int>()
        var model: [SlotKey: Int] = [:]
        var retired: [SlotKey] = []
        for step in 0..<5000 {
            switch (Int.random(in: 0..<4, using: &random), model.keys.randomElement(using: &random)) {
            case (0, _), (1, _), (_, nil):
                let key = map.insert(step)
                #expect(model.updateValue(step, forKey: key) == nil)
            case (2, .some(let key)):
                #expect(map.remove(key) == model.removeValue(forKey: key))
                retired.append(key)
            case (_, .some(let key)):
                map[key] = -step
                model[key] = -step
            }
            if let stale = retired.randomElement(using: &random) { #expect(map[stale] == nil) }
        }
        #expect(map.count == model.count)
        #expect(Set(map.keys) == Set(model.keys))
        #expect(model.allSatisfy { map[$0] == $1 })
    }
}
