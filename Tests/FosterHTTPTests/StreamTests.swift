import FosterHTTP
import FosterWire
import Testing

@Suite struct `A stream` {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func begin(_ address: Address, version: String = "1.1") throws -> (Client, ExchangeID) {
        let client = try Client(bench, address)
        try client.send("GET /stream HTTP/\(version)\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        return (client, bench.held[0].id)
    }

    @Test func `arrives piece by piece, and the connection goes on after it`() throws {
        let (client, id) = try begin(bench.listenTCP())
        #expect(try client.receive(endingWith: "\r\n\r\n").contains("Transfer-Encoding: chunked\r\n"))
        #expect(bench.send("one", to: id) == .open(buffered: 0))
        #expect(try client.receive(endingWith: "one\r\n") == "3\r\none\r\n")
        #expect(bench.send("", to: id) == .open(buffered: 0))
        #expect(bench.send("two", to: id) == .open(buffered: 0))
        bench.finish(id)
        #expect(try client.receive(endingWith: "0\r\n\r\n") == "3\r\ntwo\r\n0\r\n\r\n")
        #expect(bench.send("late", to: id) == .closed)
        _ = try client.get("/next")
    }

    @Test func `to HTTP/1.0 ends with the connection`() throws {
        let (client, id) = try begin(bench.listenTCP(), version: "1.0")
        #expect(bench.send("one", to: id) == .open(buffered: 0))
        bench.finish(id)
        #expect(try client.receiveToEnd().hasSuffix("Connection: close\r\n\r\none"))
    }

    @Test func `to HEAD is its head, and the connection goes on`() throws {
        let client = try Client(bench, bench.listenTCP())
        try client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.receive(endingWith: "\r\n\r\n").contains("Transfer-Encoding: chunked"))
        #expect(bench.held.isEmpty)
        _ = try client.get("/next")
    }

    @Test(arguments: [true, false])
    func `is closed when its peer leaves, though nothing is sent`(_ isUnix: Bool) throws {
        let (client, id) = try begin(isUnix ? bench.listenUnix() : bench.listenTCP())
        #expect(bench.isAlive(id))
        client.leave()
        #expect(try bench.turn { bench.isEmpty })
        #expect(!bench.isAlive(id))
        #expect(bench.send("x", to: id) == .closed)
    }

    @Test func `takes no more than its buffer from a peer that does not read, and goes on when it does`() throws {
        let (client, id) = try begin(bench.listenTCP())
        let piece = String(repeating: "x", count: 10_000)
        var taken = 0
        while case .open(let buffered) = bench.send(piece, to: id) {
            taken += 1
            #expect(buffered <= 256 * 1024 + 100)
            try #require(taken < 100_000)
        }
        guard case .full(let buffered) = bench.send(piece, to: id) else {
            Issue.record("not full")
            return
        }
        #expect(buffered > 256 * 1024 - 2 * 10_100)
        let drained = try bench.turn {
            client.receiveSome()
            return bench.send("", to: id) == .open(buffered: 0)
        }
        #expect(drained)
        bench.finish(id)
        let text = try client.receive(endingWith: "\r\n0\r\n\r\n")
        #expect(text.utf8.count(where: { $0 == UInt8(ascii: "x") }) == taken * 10_000 + 1)
    }

    @Test func `is cut when its peer takes nothing until the write deadline`() throws {
        let (client, id) = try begin(bench.listenTCP())
        while case .open(0) = bench.send(String(repeating: "x", count: 100_000), to: id) {}
        bench.now += .seconds(9)
        try bench.turn()
        #expect(bench.isAlive(id))
        bench.now += .seconds(2)
        #expect(try bench.turn { !bench.isAlive(id) })
        #expect(bench.isEmpty)
        withExtendedLifetime(client) {}
    }

    @Test func `that is cut has no end`() throws {
        let (client, id) = try begin(bench.listenTCP())
        _ = bench.send("one", to: id)
        bench.cut(id)
        #expect(try client.receiveToEnd().hasSuffix("3\r\none\r\n"))
    }
}
