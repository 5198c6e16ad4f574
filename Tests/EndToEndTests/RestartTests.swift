import Foundation
import Testing

extension EndToEnd {
    /// Docker's restart policies.
    @Suite struct RestartTests {
        /// Writes when it starts, in milliseconds, and exits.
        private func dying(_ code: Int, _ policy: String, rest: String = "") -> String {
            """
            services:
              one:
                shell: "date +%s%3N >> $DIR/log; exit \(code)"
                restart: \(policy)
                \(rest)
              other: { command: [sleep, "1000"] }
            """
        }

        @Test func theDelayDoublesWithEachRestart() throws {
            try Container.services(dying(1, "always")) { container in
                try eventually("four restarts") { container.directory.lines("log").count >= 5 }
                let starts = container.directory.lines("log").compactMap { Int($0) }
                let gaps = zip(starts, starts.dropFirst()).map { $1 - $0 }
                for (gap, delay) in zip(gaps, [100, 200, 400, 800]) {
                    // A millisecond for rounding below; above, the time to start a shell on a busy machine.
                    #expect(gap >= delay - 1 && gap < delay * 2 + 60, "\(gaps)")
                }
            }
        }

        @Test func theBackoffIsShownWhileItLasts() throws {
            try Container.services(dying(1, "{ policy: always, delay: 60s }")) { container in
                let service = try container.wait(for: "one", toBe: "backoff")
                #expect(service["status"]["nextStartAt"].string != nil)
                #expect(service["status"]["lastExit"]["code"].int == 1)
                // An operator need not wait.
                #expect(try container.post("/v1/services/one/start?wait=10s").status == 200)
                try eventually("a second run") { container.directory.lines("log").count == 2 }
            }
        }

        @Test func onFailureGivesUpAfterItsRetries() throws {
            try Container.services(dying(7, "on-failure:2")) { container in
                // Giving up on a service is the container's end, with that service's code.
                try container.expectExit(7)
                #expect(container.directory.lines("log").count == 3)
            }
            try Container.services(dying(7, "{ policy: on-failure, maxRetries: 1 }", rest: "onFailure: ignore")) {
                container in
                let service = try container.wait(for: "one", toBe: "failed")
                #expect(service["status"]["restarts"].int == 1)
                #expect(container.directory.lines("log").count == 2)
                #expect(try container.state("other") == "running")
            }
        }

        @Test(arguments: ["on-failure", "no"])
        func aGoodEndIsNotRestarted(policy: String) throws {
            try Container.services(dying(0, policy)) { container in
                try container.wait(for: "one", toBe: "completed")
                #expect(container.directory.lines("log").count == 1)
            }
        }

        @Test(arguments: ["always", "unless-stopped"])
        func aGoodEndIsRestartedWhereThePolicySaysSo(policy: String) throws {
            try Container.services(dying(0, policy)) { container in
                try eventually("three runs") { container.directory.lines("log").count >= 3 }
                #expect(try container.post("/v1/services/one/stop?wait=10s").status == 200)
                #expect(try container.state("one") == "stopped")
            }
        }

        @Test func withoutARestartAFailureEndsTheContainer() throws {
            try Container.services(dying(9, "no")) { try $0.expectExit(9) }
        }

        @Test func theEndOfAServiceEndsTheContainerWhereAskedTo() throws {
            try Container.services(dying(0, "no", rest: "onExit: shutdown")) { try $0.expectExit(0) }
        }

        @Test func theInitFormRestartsToo() throws {
            let script = "date +%s%3N >> $DIR/log; exit 1"
            try Container.command(["sh", "-c", script], options: ["--restart", "on-failure:3"]) { container in
                try container.expectExit(1)
                let starts = container.directory.lines("log").compactMap { Int($0) }
                let gaps = zip(starts, starts.dropFirst()).map { $1 - $0 }
                #expect(starts.count == 4)
                for (gap, delay) in zip(gaps, [100, 200, 400]) { #expect(gap >= delay - 1, "\(gaps)") }
            }
        }

        @Test func whenNothingRunsAnyMoreFosterExits() throws {
            let configuration = """
                services:
                  one: { command: ["true"] }
                  two: { shell: "sleep 0.1; exit 4", onFailure: ignore }
                """
            try Container.services(configuration, waitsForSocket: false) { try $0.expectExit(4) }
        }
    }
}
