import FosterCore
import Foundation
import Testing

@testable import FosterControl

@Suite struct MetricsTests {
    @Test func promtoolAcceptsTheMetrics() throws {
        let fixture = try Fixture([Fixture.service("web"), Fixture.service("a \"quoted\\ name\nin two lines")])
        fixture.initSide.happen(.begin, .exited("web", run: 1, .exited(code: 3)))
        let answer = try fixture.get("/metrics")
        #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let (status, output) = try promtool(answer.text)
        #expect(status == 0, "\(output)")
        // The instrument can refuse.
        #expect(try promtool(answer.text + "foster_x{ 1\n").status != 0)
        #expect(try promtool(answer.text + "# HELP foster_x x\n# TYPE foster_x counter\nfoster_x 1\n").status != 0)
    }

    @Test func everyFamilyIsDescribedOnce() throws {
        let lines = try Fixture().get("/metrics").text.split(separator: "\n")
        for kind in ["# HELP ", "# TYPE "] {
            let names = lines.filter { $0.hasPrefix(kind) }.compactMap { $0.split(separator: " ").dropFirst(2).first }
            #expect(Set(names).count == names.count)
            #expect(names.count > 20)
        }
    }

    @Test func servicesAndCountersAreShown() throws {
        let fixture = try Fixture()
        fixture.initSide.happen(.begin, .exited("web", run: 1, .exited(code: 3)))
        fixture.initSide.publish { status in
            status.counters.reapedOrphans = 12
            status.counters.signalsReceived[1] = 3
            status.counters.signalsReceived[34] = 1
        }
        _ = try fixture.get("/v1/services/web")
        let text = try fixture.get("/metrics").text
        for line in [
            #"foster_build_info{version="1.2.3"} 1"#, #"foster_children_reaped_total{origin="adopted"} 12"#,
            #"foster_signals_received_total{signal="SIGHUP"} 3"#,
            #"foster_signals_received_total{signal="SIGTERM"} 0"#,
            #"foster_signals_received_total{signal="SIGRTMIN"} 1"#,
            #"foster_service_state{service="web",state="failed"} 1"#,
            #"foster_service_state{service="web",state="running"} 0"#,
            #"foster_service_last_exit_code{service="web"} 3"#, #"foster_service_exits_total{service="web"} 1"#,
            #"foster_http_requests_total{listener="control",method="GET",route="/v1/services/{service}",code="200"} 1"#,
            #"foster_http_requests_total{listener="probe",method="GET",route="/livez",code="200"} 0"#,
            #"foster_http_rejections_total{listener="control",reason="missing-host"} 0"#,
            #"foster_http_connections{listener="control"} 1"#,
        ] {
            #expect(text.contains("\n\(line)\n"), "\(line) is missing")
        }
    }

    @Test func whatClientsChooseMakesNoLabels() throws {
        let fixture = try Fixture()
        _ = try fixture.ask("BREW", "/pot-1")
        let text = try fixture.get("/metrics").text
        #expect(text.contains(#"{listener="control",method="other",route="none",code="404"} 1"#))
        #expect(!text.contains("BREW"))
        #expect(!text.contains("pot-1"))
    }

    private func promtool(_ text: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["promtool", "check", "metrics"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let result = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: result, as: UTF8.self))
    }
}
