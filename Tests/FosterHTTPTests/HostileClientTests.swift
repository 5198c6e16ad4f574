import FosterLoop
import FosterWire
import Testing

@testable import FosterHTTP

@Suite struct `A full listener` {
    @Test func `makes room for a new connection by closing the one that has been silent longest`() throws {
        let bench = try Bench()
        let address = try bench.listenTCP(connections: 3)
        let busy = try Client(bench, address)
        try busy.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        let oldest = try Client(bench, address)
        _ = try oldest.get("/a")
        bench.now += .milliseconds(500)
        let other = try Client(bench, address)
        _ = try other.get("/b")
        bench.now += .milliseconds(600)
        _ = try Client(bench, address).get("/c")
        #expect(try oldest.receiveToEnd().isEmpty)
        #expect(isOpen(other))
        #expect(isOpen(busy))
    }

    @Test func `makes no room at the cost of a request that has just begun`() throws {
        let bench = try Bench()
        let address = try bench.listenTCP(connections: 1)
        let slow = try Client(bench, address)
        try slow.send("GET /a HTTP/1.1\r\n")
        for _ in 0..<3 { try bench.turn() }
        bench.now += .milliseconds(100)
        #expect(try Client(bench, address).receiveToEnd().hasPrefix("HTTP/1.1 503 "))
        try slow.send("Host: a\r\n\r\n")
        #expect(try slow.receive(endingWith: "/a\n").hasPrefix("HTTP/1.1 200"))
    }
}

@Suite struct `Limits of connections` {
    @Test(arguments: [
        (UInt64.max, 128, 16), (1024, 128, 16), (256, 32, 8), (40, 5, 1), (1, 4, 1),
    ])
    func `leave most descriptors to others`(openFiles: UInt64, connections: Int, refusals: Int) {
        let limits = Limits(openFiles: openFiles)
        #expect(limits.connections == connections)
        #expect(limits.refusals == refusals)
    }
}

@Suite struct `What waits to be sent` {
    @Test func `is limited over all connections, at the cost of the one that exceeds it`() throws {
        var limits = Limits()
        limits.unsent = 17 << 20
        let bench = try Bench(limits)
        let address = try bench.listenTCP()
        let first = try Client(bench, address)
        try first.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.seen.count == 1 })
        let second = try Client(bench, address)
        try second.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.total?.shed == 1 })
        #expect(bench.total?.open == 1)
        // Small responses do not wait for anybody.
        _ = try Client(bench, address).get("/a")
        let isWhole = try bench.turn {
            first.receiveSome()
            return first.received.count > 16 << 20
        }
        #expect(isWhole)
    }
}

@Suite struct `Requests that are ready` {
    @Test func `come from urgent listeners first`() throws {
        let bench = try Bench()
        let usual = try Client(bench, bench.listenTCP("control"))
        let urgent = try Client(bench, bench.listenTCP("probe", isUrgent: true))
        #expect(try bench.turn { bench.statistics.allSatisfy { $0.open == 1 } })
        let request = Array("GET /a HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        #expect(usual.sendSome(request[...]) == request.count)
        #expect(urgent.sendSome(request[...]) == request.count)
        #expect(try bench.turn { bench.seen.count == 2 })
        #expect(bench.seen.map(\.listener) == ["probe", "control"])
    }

    @Test func `are forgotten once taken, though others always wait`() {
        var queue = ReadyQueue()
        for index in 0..<UInt32(3) { queue.append(SlotKey(index: index, generation: 0)) }
        for turn in 0..<10_000 {
            let key = queue.popFirst()
            #expect(key?.index == UInt32(turn % 3))
            if let key { queue.append(key) }
        }
        #expect(queue.held < 200)
    }
}
