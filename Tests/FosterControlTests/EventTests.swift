import FosterAPI
import FosterCore
import FosterLoop
import Foundation
import Testing

@testable import FosterControl

@Suite struct EventTests {
    @Test func aPageHasTheJournalFromItsBeginning() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin, .exited("web", run: 1, .signaled(.quit, coreDumped: true)))
        let page = try fixture.get("/v1/events").decode(EventPage.self)
        #expect(page.events.first?.cursor.revision == 1)
        #expect(page.events.map(\.cursor.revision) == Array(1...page.cursor.revision))
        #expect(!page.more)
        let exit = try #require(page.events.first { $0.type == "service.exit" })
        #expect(exit.exit == .init(code: 131, signal: "SIGQUIT", coreDumped: true, expected: false))
        #expect(exit.service == "web")
        #expect(exit.runId == 1)
    }

    @Test func pagesFollowEachOtherWithoutGapOrRepetition() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        for _ in 0..<20 { fixture.initSide.happen(.observed(.signalReceived(.hup))) }
        var seen: [UInt64] = []
        var target = "/v1/events?limit=3"
        while true {
            let page = try fixture.get(target).decode(EventPage.self)
            seen += page.events.map(\.cursor.revision)
            guard page.more else { break }
            target = "/v1/events?limit=3&after=\(page.cursor)"
        }
        #expect(seen == Array(1...fixture.initSide.status.value.journal.lastRevision))
    }

    @Test(arguments: [
        ("", ["agent.warning", "signal.received"]), ("?type=signal.received", ["signal.received"]),
        ("?type=process.*", ["process.adopted", "process.reaped"]), ("?type=process.reaped", ["process.reaped"]),
        ("?service=web", []), ("?service=web&type=process.*", ["process.reaped"]),
    ])
    func aReaderGetsTheTypesAndServicesThatItAskedFor(query: String, types: [String]) throws {
        let fixture = try Fixture()
        fixture.initSide.happen(
            .observed(.processAdopted(.init(pid: 9, startTime: 1), name: "orphan", service: nil)),
            .observed(
                .processReaped(pid: 9, .exited(code: 0), name: "orphan", service: "web", after: .milliseconds(1500))),
            .observed(.warning("no /proc")), .observed(.signalReceived(.hup)))
        #expect(try fixture.get("/v1/events\(query)").decode(EventPage.self).events.map(\.type) == types)
    }

    @Test(arguments: [
        ("?after=0000000000c0ffee-99", 410, "cursor-gone"), ("?after=0000000000000001-0", 410, "cursor-gone"),
        ("?after=5", 400, "invalid-parameter"), ("?type=service", 400, "invalid-parameter"),
        ("?limit=0", 400, "invalid-parameter"), ("?limit=1001", 400, "invalid-parameter"),
    ])
    func whatTheJournalCannotShowIsRefused(query: String, status: Int, code: String) throws {
        let answer = try Fixture().get("/v1/events\(query)")
        #expect(answer.status == status)
        #expect(try answer.problem.code == code)
    }

    @Test func whatIsNotOfferedIsNotAcceptable() throws {
        let answer = try Fixture().get("/v1/events", ["Accept": "text/html"])
        #expect(answer.status == 406)
    }

    @Test func aCursorThatHasFallenOffTheJournalIsGone() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        for _ in 0..<20_000 { fixture.initSide.note(.signalReceived(.hup)) }
        fixture.initSide.publish()
        #expect(try fixture.get("/v1/events?after=0000000000c0ffee-0").status == 410)
        let page = try fixture.get("/v1/events?limit=1").decode(EventPage.self)
        #expect(page.events.first?.cursor.revision == fixture.initSide.status.value.journal.firstRevision)
    }

    @Test func linesFollowTheJournal() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let last = fixture.initSide.status.value.journal.lastRevision
        let client = try fixture.connect()
        client.request("GET", "/v1/events", ["Accept": "application/x-ndjson"])
        #expect(try client.receive().fields["content-type"] == "application/x-ndjson")
        let bookmark = try decode(StreamNotice.self, try client.receiveChunk())
        #expect(bookmark == StreamNotice(type: .bookmark, cursor: Cursor(epoch: Fixture.epoch, revision: last)))
        for number in 1...5 {
            fixture.initSide.happen(.observed(.signalReceived(.hup)))
            let event = try decode(EventPayload.self, try client.receiveChunk())
            #expect(event.cursor.revision == last + UInt64(number))
            #expect(event.signal == "SIGHUP")
        }
    }

    @Test func serverSentEventsResumeWhereTheReaderWas() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.observed(.signalReceived(.hup)), .observed(.signalReceived(.usr1)))
        let client = try fixture.connect()
        client.request(
            "GET", "/v1/events",
            ["Accept": "text/event-stream", "Last-Event-ID": "0000000000c0ffee-1"])
        #expect(try client.receive().fields["content-type"] == "text/event-stream")
        var text = ""
        while !text.contains("data:") { text += try #require(try client.receiveChunk()) }
        #expect(
            text.hasPrefix(": ping\nid: 0000000000c0ffee-1\n\nid: 0000000000c0ffee-2\nevent: signal.received\ndata: {"))
        #expect(text.hasSuffix("}\n\n"))
        #expect(text.contains("\"signal\":\"SIGUSR1\""))
    }

    @Test func aReaderThatFallsOffTheJournalIsToldAndCut() throws {
        let fixture = try Fixture()
        let client = try fixture.connect()
        client.request("GET", "/v1/events", ["Accept": "application/x-ndjson"])
        _ = try client.receive()
        _ = try client.receiveChunk()
        // All of it is one publication, so that no reader can keep up.
        for _ in 0..<20_000 { fixture.initSide.note(.signalReceived(.hup)) }
        fixture.initSide.publish()
        let notice = try decode(StreamNotice.self, try client.receiveChunk())
        #expect(notice.type == .problem)
        #expect(notice.problem?.code == "cursor-gone")
        #expect(try client.receiveChunk() == nil)
    }

    @Test func aReaderThatDoesNotReadCostsNothingAndMissesNothing() throws {
        let fixture = try Fixture()
        let client = try fixture.connect()
        client.request("GET", "/v1/events", ["Accept": "application/x-ndjson"])
        _ = try client.receive()
        // More than a socket's buffers and the stream's hold, less than the journal's.
        let count = 6000
        for _ in 0..<count {
            fixture.initSide.note(.warning(String(repeating: "x", count: 200)))
        }
        fixture.initSide.publish()
        #expect(try fixture.get("/livez").status == 200)
        var text = ""
        var missing = count + 1
        while missing > 0 {
            let chunk = try #require(try client.receiveChunk())
            missing -= chunk.utf8.reduce(0) { $0 + ($1 == 10 ? 1 : 0) }
            text += chunk
        }
        let lines = text.split(separator: "\n").dropFirst()
        let revisions = try lines.map { try decode(EventPayload.self, String($0)).cursor.revision }
        #expect(revisions == Array(1...UInt64(count)))
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String?) throws -> Value {
        try JSONDecoder().decode(type, from: Data((text ?? "").utf8))
    }
}
