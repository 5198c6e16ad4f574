import FosterHTTP
import FosterSystem
import FosterWire
import Foundation
import Testing

@Suite struct `A connection` {
    let bench: Bench
    let address: Address
    let client: Client

    init() throws {
        bench = try Bench()
        address = try bench.listenTCP()
        client = try Client(bench, address)
    }

    @Test func `serves one request after the other`() throws {
        let first = try client.get("/a")
        #expect(first.hasPrefix("HTTP/1.1 200 OK\r\nDate: "))
        #expect(first.contains("\r\nCache-Control: no-store\r\n"))
        #expect(first.contains("\r\nContent-Length: 3\r\n"))
        #expect(!first.contains("Connection: close"))
        _ = try client.get("/b")
        #expect(bench.total?.accepted == 1)
        #expect(bench.total?.requests == 2)
        #expect(bench.total?.open == 1)
    }

    @Test func `answers pipelined requests in order, though the first takes long`() throws {
        try client.send(
            "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n" + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                + "GET /c HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        #expect(bench.seen.count == 1)
        #expect(bench.respond(to: bench.held[0].id, Response(.ok, text: "held\n")))
        let text = try client.receive(endingWith: "/c\n")
        let bodies = text.components(separatedBy: "\r\n\r\n").dropFirst()
        #expect(bodies.map { $0.prefix(3) } == ["hel", "abc", "/c\n"])
    }

    @Test func `takes many pipelined requests at once`() throws {
        try client.send(String(repeating: "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", count: 5000))
        var count = 0
        let all = try bench.turn {
            client.receiveSome()
            count = client.text.components(separatedBy: "HTTP/1.1 200 OK").count - 1
            return count == 5000
        }
        #expect(all)
    }

    @Test func `takes a request that comes byte by byte`() throws {
        for byte in "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" {
            try client.send(String(byte))
            try bench.turn()
        }
        #expect(try client.receive(endingWith: "abc").contains("Content-Length: 3\r\n"))
    }

    @Test func `answers HEAD without a body and goes on`() throws {
        try client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.receive(endingWith: "\r\n\r\n").contains("Content-Length: 3\r\n"))
        _ = try client.get("/b")
    }

