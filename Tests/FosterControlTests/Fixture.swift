import FosterWire
import FosterCore
import FosterHTTP
import FosterLoop
import FosterSystem
import Foundation
import Testing

@testable import FosterControl

/// A control thread with both listeners, its stand-in for init, and clients.
///
/// The thread ends with the test process, as in life.
final class Fixture {
    static let epoch: UInt64 = 0xC0FFEE

    let initSide: InitStandIn
    private let directory: URL
    private let port: UInt16

    init(
        _ services: [ServiceSpec] = [Fixture.service("web")], mailbox: Int = 16,
        kernelFiles: KernelFiles = KernelFiles()
    ) throws {
        initSide = try InitStandIn(services, mailbox: mailbox)
        directory = FileManager.default.temporaryDirectory.appending(path: "foster-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let unix = try Listener.unix(path: directory.path + "/control.sock", mode: 0o600)
        let tcp = try Listener.tcp(host: "127.0.0.1", port: 0)
        port = tcp.port
        var settings = ControlThread.Settings(
            version: "1.2.3", form: .services, startedAt: Clock.uptime(), wallOffset: Clock.wall() - Clock.uptime(),
            epoch: Self.epoch)
        settings.kernelFiles = kernelFiles
        try ControlThread.start(
            settings, listeners: [(unix, .control), (tcp, .probe)], status: initSide.status,
            requests: initSide.requests, ending: ControlEnding())
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    static func service(_ name: String, _ change: (inout ServiceSpec) -> Void = { _ in }) -> ServiceSpec {
        var spec = ServiceSpec(id: ServiceID(name), program: .command(["/bin/\(name)"]))
        spec.onFailure = .ignore
        change(&spec)
        return spec
    }

    func connect() throws -> Client { try Client(unix: directory.path + "/control.sock") }
    func connectToProbe() throws -> Client { try Client(port: port) }

    /// One request on a connection of its own.
    func ask(
        _ method: String, _ target: String, _ fields: [String: String] = [:], body: String? = nil,
        at place: SourceLocation = #_sourceLocation
    ) throws -> Answer {
        let client = try connect()
        client.request(method, target, fields, body: body)
        let answer = try client.receive(withoutBody: method == "HEAD")
        expectDeclared(answer, method, target, at: place)
        return answer
    }

    func get(_ target: String, _ fields: [String: String] = [:]) throws -> Answer {
        try ask("GET", target, fields)
    }

    /// One request that init has to take before it can be answered.
    func command(
        _ target: String, body: String? = nil, _ fields: [String: String] = [:],
        at place: SourceLocation = #_sourceLocation
    ) throws -> Answer {
        let client = try connect()
        client.request("POST", target, fields, body: body)
        try #require(try initSide.takeRequests(), sourceLocation: place)
        let answer = try client.receive()
        expectDeclared(answer, "POST", target, at: place)
        return answer
    }

    /// No route answers what the table, and with it openapi.yaml, does not know of.
    func expectDeclared(_ answer: Answer, _ method: String, _ target: String, at place: SourceLocation) {
        let path = target.prefix { $0 != "?" }.dropFirst()
            .split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let method = method == "HEAD" ? "GET" : method
        guard let route = Route.all.first(where: { $0.method.rawValue == method && $0.match(path) != nil }) else {
            return
        }
        #expect(
            route.statuses.contains(answer.status), "\(method) \(target) answered \(answer.status)",
            sourceLocation: place)
    }
}
