import Testing

@testable import FosterWire

@Suite struct ResponseParserTests {
    private func read(_ text: String, pieces size: Int = .max) throws(ResponseFlaw) -> ReceivedResponse? {
        var parser = ResponseParser(largestBody: 16)
        var rest = Array(text.utf8)[...]
        var last: ReceivedResponse?
        while !rest.isEmpty {
            last = try parser.feed(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return last
    }

    private static let good =
        "HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\nX: y\r\nContent-Length: 2\r\n\r\n{}"

    @Test(arguments: [1, 2, 3, 7, 1000])
    func aResponseIsReadHoweverItIsCut(size: Int) throws {
        let expected = ReceivedResponse(status: 200, mediaType: "application/json", body: Array("{}".utf8))
        #expect(try read(Self.good, pieces: size) == expected)
    }

    @Test func itIsNoneBeforeItsLastByte() throws {
        for count in 0..<Self.good.utf8.count {
            #expect(try read(String(decoding: Array(Self.good.utf8).prefix(count), as: UTF8.self)) == nil)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", 404), ("HTTP/1.1 503 A b\r\ncontent-length: 0\r\n\r\n", 503),
    ])
    func theStatusIsTheCode(text: String, status: Int) throws {
        #expect(try read(text)?.status == status)
    }

    @Test(arguments: [
        ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", ResponseFlaw.badStatusLine),
        ("HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 200 \u{1b}[2J\r\nContent-Length: 0\r\n\r\n", .badStatusLine),
        ("SSH-2.0-OpenSSH_9.2\r\n\r\n", .badStatusLine),
        ("HTTP/1.1 200 OK\r\n\r\n", .noLength),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .noLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", .noLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n", .tooLarge),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", .tooLarge),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab", .excess),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .badHead(.badContentLength)),
        ("HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", .badHead(.badContentLength)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n", .badHead(.badContentLength)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n", .badHead(.repeatedContentLength)),
        ("HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\n", .badHead(.bareLF)),
        ("HTTP/1.1 200 OK\r\nA b: 2\r\n\r\n", .badHead(.badFieldName)),
        ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", .badHead(.obsoleteFold)),
    ])
    func whatIsNotAPlainResponseIsRefused(text: String, flaw: ResponseFlaw) {
        #expect(throws: flaw) { try read(text) }
        #expect(throws: flaw) { try read(text, pieces: 1) }
    }

    @Test func aHeadWithoutEndIsRefused() {
        #expect(throws: ResponseFlaw.badHead(.requestLineTooLong)) {
            try read("HTTP/1.1 200 " + String(repeating: "x", count: 5000))
        }
        #expect(throws: ResponseFlaw.badHead(.fieldsTooLarge)) {
            try read("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 20_000))
        }
    }

    @Test func noBytesMakeItTrap() {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random() -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(truncatingIfNeeded: state >> 33)
        }
        for _ in 0..<20_000 {
            var bytes = Array(Self.good.utf8)
            for _ in 0...(random() % 3) { bytes[random() % bytes.count] = UInt8(truncatingIfNeeded: random()) }
            var parser = ResponseParser(largestBody: 16)
            let cut = random() % bytes.count
            _ = try? parser.feed(bytes[..<cut])
            _ = try? parser.feed(bytes[cut...])
        }
    }
}
