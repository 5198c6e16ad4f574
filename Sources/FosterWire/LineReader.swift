/// Finds the lines of a message in input that arrives in pieces, and looks at no byte twice.
struct LineReader: Sendable {
    /// How many bytes at the start of what is unread are known to hold no line feed.
    private(set) var scanned = 0

    /// Takes the next line off `unread`.
    ///
    /// - Parameter longest: the bytes that the line may have without its line end; it decides from the bytes alone,
    ///   never from how many happen to be there, so that the answer does not depend on how the input was split.
    /// - Returns: the line without its line end, nil until it is complete. What is unread must then be shown again,
    ///   with more behind it.
    mutating func next(
        in input: [UInt8], _ unread: inout Range<Int>, longest: Int, tooLong: WireError
    ) throws(WireError) -> Range<Int>? {
        let start = unread.lowerBound
        let window = min(unread.count, longest &+ 2)
        let end = start &+ window
        var cursor = min(start &+ scanned, end)
        while cursor < end, input[cursor] != Byte.lineFeed { cursor &+= 1 }
        guard cursor < end else {
            guard window < longest &+ 2 else { throw tooLong }
            scanned = window
            return nil
        }
        scanned = 0
        unread = (cursor &+ 1)..<unread.upperBound
        guard cursor > start, input[cursor &- 1] == Byte.carriageReturn else { throw .bareLF }
        return start..<(cursor &- 1)
    }
}

/// Counts the lines of a field section or a trailer section against the limits.
struct FieldBudget: Sendable {
    private var bytes = 0
    private var lines = 0

    /// Takes the next field line off `unread`; an empty range is the end of the section.
    mutating func next(
        in input: [UInt8], _ unread: inout Range<Int>, with reader: inout LineReader, limits: WireLimits
    ) throws(WireError) -> Range<Int>? {
        let longest = max(0, limits.fieldBytes &- bytes &- 2)
        guard let line = try reader.next(in: input, &unread, longest: longest, tooLong: .fieldsTooLarge) else {
            return nil
        }
        guard !line.isEmpty else { return line }
        bytes &+= line.count &+ 2
        lines &+= 1
        guard lines <= limits.fieldCount else { throw .tooManyFields }
        return line
    }
}
