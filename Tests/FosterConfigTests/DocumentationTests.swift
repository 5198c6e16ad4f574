import FosterConfig
import Foundation
import Testing

/// `docs/configuration.md` says what is true.
@Suite("Documentation")
struct DocumentationTests {
    static let text: String = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/configuration.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    @Test("Every example file in it is a good configuration")
    func examples() {
        let examples = Self.text.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(examples.count == 2)
        for example in examples { #expect(diagnostics(of: example) == []) }
    }

    @Test("Every key that the reader names has its row")
    func keys() {
        // The reader's own list of keys comes out of its message about an unknown one.
        func allowed(_ text: String) -> [String] {
            let message = diagnostics(of: text).first { $0.contains("allowed: ") } ?? ""
            let list = message.components(separatedBy: "allowed: ").last ?? ""
            return list.components(separatedBy: ";").first?.components(separatedBy: ", ") ?? []
        }
        let groups: [(prefix: String, keys: [String])] = [
            ("", allowed(file("x: 1")).filter { $0 != "api" }), ("api.", allowed(file("api: {x: 1}"))),
            ("api.control.", allowed(file("api: {control: {x: 1}}"))),
            ("api.probe.", allowed(file("api: {probe: {x: 1}}"))),
            ("", allowed(service("x: 1")).filter { $0 != "stop" }),
            ("restart.", allowed(service("restart: {x: 1}"))), ("stop.", allowed(service("stop: {x: 1}"))),
        ]
        for (prefix, keys) in groups {
            #expect(keys.count > 1)
            for key in keys { #expect(Self.text.contains("| `\(prefix)\(key)` |"), "\(prefix)\(key)") }
        }
    }
}
