import FosterSystem
import FosterWire
import Foundation
import SystemPackage
import Testing

@testable import FosterClient

@Suite struct AgentClientTests {
    /// Listens at a path of its own, takes one connection and does something with it.
    private func ask(
        _ client: (inout AgentClient) -> Void = { _ in }, heard: @escaping @Sendable (String) -> Void = { _ in },
        answering: @escaping @Sendable (borrowing Descriptor) -> Void
    ) throws -> ReceivedResponse {
        let directory = FileManager.default.temporaryDirectory.appending(path: "foster-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.path + "/s"
        let listener = try Listener.unix(path: path, mode: 0o600)
        Thread.detachNewThread {
            for _ in 0..<500 {
                if let connection = try? listener.accept() {
                    // What is left unread when it closes would reset the connection.
                    heard(Self.request(on: connection))
                    return answering(connection)
                }
                usleep(10_000)
            }
        }
        var agent = AgentClient(path: path)
        agent.patience = .seconds(5)
        client(&agent)
        return try agent.get("/v1/info")
    }

    private static func say(_ text: String, to connection: borrowing Descriptor) {
        let bytes = Array(text.utf8)
        var sent = 0
        for _ in 0..<1000 where sent < bytes.count {
            if let count = try? connection.send(bytes, from: sent) { sent += count } else { usleep(1000) }
        }
    }

    private static func request(on connection: borrowing Descriptor) -> String {
        var request = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<2000 {
            if let count = try? connection.read(into: &request) {
                return String(decoding: request.prefix(count), as: UTF8.self)
            }
            usleep(1000)
        }
        return ""
    }

    @Test func itSendsARequestAndReadsTheAnswer() throws {
        let pipe = try FosterSystem.Pipe()
        let response = try ask(heard: { request in
            var request = request
            _ = request.withUTF8 { try? pipe.writing.descriptor.write(UnsafeRawBufferPointer($0)) }
        }) {
            Self.say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nyes", to: $0)
        }
        #expect(response == ReceivedResponse(status: 200, mediaType: "text/plain", body: Array("yes".utf8)))
        var request = [UInt8](repeating: 0, count: 4096)
        let count = try pipe.reading.descriptor.read(into: &request)
        #expect(
            String(decoding: request.prefix(count), as: UTF8.self)
                == "GET /v1/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    }

    @Test func aLargeAnswerIsReadWhole() throws {
        let body = String(repeating: "x", count: 3_000_000)
        let response = try ask { Self.say("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n\(body)", to: $0) }
        #expect(response.body.count == 3_000_000)
    }

    @Test func oneThatIsTooLargeIsNot() throws {
        #expect(throws: AgentClient.Failure.unreadable(.tooLarge)) {
            try ask({ $0.largestBody = 9 }) { Self.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", to: $0) }
        }
    }

    @Test func aConnectionThatEndsEarlyIsAnError() throws {
        #expect(throws: AgentClient.Failure.unreadable(.truncated)) {
            try ask { Self.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", to: $0) }
        }
    }

    @Test func somethingElseThatListensIsAnError() throws {
        #expect(throws: AgentClient.Failure.unreadable(.badStatusLine)) {
            try ask { Self.say("220 mail.example ESMTP\r\n\r\n", to: $0) }
        }
    }

    @Test func silenceEndsWithItsPatience() throws {
        #expect(throws: AgentClient.Failure.timedOut) {
            try ask({ $0.patience = .milliseconds(200) }) { _ in usleep(1_000_000) }
        }
    }

    @Test func nobodyThereIsToldByErrno() {
        let client = AgentClient(path: "/nonexistent/control.sock")
        #expect(throws: AgentClient.Failure.unreachable(.noSuchFileOrDirectory)) { try client.get("/livez") }
        #expect(throws: AgentClient.Failure.unreachable(.fileNameTooLong)) {
            try AgentClient(path: "/" + String(repeating: "x", count: 200)).get("/livez")
        }
    }

    @Test func onesOwnAgentIsTrusted() throws {
        let response = try ask({ $0.trustsOnlyOwn = true }) {
            Self.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", to: $0)
        }
        #expect(response.status == 200)
    }
}
