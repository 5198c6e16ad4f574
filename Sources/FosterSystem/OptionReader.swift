import CFoster

/// Reads a program's own words as getopt(3) does, which says on stderr what is wrong with them. Once in a process.
public struct OptionReader {
    /// A long option, and the letter that it stands for.
    public struct LongOption: Sendable {
        let name: StaticString
        let takesValue: Bool
        let letter: UInt8

        public init(_ name: StaticString, takesValue: Bool = false, _ letter: Unicode.Scalar) {
            self.name = name
            self.takesValue = takesValue
            self.letter = UInt8(ascii: letter)
        }
    }

    private let words: UnsafePointer<UnsafePointer<CChar>?>
    private let count: Int32
    private let letters: StaticString
    private let names: [option]
    private var next: Int32 = 1

    /// `words` are those that the kernel gave the process; their order may change. `letters` are as getopt(3) has them.
    public init(
        _ words: UnsafePointer<UnsafePointer<CChar>?>, count: Int32, letters: StaticString, names: [LongOption] = []
    ) {
        self.words = words
        self.count = count
        self.letters = letters
        let known = names.map { name in
            option(
                name: Self.text(of: name.name), has_arg: name.takesValue ? 1 : 0, flag: nil, val: Int32(name.letter))
        }
        self.names = known.isEmpty ? [] : known + [option()]
    }

    /// The next option; its letter is `?` where it is wrong, and `nil` behind the last.
    public mutating func read() -> (letter: UInt8, value: CText?)? {
        var value: UnsafePointer<CChar>?
        let letter = names.withUnsafeBufferPointer { names in
            foster_next_option(
                count, words, Self.text(of: letters), names.isEmpty ? nil : names.baseAddress, &value, &next)
        }
        guard letter >= 0 else { return nil }
        return (UInt8(truncatingIfNeeded: letter), value.map { CText(copying: $0) })
    }

    /// The words behind the options.
    public var rest: [CText] { Array(CText.list(words, count: count).dropFirst(Int(max(0, next)))) }

    private static func text(of string: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(string.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
