import FosterConfig
import FosterCore
import Testing

/// The part of YAML that is taken, and what is refused of the rest.
@Suite("YAML")
struct YAMLTests {
    static let good = "services: {a: {command: run}}"

    static let refused: [(String, String)] = [
        ("a: &x 1\n" + good, "1:4: a: anchors are not allowed"),
        ("services: {a: {command: *x}}", "1:25: services.a.command: aliases are not allowed"),
        (
            "services: {a: {command: run, user: !!str 1}}",
            "1:36: services.a.user: tags are not allowed: each key knows what it expects"
        ),
        (
            "services: {a: {command: run, user: ! x}}",
            "1:36: services.a.user: tags are not allowed: each key knows what it expects"
        ),
        (good + "\n---\na: b\n", "2:1: only one document is allowed in a file"),
        ("services: {a: {command: run, ? {b: c} : d}}", "1:32: services.a: a key must be a text"),
        ("services:\n\ta: b\n", "2:1: not valid YAML: a tab cannot indent; use spaces"),
        ("services: @a\n", "1:11: not valid YAML: a value cannot begin with \"@\"; put it in quotes"),
        (
            "services: {a\n",
            "2:1: not valid YAML: did not find expected ',' or '}' while parsing a flow mapping that begins at 1:11"
        ),
        (
            "services: \"a\n",
            "2:1: not valid YAML: found unexpected end of stream while scanning a quoted scalar that begins at 1:11"
        ),
        ("services: a: b\n", "1:12: not valid YAML: mapping values are not allowed in this context"),
        ("%YAML 9.9\n---\n" + good, "1:1: not valid YAML: found incompatible YAML document"),
    ]

    @Test("What is not plain YAML is refused with its place", arguments: refused)
    func refusal(text: String, expected: String) {
        #expect(diagnostics(of: text).first { !$0.contains("unknown key") } == "f.yaml:\(expected)")
        #expect(Configuration.load(Array(text.utf8), file: "f.yaml").plan == nil)
    }

    static let bytes: [([UInt8], String)] = [
        (Array("a: b\nc: ".utf8) + [0xFF], "2:4: not valid UTF-8"),
        (Array("a: é".utf8) + [0xC3], "1:5: not valid UTF-8"),
        (Array("a: ".utf8) + [0xED, 0xA0, 0x80], "1:4: not valid UTF-8"),
        (Array("a: ".utf8) + [0xC0, 0x80], "1:4: not valid UTF-8"),
        (Array("a:\r\n  b\r c\0".utf8), "3:3: control character U+0000 is not allowed"),
        (Array("a: \u{1B}[31m".utf8), "1:4: control character U+001B is not allowed"),
        (Array("a: b\u{FEFF}".utf8), "1:5: control character U+FEFF is not allowed"),
        ([0xFF, 0xFE, 0x61, 0x00], "1:1: not valid UTF-8"),
        ([UInt8](repeating: 0x20, count: 1 << 20 + 1), "1:1: larger than 1 MiB"),
    ]

    @Test("Bytes that are no text are refused with their place", arguments: bytes)
    func notText(bytes: [UInt8], expected: String) {
        let result = Configuration.load(bytes, file: "f.yaml")
        #expect(result.diagnostics.map(\.description) == ["f.yaml:\(expected)"])
        #expect(result.plan == nil)
    }

    static let accepted = [
        "\u{FEFF}" + good,
        "services:\r\n  a:\r\n    command: run\r\n",
        "services:\r  a:\r    command: run\r",
        "---\n" + good + "\n...\n",
        "%YAML 1.1\n---\n" + good,
        "{\"services\": {\"a\": {\"command\": [\"run\"]}}}",
        "# comment\n\n" + good + " # more",
    ]

    @Test("Byte order mark, line ends, markers and JSON are no matter", arguments: accepted)
    func acceptance(text: String) throws {
        #expect(try plan(text).services == [ServiceSpec(id: "a", program: .command(["run"]))])
    }

    @Test("A byte order mark does not move the columns")
    func columnsAfterMark() {
        #expect(
            diagnostics(of: "\u{FEFF}a: &x b\n" + Self.good).first
                == "f.yaml:1:1: unknown key \"a\"; allowed: grace, orphans, output, api, services")
    }

    @Test("Columns count characters, not bytes")
    func columns() {
        #expect(
            diagnostics(of: "services: {a: {command: 'öäü€😀', user: ''}}").first?.hasPrefix(
                "f.yaml:1:40: services.a.user: ") == true)
    }

    @Test("Depth 32 is read, depth 33 refused")
    func depth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(
            diagnostics(of: nested(32)) == [
                "f.yaml:1:1: expected a map with the keys grace, orphans, output, api, services, found a list"
            ])
        #expect(diagnostics(of: nested(33)).first?.hasSuffix(": nested more than 32 levels deep") == true)
    }

    /// Shown by its name: the texts are a megabyte long.
    struct Hostile: CustomTestStringConvertible {
        let name: String
        let text: String
        var testDescription: String { name }
    }

    static let hostile: [Hostile] = [
        Hostile(name: "deep lists", text: String(repeating: "[", count: 1 << 20)),
        Hostile(name: "deep maps", text: String(repeating: "{a: ", count: 1 << 18)),
        Hostile(name: "deep block", text: String(repeating: "- ", count: 1 << 19)),
        Hostile(name: "many values", text: "a: [" + String(repeating: "[],", count: 300_000) + "]"),
        Hostile(name: "many keys", text: (0..<60_000).map { "key\($0): x\n" }.joined()),
        Hostile(name: "same key", text: String(repeating: "a: x\n", count: 49_000)),
        Hostile(name: "long scalar", text: "services: " + String(repeating: "x", count: 1_000_000)),
        Hostile(name: "long key", text: String(repeating: "x", count: 1_000_000) + ": y"),
        Hostile(name: "many services", text: "services:\n" + (0..<20_000).map { " s\($0): {comand: x}\n" }.joined()),
        Hostile(
            name: "many unknown dependencies",
            text: "services:\n a:\n  command: x\n  dependsOn:\n" + (0..<40_000).map { "  - b\($0)\n" }.joined()
        ),
        Hostile(
            name: "a long circle",
            text: "services:\n"
                + (0..<12_000).map { " s\($0): {command: x, dependsOn: [s\(($0 + 1) % 12_000)]}\n" }.joined()
        ),
        Hostile(
            name: "alias bomb",
            text: "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + zip("bcdefghi", "abcdefgh").map { "\($0): &\($0) [*\($1),*\($1),*\($1),*\($1),*\($1),*\($1)]\n" }
                .joined()
        ),
    ]

    @Test("Hostile text is refused within seconds", .timeLimit(.minutes(1)), arguments: hostile)
    func hostileText(_ hostile: Hostile) {
        let result = Configuration.load(Array(hostile.text.utf8), file: "f.yaml")
        #expect(result.plan == nil)
        #expect((1...101).contains(result.diagnostics.count))
        #expect(result.diagnostics.allSatisfy { $0.description.utf8.count < 20_000 })
    }

    @Test("A long circle is shown shortened")
    func longCircle() {
        let text = "services:\n" + (0..<60).map { " s\($0): {command: x, dependsOn: [s\(($0 + 1) % 60)]}\n" }.joined()
        let shown = diagnostics(of: text)
        #expect(shown.count == 1)
        #expect(
            shown.first?.hasSuffix(
                "circle: s0 → s1 → s2 → s3 → s4 → s5 → … 49 more … → s55 → s56 → s57 → s58 → s59 → s0") == true,
            "\(shown)")
    }
}
