import FosterWire
import Foundation
import Testing

@testable import FosterControl

/// openapi.yaml and the route table say the same, both ways.
@Suite struct OpenAPITests {
    @Test func everyRouteIsDocumentedAndNothingElse() throws {
        let documented = try Outline(file: Self.text).operations
        let table = Dictionary(
            uniqueKeysWithValues: Route.all.map { route in
                (
                    "\(route.method.rawValue.lowercased()) \(route.template)",
                    Outline.Operation(
                        id: route.endpoint.rawValue, query: Set(route.query), statuses: Set(route.statuses),
                        hasBody: route.method == .post)
                )
            })
        #expect(Set(documented.keys) == Set(table.keys))
        for (name, operation) in table { #expect(documented[name] == operation, "\(name)") }
    }

    @Test func everyTypeOfEventIsDocumented() throws {
        let text = try Self.text
        for type in EventFilter.types { #expect(text.contains("            - \(type)\n"), "\(type)") }
    }

    @Test func theBinaryCarriesTheDocument() throws {
        let answer = try Fixture().get("/openapi.yaml")
        #expect(answer.fields["content-type"] == "application/yaml")
        #expect(answer.text == (try Self.text))
    }

    @Test func everyEndpointHasOneRoute() {
        #expect(Route.all.map(\.endpoint.rawValue).sorted() == Endpoint.allCases.map(\.rawValue).sorted())
    }

    private static var text: String {
        get throws {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            return try String(contentsOf: root.appending(path: "openapi.yaml"), encoding: .utf8)
        }
    }
}

/// As much of the document as the comparison needs, read by indentation.
private struct Outline {
    struct Operation: Equatable {
        var id = ""
        var query: Set<String> = []
        var statuses: Set<Int> = []
        var hasBody = false
    }

    private(set) var operations: [String: Operation] = [:]

    init(file text: String) {
        // The name of each shared query parameter.
        let shared = ["verbose": "verbose", "wait": "wait"]
        var place: [(indent: Int, key: String)] = []
        var parameter = ""
        for line in text.split(separator: "\n") {
            let indent = line.prefix { $0 == " " }.count
            let content = line.dropFirst(indent)
            place.removeAll { $0.indent >= indent }
            let parts = content.split(separator: ":", maxSplits: 1)
            let key = (parts.first.map(String.init) ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "\"- "))
            let value = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            place.append((indent, key))
            let keys = place.map(\.key)
            guard keys.count > 2, keys[0] == "paths", ["get", "post", "put", "delete"].contains(keys[2]) else {
                continue
            }
            let name = "\(keys[2]) \(keys[1])"
            var operation = operations[name] ?? Operation()
            switch keys.dropFirst(3).first {
            case "operationId": operation.id = value
            case "requestBody": operation.hasBody = true
            case "responses": if keys.count == 5, let status = Int(key) { operation.statuses.insert(status) }
            case "parameters":
                if key == "name" { parameter = value }
                if key == "in", value == "query" { operation.query.insert(parameter) }
                if key == "$ref", let last = value.split(separator: "/").last,
                    let known = shared[last.trimmingCharacters(in: CharacterSet(charactersIn: "\""))]
                {
                    operation.query.insert(known)
                }
            default: break
            }
            operations[name] = operation
        }
    }
}
