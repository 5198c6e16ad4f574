import FosterAPI
import Testing

/// What a client reads is what foster has written.
@Suite struct FindingTests {
    private static let finding = Finding(
        id: "shell-form", severity: .warning, summary: "s \u{1b}", evidence: ["a", "b"], remedy: "r", service: "web",
        pid: 7)
    private static let diagnostics = Diagnostics(
        examinedAt: Timestamp(millisecondsSince1970: 1_700_000_000_123),
        items: [finding, Finding(id: "x", severity: .info, summary: "", evidence: [], remedy: "")])

    @Test func diagnosticsComeBackAsTheyWere() throws {
        let text = JSONOutput.encode(Self.diagnostics)
        #expect(try JSONInput.decode(Diagnostics.self, from: text) == Self.diagnostics)
    }

    @Test(arguments: [
        #"{"examinedAt":"2026-11-23T09:06:00.000Z"}"#, #"{"examinedAt":"2026-11-23T09:06:00.000Z","items":{}}"#,
        #"{"examinedAt":"2026-11-23T09:06:00.000Z","items":[[]]}"#,
        #"{"examinedAt":"2026-11-23T09:06:00.000Z","items":[{}]}"#,
        #"{"examinedAt":7,"items":[]}"#, "[]",
        #"{"examinedAt":"2026-11-23T09:06:00.000Z","items":[{"evidence":[1],"id":"x","remedy":"","severity":"info","summary":""}]}"#,
        #"{"examinedAt":"2026-11-23T09:06:00.000Z","items":[{"evidence":[],"id":"x","remedy":"","severity":"bad","summary":""}]}"#,
    ])
    func otherTextsAreRefused(text: String) {
        #expect(throws: DecodingError.self) { try JSONInput.decode(Diagnostics.self, from: Array(text.utf8)) }
    }

    @Test func arraysOfNumbersAndArraysAreRead() throws {
        #expect(try JSONInput.decode([[Int]].self, from: Array("[[1, 2], [], [3]]".utf8)) == [[1, 2], [], [3]])
        #expect(try JSONInput.decode([Double?].self, from: Array("[1.5, null]".utf8)) == [1.5, nil])
        #expect(throws: DecodingError.self) { try JSONInput.decode([UInt8].self, from: Array("[256]".utf8)) }
    }

    @Test func severitiesAreInOrder() { #expect(Finding.Severity.allCases.sorted() == [.info, .warning, .error]) }
}
