import FosterAPI
import Foundation
import Testing

@Suite struct RequestTests {
    @Test func aSignalGoesToTheFirstProcessUnlessToldOtherwise() throws {
        let request = try decode(SignalRequest.self, #"{"signal":"TERM"}"#)
        #expect(request == SignalRequest(signal: "TERM", scope: .main))
        let whole = try decode(SignalRequest.self, #"{"signal":"9","scope":"all","ifRunId":3}"#)
        #expect(whole == SignalRequest(signal: "9", scope: .all, ifRunId: 3))
    }

    @Test(arguments: [
        #"{"signal":"TERM","scop":"all"}"#, #"{"Signal":"TERM"}"#, #"{"signal":"TERM","":1}"#,
    ])
    func anUnknownMemberIsRefused(body: String) {
        #expect(throws: UnknownMember.self) { try decode(SignalRequest.self, body) }
    }

    @Test(arguments: [#"{"exitCode":256}"#, #"{"exitCode":-1}"#, #"{"exitCode":"1"}"#, "[]", "1", "null", ""])
    func anExitCodeIsANumberFrom0To255(body: String) {
        #expect(throws: DecodingError.self) { try decode(ShutdownRequest.self, body) }
    }

    @Test func bodiesWithoutMembersAreEmptyObjects() throws {
        #expect(try decode(StartRequest.self, "{}") == StartRequest())
        #expect(try decode(RunRequest.self, "{}") == RunRequest())
        #expect(try decode(ShutdownRequest.self, "{}") == ShutdownRequest())
        #expect(throws: UnknownMember.self) { try decode(StartRequest.self, #"{"x":1}"#) }
    }

    @Test func namesInPathsAreEncoded() {
        #expect(Path.filling(Path.start, with: "web") == "/v1/services/web/start")
        #expect(Path.filling(Path.service, with: "a b/ü") == "/v1/services/a%20b%2F%C3%BC")
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
