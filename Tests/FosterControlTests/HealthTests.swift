import FosterCore
import FosterWire
import Testing

@testable import FosterControl

@Suite struct HealthTests {
    @Test func livezAsksTheInitLoopOnceASecondAtMost() throws {
        let fixture = try Fixture()
        for _ in 0..<5 { #expect(try fixture.get("/livez").text == "ok\n") }
        try #require(try fixture.initSide.takeRequests())
        #expect(fixture.initSide.pings == [1])
    }

    @Test func nobodyIsAskedUnlessSomebodyAsks() throws {
        let fixture = try Fixture()
        _ = try fixture.get("/readyz")
        #expect(try !fixture.initSide.takeRequests(within: .zero))
    }

    @Test func anInitLoopThatDoesNotAnswerFor5SecondsIsNotAlive() {
        var liveness = Liveness()
        var posted: [UInt64] = []
        func ask(answered: UInt64, at now: Duration, hasRoom: Bool = true) {
            liveness.ask(answered: answered, at: now) { number in
                if hasRoom { posted.append(number) }
                return hasRoom
            }
        }
        ask(answered: 0, at: .seconds(100))
        ask(answered: 0, at: .seconds(104))
        #expect(posted == [1])
        #expect(liveness.response(answered: 0, verbose: false, at: .milliseconds(104_999)).status == .ok)
        let late = liveness.response(answered: 0, verbose: false, at: .seconds(105))
        #expect(late.status == .serviceUnavailable)
        #expect(String(decoding: late.body, as: UTF8.self).contains("for 5 s"))
        // One answer, however late, makes it well.
        #expect(liveness.response(answered: 1, verbose: false, at: .seconds(106)).status == .ok)
        ask(answered: 1, at: .seconds(106))
        ask(answered: 2, at: .milliseconds(106_999))
        #expect(posted == [1, 2])
        ask(answered: 2, at: .seconds(107))
        #expect(posted == [1, 2, 3])
        // A full mailbox counts as silence, but not for good.
        ask(answered: 3, at: .seconds(110), hasRoom: false)
        #expect(liveness.response(answered: 3, verbose: false, at: .seconds(115)).status == .serviceUnavailable)
        ask(answered: 3, at: .seconds(116))
        ask(answered: 3, at: .seconds(117))
        #expect(posted == [1, 2, 3, 4])
        #expect(liveness.response(answered: 4, verbose: false, at: .seconds(118)).status == .ok)
    }

    @Test func readyzNamesWhatIsMissing() throws {
        let fixture = try Fixture([
            Fixture.service("db") { $0.readiness = .notify },
            Fixture.service("web") { $0.dependsOn = [Dependency("db", .ready)] }, Fixture.service("extra"),
        ])
        fixture.initSide.happen(.begin)
        let answer = try fixture.get("/readyz")
        #expect(answer.status == 503)
        #expect(answer.text == "[-] db: starting\n[-] web: starting, waiting for db\nnot ok\n")
        #expect(answer.fields["content-type"] == "text/plain; charset=utf-8")
        #expect(try fixture.get("/startupz").status == 503)

        fixture.initSide.happen(.notified("db", run: 1, .ready))
        #expect(try fixture.get("/readyz").text == "ok\n")
        #expect(try fixture.get("/startupz").status == 200)
        #expect(
            try fixture.get("/readyz?verbose").text
                == "[+] db: running\n[+] web: running\n[+] extra: running\nok\n")
    }

    @Test func aStopMakesItNotReadyAtOnceAndLeavesItAlive() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        fixture.initSide.happen(.signal(SignalMessage(.term)))
        #expect(try fixture.get("/readyz").text.hasPrefix("[-] everything is being stopped\n"))
        #expect(try fixture.get("/startupz").status == 200)
        #expect(try fixture.get("/livez").status == 200)
    }
}
