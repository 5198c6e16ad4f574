import FosterConfig
import FosterCore
import Foundation
import Testing

/// What the documents say of a configuration is true.
@Suite("Documentation")
struct DocumentationTests {
    static func read(_ path: String) -> String {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        return (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    static let text = read("docs/configuration.md")

    /// The YAML in a document that is a configuration, and not a fragment or a pod.
    static func examples(in document: String) -> [String] {
        document.components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
            .filter { "\n\($0)".contains("\nservices:") }
    }

    @Test("Every example file is a good configuration", arguments: ["docs/configuration.md", "README.md"])
    func examples(path: String) {
        let examples = Self.examples(in: Self.read(path))
        #expect(examples.count >= 2)
        for example in examples { #expect(diagnostics(of: example + "\n") == []) }
    }

    @Test("The demonstration's file is a good configuration")
    func demonstration() throws {
        let text = Self.read("deploy/demo/foster.yaml")
        #expect(diagnostics(of: text) == [])
        #expect(try plan(text).services.map(\.id) == ["redis", "web"])
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