    @Test func `tells a client that waits for it to send its body`() throws {
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(try client.receive(endingWith: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        try client.send("abc")
        #expect(try client.receive(endingWith: "abc").hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test func `takes a body of 1 MiB and no more`() throws {
        let body = String(repeating: "b", count: 1 << 20)
        try client.send("POST /len HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        _ = try client.receive(endingWith: "/len\n")
        #expect(bench.seen.last?.request.body.count == 1 << 20)
        try client.send("POST /len HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n")
        #expect(try client.receive(endingWith: "probe: body-too-large\n").hasPrefix("HTTP/1.1 413 "))
    }

    @Test func `ends after the response when the request says so`() throws {
        try client.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(try client.receiveToEnd().contains("\r\nConnection: close\r\n"))
        #expect(try bench.turn { bench.isEmpty })
    }

    @Test func `of HTTP/1.0 ends after the response`() throws {
        try client.send("GET /a HTTP/1.0\r\n\r\n")
        #expect(try client.receiveToEnd().hasSuffix("\r\n\r\n/a\n"))
    }

    @Test func `answers a client that has ended its side`() throws {
        try client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        client.endSending()
        #expect(try client.receiveToEnd().hasSuffix("/a\n"))
        #expect(try bench.turn { bench.isEmpty })
    }

    @Test func `that ends in the middle of a request is told so`() throws {
        try client.send("GET /a HTTP/1.1\r\nHo")
        client.endSending()
        #expect(try client.receiveToEnd().hasSuffix("probe: truncated\n"))
        #expect(bench.total?.rejections == [.truncated: 1])
    }

    @Test func `answers 500 when the response cannot be encoded`() throws {
        try client.send("GET /unencodable HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.receive(endingWith: "encoded\n").hasPrefix("HTTP/1.1 500 "))
        #expect(bench.total?.unencodable == 1)
    }

    @Test func `carries a response larger than the socket's buffer`() throws {
        try client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        let came = try bench.turn {
            client.receiveSome()
            return client.received.count > 16 << 20
        }
        #expect(came)
        #expect(try client.receive(endingWith: "xxx").utf8.count - (16 << 20) < 1000)
        _ = try client.get("/next")
    }

    @Test func `gives the whole response of an error to a client that goes on sending`() throws {
        try client.send("GET / HTTP/9.9\r\n\r\n")
        var sent = 0
        let junk = [UInt8](repeating: 0x78, count: 64 * 1024)[...]
        let went = try bench.turn {
            sent += client.sendSome(junk)
            return sent > 1 << 20
        }
        #expect(went)
        client.endSending()
        #expect(try client.receiveToEnd().hasSuffix("probe: unsupported-version\n"))
        #expect(try bench.turn { bench.isEmpty })
    }

    @Test func `does not linger for a client that never stops sending`() throws {
        try client.send("\n")
        let junk = [UInt8](repeating: 0x78, count: 64 * 1024)[...]
        let closed = try bench.turn {
            _ = client.sendSome(junk)
            return bench.isEmpty
        }
        #expect(closed)
    }
}

@Suite struct `An exchange` {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `knows who asks on a unix socket`() throws {
        let client = try Client(bench, bench.listenUnix())
        _ = try client.get("/a")
        let exchange = try #require(bench.seen.first)
        #expect(exchange.listener == "control")
        #expect(exchange.peer?.pid == getpid())
        #expect(exchange.peer?.uid == getuid())
        #expect(exchange.peer?.gid == getgid())
    }

    @Test func `knows nobody on a TCP socket`() throws {
        let client = try Client(bench, bench.listenTCP())
        _ = try client.get("/a")
        let exchange = try #require(bench.seen.first)
        #expect(exchange.listener == "probe")
        #expect(exchange.peer == nil)
    }

    @Test(arguments: [true, false])
    func `leaves the loop asleep when there is nothing to do for it`(_ isUnix: Bool) throws {
        let client = try Client(bench, isUnix ? bench.listenUnix() : bench.listenTCP())
        _ = try client.get("/a")
        try bench.turn()
        #expect(bench.eventCount == 0)
        // More requests than one turn reads, behind one that takes long.
        let next = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"
        try client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n" + String(repeating: next, count: 1000))
        #expect(try bench.turn { bench.held.count == 1 && bench.eventCount == 0 })
        for _ in 0..<3 {
            try bench.turn()
            #expect(bench.eventCount == 0)
        }
        #expect(bench.respond(to: bench.held[0].id, Response(.ok, text: "held\n")))
        let answered = try bench.turn {
            client.receiveSome()
            return bench.seen.count == 1002
        }
        #expect(answered)
    }

    @Test func `whose response nobody takes ends with the connection`() throws {
        let client = try Client(bench, bench.listenTCP())
        try client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.seen.count == 1 && bench.eventCount == 0 })
        #expect(!bench.isEmpty)
        bench.now += .seconds(10)
        #expect(try bench.turn { bench.isEmpty })
        withExtendedLifetime(client) {}
    }

    @Test func `is answered once`() throws {
        let client = try Client(bench, bench.listenTCP())
        try client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        let id = bench.held[0].id
        #expect(bench.isAlive(id))
        #expect(bench.respond(to: id, Response(.ok, text: "1\n")))
        #expect(!bench.respond(to: id, Response(.ok, text: "2\n")))
        #expect(!bench.isAlive(id))
        #expect(bench.send("3", to: id) == .closed)
        #expect(try client.receive(endingWith: "1\n").hasPrefix("HTTP/1.1 200 OK"))
        _ = try client.get("/next")
    }

    @Test func `of a connection that is gone never meets the one in its place`() throws {
        let address = try bench.listenTCP()
        let first = try Client(bench, address)
        try first.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        bench.cut(bench.held[0].id)
        #expect(try first.receiveToEnd().isEmpty)
        let second = try Client(bench, address)
        try second.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 2 })
        #expect(bench.held[0].id != bench.held[1].id)
        #expect(!bench.respond(to: bench.held[0].id, Response(.ok, text: "late\n")))
        #expect(bench.respond(to: bench.held[1].id, Response(.ok, text: "right\n")))
        #expect(try second.receive(endingWith: "right\n").hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test(arguments: [true, false])
    func `that takes long sees its peer leave`(_ isUnix: Bool) throws {
        let client = try Client(bench, isUnix ? bench.listenUnix() : bench.listenTCP())
        try client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        #expect(bench.isAlive(bench.held[0].id))
        client.leave()
        #expect(try bench.turn { !bench.isAlive(bench.held[0].id) })
        _ = bench.respond(to: bench.held[0].id, Response(.ok))
        #expect(try bench.turn { bench.isEmpty })
    }
}
