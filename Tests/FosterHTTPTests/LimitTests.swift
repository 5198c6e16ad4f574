import FosterHTTP
import FosterWire
import Foundation
import Testing

@Suite struct `A deadline` {
    let bench: Bench
    let client: Client

    init() throws {
        bench = try Bench()
        client = try Client(bench, bench.listenTCP())
        #expect(try bench.turn { bench.total?.open == 1 })
    }

    /// Lets time go by, first to just before the deadline, where nothing must have happened.
    private func pass(_ seconds: Int) throws {
        bench.now += .seconds(seconds) - .milliseconds(1)
        for _ in 0..<3 { try bench.turn() }
        #expect(isOpen(client))
        #expect(client.received.isEmpty)
        bench.now += .milliseconds(1)
    }

    @Test func `for the head is answered 408`() throws {
        try client.send("GET / HTTP/1.1\r\nHost:")
        try bench.turn()
        try pass(5)
        #expect(try client.receiveToEnd().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(bench.total?.rejections == [.headTimeout: 1])
    }

    @Test func `for the head begins with its first byte on a connection in use`() throws {
        _ = try client.get("/a")
        bench.now += .seconds(60)
        try client.send("GET")
        #expect(try bench.turn { bench.nextDeadline != nil })
        for _ in 0..<3 { try bench.turn() }
        try pass(5)
        #expect(try client.receiveToEnd().hasPrefix("HTTP/1.1 408 "))
    }

    @Test func `for the body is answered 408`() throws {
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        for _ in 0..<3 { try bench.turn() }
        try pass(10)
        #expect(try client.receiveToEnd().hasSuffix("probe: body-timeout\n"))
    }

    @Test func `for a connection that says nothing closes it without a word`() throws {
        try pass(5)
        #expect(try client.receiveToEnd().isEmpty)
    }

    @Test func `for the next request closes an idle connection`() throws {
        _ = try client.get("/a")
        bench.now += .seconds(40)
        _ = try client.get("/b")
        try pass(75)
        #expect(try client.receiveToEnd().isEmpty)
    }

    @Test func `is none while a request waits for its response`() throws {
        try client.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        try pass(100_000)
        #expect(bench.respond(to: bench.held[0].id, Response(.ok, text: "at last\n")))
        #expect(try client.receive(endingWith: "at last\n").hasPrefix("HTTP/1.1 200"))
    }

    @Test func `ends the lingering of a client that does not leave`() throws {
        try client.send("\n")
        _ = try client.receive(endingWith: "bare-lf\n")
        #expect(!bench.isEmpty)
        bench.now += .seconds(2)
        #expect(try bench.turn { bench.isEmpty })
        #expect(bench.nextDeadline == nil)
    }

    @Test func `is none without connections`() throws {
        _ = try client.get("/a")
        client.leave()
        #expect(try bench.turn { bench.isEmpty })
        #expect(bench.nextDeadline == nil)
    }
}

@Suite struct `A listener` {
    @Test func `tells connections above its limit so, and serves again when one has gone`() throws {
        let bench = try Bench()
        let address = try bench.listenTCP("control", connections: 2)
        let other = try bench.listenTCP("probe", connections: 1)
        let first = try Client(bench, address)
        let second = try Client(bench, address)
        _ = try first.get("/a")
        _ = try second.get("/b")
        let third = try Client(bench, address)
        let refusal = try third.receiveToEnd()
        #expect(refusal.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(refusal.contains("\r\nRetry-After: 1\r\n"))
        #expect(refusal.hasSuffix("control: too-many-connections\n"))
        // Another listener's slots are its own.
        _ = try Client(bench, other).get("/livez")
        _ = try second.get("/b")
        first.leave()
        third.leave()
        #expect(try bench.turn { bench.statistics[0].open == 1 })
        _ = try Client(bench, address).get("/d")
    }

    @Test func `lets connections wait that are too many even to be told so`() throws {
        var limits = Limits()
        limits.connections = 1
        limits.refusals = 1
        let bench = try Bench(limits)
        let address = try bench.listenTCP()
        let first = try Client(bench, address)
        _ = try first.get("/a")
        let second = try Client(bench, address)
        _ = try second.receive(endingWith: "too-many-connections\n")
        let third = try Client(bench, address)
        try third.send("GET /c HTTP/1.1\r\nHost: a\r\n\r\n")
        for _ in 0..<5 { try bench.turn() }
        #expect(bench.total?.accepted == 2)
        first.leave()
        #expect(try third.receive(endingWith: "/c\n").hasPrefix("HTTP/1.1 200"))
    }

