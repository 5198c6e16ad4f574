import Testing

@testable import FosterLogs

@Suite("Lines")
struct LineCutterTests {
    /// Feeds the bytes in pieces of a size, ends the input, and gives back what came out.
    private func cut(_ bytes: [UInt8], piece: Int, name: String = "web", width: Int = 3) -> (
        bytes: [UInt8], lines: UInt64
    ) {
        var cutter = LineCutter(name: name, width: width)
        var output: [UInt8] = []
        var lines: UInt64 = 0
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let chunk = bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { cutter.cut($0) }
            output += chunk.bytes
            lines += chunk.lines
        }
        let rest = cutter.flush()
        return (output + rest.bytes, lines + rest.lines)
    }

    @Test(
        "Each line gets the name before it, however the input is cut",
        arguments: [
            ("", "", 0),
            ("\n", "web | \n", 1),
            ("a\n", "web | a\n", 1),
            ("a", "web | a\n", 1),
            ("one\ntwo\n\nlast", "web | one\nweb | two\nweb | \nweb | last\n", 4),
            ("carriage\r\nreturn", "web | carriage\r\nweb | return\n", 2),
        ] as [(String, String, UInt64)])
    func lines(input: String, expected: String, count: UInt64) {
        for piece in 1...max(1, input.utf8.count) {
            let result = cut(Array(input.utf8), piece: piece)
            #expect(String(decoding: result.bytes, as: UTF8.self) == expected, "in pieces of \(piece)")
            #expect(result.lines == count)
        }
    }

    @Test("Names are padded to the width")
    func padding() {
        let result = cut(Array("a\n".utf8), piece: 2, name: "db", width: 6)
        #expect(result.bytes == Array("db     | a\n".utf8))
    }

    @Test("Bytes that are no UTF-8 stay as they are")
    func rawBytes() {
        let bytes: [UInt8] = [0, 0xFF, 0xC3, 0x28, 0x1B]
        #expect(cut(bytes + [10], piece: 2).bytes == Array("web | ".utf8) + bytes + [10])
    }

    @Test(
        "A line over 64 KiB is split, and the pieces after the first are marked",
        arguments: [65_535, 65_536, 65_537, 131_072, 131_073, 200_000])
    func longLine(length: Int) {
        for piece in [1000, 65_536, 65_537, length + 1] {
            let line = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
            let result = cut(line + Array("\nnext\n".utf8), piece: piece)
            var pieces = result.bytes.split(separator: 10)
            #expect(pieces.popLast() == Array("web | next".utf8)[...])
            #expect(pieces.count == (length + 65_535) / 65_536)
            #expect(
                pieces.enumerated().allSatisfy { index, piece in
                    piece.starts(with: (index == 0 ? "web | " : "web + ").utf8)
                })
            #expect(pieces.flatMap { $0.dropFirst(6) } == line)
            #expect(result.lines == UInt64(pieces.count + 1))
        }
    }

    @Test("A line that was split and never ended is flushed as a continuation")
    func longUnfinishedLine() {
        let result = cut([UInt8](repeating: 97, count: 65_540), piece: 4096)
        #expect(result.bytes.suffix(11) == Array("web + aaaa\n".utf8)[...])
    }

    @Test("A new width counts from the next line on")
    func newWidth() {
        var cutter = LineCutter(name: "db", width: 2)
        _ = Array("half ".utf8).withUnsafeBytes { cutter.cut($0) }
        cutter.setLabel(name: "db", width: 4)
        let chunk = Array("line\n".utf8).withUnsafeBytes { cutter.cut($0) }
        #expect(chunk.bytes == Array("db   | half line\n".utf8))
    }
}
