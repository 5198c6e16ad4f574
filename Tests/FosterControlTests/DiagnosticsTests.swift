import FosterAPI
import FosterSystem
import Foundation
import Testing

@testable import FosterControl

@Suite struct DiagnosticsTests {
    @Test func theContainerIsExamined() throws {
        let answer = try Fixture().get("/v1/diagnostics")
        #expect(answer.status == 200)
        let diagnostics = try answer.decode(Diagnostics.self)
        // What is found depends on where the tests run; that it is told in order does not.
        #expect(diagnostics.items.map(\.severity) == diagnostics.items.map(\.severity).sorted(by: >))
        #expect(diagnostics.items.allSatisfy { !$0.evidence.isEmpty && !$0.remedy.isEmpty && !$0.summary.isEmpty })
    }

    @Test func everyoneWhoAsksMeanwhileIsAnswered() throws {
        let fixture = try Fixture()
        let clients = try (0..<20).map { _ in try fixture.connect() }
        for client in clients { client.request("GET", "/v1/diagnostics") }
        // One that does not wait for its answer does not keep it from the others; health waits for nobody.
        try fixture.connect().request("GET", "/v1/diagnostics")
        #expect(try fixture.get("/readyz").status > 0)
        for client in clients { #expect(try client.receive().status == 200) }
        #expect(try fixture.get("/v1/diagnostics").status == 200)
    }

    @Test func aFileThatIsNeverReadIsGivenUp() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "foster-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: root) }
        let own = root.appending(path: "proc/\(Host.pid)")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: root.path + "/proc/self", withDestinationPath: "\(Host.pid)")
        // Opening a pipe that nobody writes to takes as long as a kernel that hangs.
        #expect(mkfifo(own.path + "/stat", 0o600) == 0)
        let fixture = try Fixture(kernelFiles: KernelFiles(root: root.path))
        let first = try fixture.connect()
        first.request("GET", "/v1/diagnostics")
        #expect(try fixture.get("/readyz").status > 0)
        let answer = try first.receive()
        #expect(answer.status == 503 && answer.text.contains("no-answer"))
        // The thread ends when the pipe has a writer; what is found then is for those who ask by then.
        let second = try fixture.connect()
        second.request("GET", "/v1/diagnostics")
        #expect(try fixture.get("/readyz").status > 0)
        let writer = open(own.path + "/stat", O_WRONLY)
        #expect(writer >= 0)
        close(writer)
        #expect(try second.receive().status == 200)
    }

    @Test func itTakesNoParameters() throws {
        #expect(try Fixture().get("/v1/diagnostics?severity=error").status == 400)
        #expect(try Fixture().ask("POST", "/v1/diagnostics").status == 405)
        #expect(try Fixture().ask("HEAD", "/v1/diagnostics").status == 200)
    }
}