    @Test func `that drains finishes what is under way and nothing more`() throws {
        let bench = try Bench()
        let address = try bench.listenTCP()
        let idle = try Client(bench, address)
        _ = try idle.get("/a")
        let busy = try Client(bench, address)
        try busy.send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.held.count == 1 })
        bench.drain()
        #expect(try idle.receiveToEnd().isEmpty)
        #expect(!bench.isEmpty)
        #expect(bench.respond(to: bench.held[0].id, Response(.ok, text: "done\n")))
        let answer = try busy.receiveToEnd()
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(answer.hasSuffix("done\n"))
        #expect(bench.isEmpty)
        #expect(throws: Client.Refused.self) { try Client(bench, address) }
    }

    @Test func `that drains lets a response go out whole`() throws {
        let bench = try Bench()
        let client = try Client(bench, bench.listenTCP())
        try client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bench.turn { bench.seen.count == 1 && bench.eventCount == 0 })
        bench.drain()
        #expect(!bench.isEmpty)
        #expect(try client.receiveToEnd().utf8.count > 16 << 20)
        #expect(bench.isEmpty)
    }

    @Test(arguments: ["", "G", "GET / HTTP/1.1\r\nHo"])
    func `who sends no whole request does not keep others out`(beginning: String) throws {
        let bench = try Bench()
        let address = try bench.listenTCP(connections: 4)
        let idle = try (0..<4).map { _ in try Client(bench, address) }
        for client in idle where !beginning.isEmpty { try client.send(beginning) }
        #expect(try bench.turn { bench.total?.open == 4 && bench.eventCount == 0 })
        // In the first moment they may only be slow.
        let early = try Client(bench, address)
        try early.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try early.receiveToEnd().hasPrefix("HTTP/1.1 503"))
        bench.now += .milliseconds(200)
        let late = try Client(bench, address)
        try late.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try late.receive(endingWith: "/b\n").hasPrefix("HTTP/1.1 200"))
    }

    @Test func `rests while there are no descriptors, and goes on by itself`() async {
        // The limit is the process's: in a process of its own it disturbs no other test.
        await #expect(processExitsWith: .success) {
            // Nothing is silent for so long that it must make room.
            var limits = Limits()
            limits.quietTime = .seconds(1000)
            let bench = try Bench(limits)
            let address = try bench.listenTCP()
            let old = try Client(bench, address)
            _ = try old.get("/a")
            let new = try Client(bench, address)
            // Below every one that is open: nothing that somebody closes meanwhile makes room.
            try setDescriptorLimit(1)
            try new.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try bench.turn { bench.total?.exhaustions == 1 })
            // It does not spin, and what is connected is served.
            for _ in 0..<5 { try bench.turn() }
            #expect(bench.total?.exhaustions == 1)
            _ = try old.get("/c")
            // Time lets it try again, in vain, and again.
            #expect(bench.nextDeadline == bench.now + .seconds(1))
            bench.now += .seconds(1)
            #expect(try bench.turn { bench.total?.exhaustions == 2 })
            try setDescriptorLimit(1024)
            bench.now += .seconds(1)
            #expect(try new.receive(endingWith: "/b\n").hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `takes the descriptor of another one's connection that has been silent`() async {
        await #expect(processExitsWith: .success) {
            let bench = try Bench()
            let quiet = try Client(bench, bench.listenTCP("control"))
            _ = try quiet.get("/a")
            let probe = try bench.listenTCP("probe")
            let new = try Client(bench, probe)
            try setDescriptorLimit(lowestFreeDescriptor())
            bench.now += .seconds(1)
            try new.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try new.receive(endingWith: "/b\n").hasPrefix("HTTP/1.1 200"))
            #expect(try quiet.receiveToEnd().isEmpty)
            #expect(bench.statistics[1].exhaustions == 0)
        }
    }

    @Test func `goes on at once when a connection frees its descriptor`() async {
        await #expect(processExitsWith: .success) {
            let bench = try Bench()
            let address = try bench.listenTCP()
            let old = try Client(bench, address)
            _ = try old.get("/a")
            let new = try Client(bench, address)
            try setDescriptorLimit(lowestFreeDescriptor())
            try new.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try bench.turn { bench.total?.exhaustions == 1 })
            old.endSending()
            #expect(try new.receive(endingWith: "/b\n").hasPrefix("HTTP/1.1 200"))
        }
    }
}

/// The number that the next descriptor will get; none above it is open.
private func lowestFreeDescriptor() throws -> rlim_t {
    let next = dup(0)
    try #require(next >= 0)
    close(next)
    return rlim_t(next)
}

private func setDescriptorLimit(_ count: rlim_t) throws {
    var limit = rlimit()
    try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    limit.rlim_cur = count
    try #require(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
}
