import Testing

@testable import FosterCore

@Suite("Sorted tables")
struct SortedTableTests {
    @Test("They do as a dictionary does")
    func dictionary() {
        var random = SystemRandomNumberGenerator()
        var table = SortedTable<Int, Int>()
        var dictionary: [Int: Int] = [:]
        for step in 0..<2000 {
            let key = Int.random(in: 0..<50, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                table[key] = step
                dictionary[key] = step
            case 1: #expect(table.removeValue(forKey: key) == dictionary.removeValue(forKey: key))
            default: #expect(table[key] == dictionary[key])
            }
            #expect(table.keys == dictionary.keys.sorted())
        }
        #expect(table.values == dictionary.keys.sorted().compactMap { dictionary[$0] })
    }

    @Test("Of two values for one key the first counts")
    func first() {
        let table = SortedTable([("b", 1), ("a", 2), ("b", 3)])
        #expect(table["b"] == 1)
        #expect(table.keys == ["a", "b"])
        #expect(table["c"] == nil)
    }
}
