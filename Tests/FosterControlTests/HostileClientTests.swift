import FosterAPI
import FosterCore
import FosterSystem
import Glibc
import Testing

@testable import FosterControl

@Suite struct HostileClientTests {
    @Test func pipelinedVerbsAreAllAnswered() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let client = try fixture.connect()
        let one = "POST /v1/services/web/stop HTTP/1.1\r\nHost: localhost\r\n\r\n"
        client.write(String(repeating: one, count: 5))
        // Each is posted when the one before has been answered, and nothing else wakes the control thread then.
        for _ in 0..<5 {
            try #require(try fixture.initSide.takeRequests())
            #expect(try client.receive().status == 202)
        }
    }

    @Test(arguments: ["", "?wait=30s"])
    func whoHasEndedItsSideIsAnsweredNevertheless(query: String) throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin)
        let client = try fixture.connect()
        client.request("POST", "/v1/services/web/stop\(query)")
        client.endSending()
        try #require(try fixture.initSide.takeRequests())
        fixture.initSide.happen(.exited("web", run: 1, .exited(code: 0)))
        let answer = try client.receive()
        #expect(answer.status == (query.isEmpty ? 202 : 200))
    }

    @Test func aStreamGoesOnForWhoHasEndedItsSide() throws {
        let fixture = try Fixture()
        let client = try fixture.connect()
        client.request("GET", "/v1/events", ["Accept": "application/x-ndjson"])
        client.endSending()
        #expect(try client.receive().status == 200)
        #expect(try client.receiveChunk()?.contains("bookmark") == true)
        fixture.initSide.happen(.begin)
        #expect(try client.receiveChunk()?.contains("service.state") == true)
    }

    @Test(arguments: [
        ("{\"ifRunId\":null}", "invalid-member"), ("{\"ifRunId\":1.5}", "invalid-member"),
        ("{\"ifRunId\":99999999999999999999}", "invalid-member"), ("{\"ifRunId\":true}", "invalid-member"),
        ("{\"\(String(repeating: "x", count: 100_000))\":1}", "unknown-member"), ("{\"ifRunId\":1}\0", "invalid-json"),
        (String(repeating: "[", count: 100_000), "invalid-json"), (" ", "invalid-json"),
    ])
    func aBodyThatIsNotWhatWasAgreedIsRefusedInFewWords(body: String, code: String) throws {
        let fixture = try Fixture()
        let answer = try fixture.ask("POST", "/v1/services/web/stop", body: body)
        #expect(answer.status == 400)
        #expect(try answer.problem.code == code)
        #expect(answer.body.count < 1000)
    }

    @Test func withoutDescriptorsNobodyIsSaidToBeGone() async {
        // The limit is the process's: in a process of its own it disturbs no other test.
        await #expect(processExitsWith: .success) {
            let fixture = try Fixture()
            let client = try fixture.connect()
            client.request("GET", "/livez")
            #expect(try client.receive().status == 200)
            var limit = rlimit(rlim_cur: 1, rlim_max: 1024)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
            client.request("GET", "/v1/processes")
            let answer = try client.receive()
            #expect(answer.status == 503)
            #expect(try answer.problem.code == "no-proc")
        }
    }

    @Test func onlyUTF8IsJSON() throws {
        let text = "{\"ifRunId\":1}"
        let client = try Fixture().connect()
        let units = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        client.write("POST /v1/services/web/stop HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        client.write("Content-Length: \(units.count)\r\n\r\n")
        client.write(bytes: units)
        let answer = try client.receive()
        #expect(answer.status == 400)
        #expect(try answer.problem.code == "invalid-json")
    }

    @Test(arguments: [
        "?limit=%2B5", "?limit=0", "?limit=99999999999999999999", "?\(String(repeating: "x", count: 5000))=1",
    ])
    func aQueryThatIsNotWhatWasAgreedIsRefusedInFewWords(query: String) throws {
        let answer = try Fixture().get("/v1/events\(query)")
        #expect(answer.status == 400)
        #expect(answer.body.count < 1000)
    }
}

@Suite struct ManyReadersTests {
    @Test func everyReaderGetsEverythingInOrder() throws {
        let fixture = try Fixture()
        let readers = try (0..<ControlLoop.streamLimit).map { _ in try fixture.connect() }
        for reader in readers {
            reader.request("GET", "/v1/events", ["Accept": "application/x-ndjson"])
            #expect(try reader.receive().status == 200)
            #expect(try reader.receiveChunk()?.contains("bookmark") == true)
        }
        let count = 100
        for number in 0..<count { fixture.initSide.note(.warning("number \(number)")) }
        fixture.initSide.publish()
        for reader in readers {
            var numbers: [String] = []
            while numbers.count < count {
                let lines = try #require(try reader.receiveChunk()).split(separator: "\n")
                numbers += try lines.map { line in
                    try #require(try JSONInput.decode(Message.self, from: Array(line.utf8)).message)
                }
            }
            #expect(numbers == (0..<count).map { "number \($0)" })
        }
    }

    private struct Message: Decodable {
        let message: String?
    }

    @Test func textsAreForgottenInTime() throws {
        var texts = EventTexts()
        let life = Life(epoch: 1, wallOffset: .zero)
        for revision in 1...1000 {
            let entry = JournalEntry(revision: UInt64(revision), time: .zero, event: .warning("\(revision)"))
            let text = texts.text(of: entry, life)
            #expect(texts.text(of: entry, life) == text)
            #expect(String(decoding: text, as: UTF8.self).contains("\"message\":\"\(revision)\""))
            #expect(texts.count <= EventTexts.limit)
        }
    }
}
