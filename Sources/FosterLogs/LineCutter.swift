import FosterSystem
import Glibc

/// Cuts what a service writes into lines and puts its name before each. Bytes stay as they are, whatever their encoding.
///
/// Works on pointers, which otherwise stay in lower layers: every byte of every service passes through here.
struct LineCutter {
    /// Longer lines are cut into pieces of this size. The pieces after the first carry `+` in the place of `|`.
    static let lineLimit = 65_536

    private var label: [UInt8] = []
    private var continuation: [UInt8] = []
    /// What came since the last newline, at most `lineLimit` bytes.
    private var partial: [UInt8] = []
    private var isContinued = false

    init(name: String, width: Int) { setLabel(name: name, width: width) }

    mutating func setLabel(name: String, width: Int) {
        label = Self.label(name, "|", width: width)
        continuation = Self.label(name, "+", width: width)
    }

    /// `web   | `
    static func label(_ name: String, _ mark: Character, width: Int) -> [UInt8] {
        let padding = String(repeating: " ", count: max(0, width - name.utf8.count))
        return Array("\(name)\(padding) \(mark) ".utf8)
    }

    /// Takes bytes and gives back the lines that they complete.
    mutating func cut(_ bytes: UnsafeRawBufferPointer) -> OutputChunk {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return OutputChunk() }
        let pieces = Self.newlines(in: bytes) + (partial.count + bytes.count) / Self.lineLimit
        guard pieces > 0 else {
            partial.append(contentsOf: bytes)
            return OutputChunk()
        }
        var chunk = OutputChunk()
        // The labels are of one length, and every piece ends with a newline: one allocation holds it all.
        let capacity = partial.count + bytes.count + pieces * (label.count + 1)
        chunk.bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            var writer = Writer(UnsafeMutableRawBufferPointer(buffer))
            cut(from: start, to: start + bytes.count, into: &writer)
            chunk.lines = writer.lines
            count = writer.count
        }
        return chunk
    }

    /// Gives back the beginning of a line as if it ended here.
    mutating func flush() -> OutputChunk {
        guard !partial.isEmpty else { return OutputChunk() }
        let bytes = (isContinued ? continuation : label) + partial + [UInt8(ascii: "\n")]
        partial = []
        isContinued = false
        return OutputChunk(bytes: bytes, lines: 1)
    }

    private mutating func cut(from start: UnsafeRawPointer, to end: UnsafeRawPointer, into writer: inout Writer) {
        var start = start
        while start < end {
            let room = Self.lineLimit - partial.count
            let left = end - start
            // A newline right after a full piece still belongs to it.
            if let newline = memchr(start, 10, min(left, room + 1)) {
                let newline = UnsafeRawPointer(newline)
                put(UnsafeRawBufferPointer(start: start, count: newline - start), &writer)
                isContinued = false
                start = newline + 1
            } else if left > room {
                put(UnsafeRawBufferPointer(start: start, count: room), &writer)
                isContinued = true
                start += room
            } else {
                partial.append(contentsOf: UnsafeRawBufferPointer(start: start, count: left))
                return
            }
        }
    }

    private mutating func put(_ rest: UnsafeRawBufferPointer, _ writer: inout Writer) {
        (isContinued ? continuation : label).withUnsafeBytes { writer.put($0) }
        if !partial.isEmpty {
            partial.withUnsafeBytes { writer.put($0) }
            partial.removeAll(keepingCapacity: true)
        }
        writer.put(rest)
        writer.endLine()
    }

    private static func newlines(in bytes: UnsafeRawBufferPointer) -> Int {
        var count = 0
        for byte in bytes { count &+= byte == 10 ? 1 : 0 }
        return count
    }

    /// Fills a buffer that is known to be large enough; what would not fit is left out.
    private struct Writer {
        private let buffer: UnsafeMutableRawBufferPointer
        private(set) var count = 0
        private(set) var lines: UInt64 = 0

        init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

        mutating func put(_ bytes: UnsafeRawBufferPointer) {
            guard let source = bytes.baseAddress, let target = buffer.baseAddress, bytes.count <= buffer.count - count
            else { return }
            memcpy(target + count, source, bytes.count)
            count += bytes.count
        }

        mutating func endLine() {
            guard count < buffer.count else { return }
            buffer[count] = 10
            count += 1
            lines += 1
        }
    }
}
