import FosterAPI
import Foundation
import Testing

/// The members of the payloads are those of the schemas in openapi.yaml, both ways.
@Suite struct SchemaTests {
    @Test(arguments: Self.payloads)
    func aPayloadHasTheMembersOfItsSchema(schema: String, members: Set<String>) throws {
        #expect(try Self.properties()[schema] == members)
    }

    private static let payloads: [(String, Set<String>)] = {
        let time = Timestamp(millisecondsSince1970: 0)
        let cursor = Cursor(epoch: 1, revision: 1)
        let operation = OperationResource(
            id: "", verb: "", service: nil, status: .running, failure: nil, actor: "", createdAt: time, finishedAt: nil)
        let spec = ServiceResource.Spec(
            restart: .init(policy: "", maxRetries: nil, delay: "", maxDelay: "", resetAfter: ""),
            stop: .init(signal: "", scope: "", grace: ""), onExit: "", onFailure: "", startTimeout: "")
        let status = ServiceResource.Status(
            state: "", wanted: "", ready: true, restarts: 0, exits: 0, revision: 0)
        let process = ProcessResource(
            id: "", pid: 1, parentPid: 0, name: "", command: [], state: .other, origin: .other, service: nil,
            startedAt: time, orphanedAt: nil, threads: 1, residentMemoryBytes: 0, cpuSeconds: 0)
        let values: [(String, Any)] = [
            (
                "Info",
                Info(
                    version: "", form: "", pid: 1, phase: "", ready: true, started: true, startedAt: time, revision: 1,
                    cursor: cursor)
            ),
            ("ServiceList", ServiceList(revision: 1, cursor: cursor, items: [])),
            ("Service", ServiceResource(name: "", spec: spec, status: status)), ("ServiceSpec", spec),
            ("ServiceStatus", status), ("Operation", operation),
            ("Failure", OperationResource.Failure(code: "", message: "")),
            ("ProcessList", ProcessList(sweptAt: time, items: [])), ("Process", process),
            ("EventPage", EventPage(events: [], cursor: cursor, more: false)),
            ("Event", EventPayload(cursor: cursor, time: time, type: "", service: nil)),
            ("StreamNotice", StreamNotice(type: .bookmark, cursor: cursor)),
            ("Problem", Problem(title: "", status: 0, code: "", detail: "")),
            ("RunRequest", RunRequest()), ("SignalRequest", SignalRequest(signal: "")),
            ("ShutdownRequest", ShutdownRequest()),
        ]
        return values.map { ($0, Set(Mirror(reflecting: $1).children.compactMap(\.label))) }
    }()

    /// The names of each schema's properties, read by indentation.
    private static func properties() throws -> [String: Set<String>] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "openapi.yaml"), encoding: .utf8)
        let schemas = try #require(text.components(separatedBy: "\n  schemas:\n").last)
        var result: [String: Set<String>] = [:]
        var schema = ""
        var isInProperties = false
        for line in schemas.split(separator: "\n") {
            let indent = line.prefix { $0 == " " }.count
            let name = String(line.dropFirst(indent).prefix { $0 != ":" })
            switch indent {
            case 4:
                schema = name
                isInProperties = false
            case 6: isInProperties = name == "properties"
            case 8 where isInProperties: result[schema, default: []].insert(name)
            default: break
            }
        }
        return result
    }
}
