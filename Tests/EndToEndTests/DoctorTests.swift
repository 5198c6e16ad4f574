import Foundation
import Testing

extension EndToEnd {
    /// `foster doctor` and `GET /v1/diagnostics`: each finding is provoked, and shown absent.
    @Suite struct DoctorTests {
        private func findings(_ container: Container, _ id: String) throws -> [JSON] {
            try container.get("/v1/diagnostics").json["items"].array.filter { $0["id"].string == id }
        }

        /// Waits for a finding: its program may not have come so far yet.
        @discardableResult
        private func finding(_ container: Container, _ id: String) throws -> JSON {
            try container.waitUntilListening()
            return try eventually("finding \(id)") { try findings(container, id).first }
        }

        private func expectNone(_ container: Container, _ id: String, _ place: SourceLocation = #_sourceLocation) throws
        {
            let found = try findings(container, id)
            #expect(found.isEmpty, "\(found)", sourceLocation: place)
        }

        private func doctor(_ container: Container, _ words: String...) throws -> Finished {
            let words = words.map { "'\($0)'" }.joined(separator: " ")
            return try container.execute("/bin/sh", "-c", "exec \(Programs.foster) doctor \(words)")
        }

        /// The findings of `foster doctor` where there is no foster to ask.
        private func examined(_ container: Container, exitCode: Int32) throws -> [String?] {
            let result = try doctor(container, "--control", "none", "-o", "json")
            #expect(result.ending == .exited(exitCode), "\(result)")
            return try JSON(result.output)["items"].array.map { $0["id"].string }
        }

        private func evidence(_ finding: JSON) -> String {
            finding["evidence"].array.compactMap(\.string).joined(separator: "\n")
        }

        // MARK: Signals

        @Test func aShellThatPassesNoSignalsOnIsFound() throws {
            try Container.command(["sh", "-c", "sleep 1000; true"], control: true) { container in
                let finding = try finding(container, "shell-form")
                #expect(finding["severity"].string == "warning")
                #expect(finding["service"].string == "main")
                #expect(evidence(finding).contains("comm=sh, cmdline=\"sh -c sleep 1000; true\""))
                #expect(evidence(finding).contains("SigCgt"))
                #expect(finding["remedy"].string?.contains("exec") == true)

                let text = try doctor(container, "--control", container.socket)
                #expect(text.ending == .exited(1))
                #expect(text.output.contains("warning: shell-form: main runs under sh -c"))
                #expect(text.output.contains("\n  remedy:   "))
                #expect(text.errors.isEmpty)
                let json = try doctor(container, "--control=\(container.socket)", "-o", "json")
                #expect(json.ending == .exited(1))
                #expect(try JSON(json.output)["items"].array.contains { $0["id"].string == "shell-form" })
            }
        }

        @Test func aShellThatHasExecutedItsCommandIsNot() throws {
            try Container.command(["sh", "-c", "exec sleep 1000"], control: true) { container in
                try container.process(running: "sleep 1000")
                try container.waitUntilListening()
                try expectNone(container, "shell-form")
                let result = try doctor(container, "--control", container.socket, "-o", "table")
                #expect(result.ending == .exited(0), "\(result.output)")
            }
        }

        @Test func aServiceThatIgnoresItsStopSignalIsFound() throws {
            let configuration = """
                services:
                  deaf: { command: [sh, -c, "trap '' TERM; exec sleep 1000"] }
                  quits: { command: [sh, -c, "trap '' TERM; exec sleep 2000"], stop: { signal: QUIT } }
                  hears: { command: [sleep, "3000"] }
                """
            try Container.services(configuration) { container in
                let finding = try finding(container, "ignores-stop-signal")
                #expect(finding["service"].string == "deaf")
                #expect(evidence(finding).contains("SigIgn "))
                #expect(evidence(finding).contains(" has SIGTERM (15)"))
                try container.process(running: "sleep 2000")
                try container.process(running: "sleep 3000")
                #expect(try findings(container, "ignores-stop-signal").count == 1)
            }
        }

        @Test func aPid1WithoutHandlerIsFound() throws {
            var settings = Container.Settings()
            settings.program = try Programs.path("sleep")
            try Container.run(["1000"], settings) { container in
                let ids = try examined(container, exitCode: 1)
                #expect(ids.contains("not-init") && ids.contains("unhandled-stop-signal"))
            }
        }

        @Test(.needs("tini")) func anInitInItsPlaceIsNot() throws {
            var settings = Container.Settings()
            settings.program = try Programs.path("tini")
            try Container.run(["--", "sleep", "1000"], settings) { container in
                try container.process(running: "sleep 1000")
                let ids = try examined(container, exitCode: 0)
                #expect(!ids.contains("not-init") && !ids.contains("unhandled-stop-signal"))
            }
        }

        @Test func theInitOfAnInnerNamespaceWithoutHandlerIsFound() throws {
            let configuration = """
                services:
                  inner: { command: [unshare, --pid, --fork, sleep, "1000"] }
                  plain: { command: [sleep, "2000"] }
                """
            try Container.services(configuration) { container in
                let finding = try finding(container, "unhandled-stop-signal")
                #expect(finding["service"].string == "inner")
                #expect(evidence(finding).contains("NSpid: "))
                #expect(try findings(container, "unhandled-stop-signal").count == 1)
            }
        }

        @Test func aShellAsPid1AboveFosterIsFoundAndFosterIsTheSubreaper() throws {
            var settings = Container.Settings()
            settings.isChild = true
            try Container.command(["sleep", "1000"], control: true, settings) { container in
                let finding = try finding(container, "shell-form")
                #expect(finding["pid"].int == 1)
                try expectNone(container, "not-init")
            }
        }

        // MARK: What has ended

        @Test func zombiesThatNobodyReapsAreFoundWithTheirParent() throws {
            let zombies = try Programs.compile("zombies")
            // What the program calls itself must not reach a terminal.
            let configuration = """
                services:
                  lazy: { command: ["\(zombies)", "3", "\\e[31m\\n"] }
                  other: { command: [sleep, "1000"] }
                """
            try Container.services(configuration) { container in
                try container.waitForOutput("ready")
                let finding = try finding(container, "unreaped-zombies")
                let lazy = try container.service("lazy")
                #expect(finding["service"].string == "lazy")
                #expect(finding["pid"].int == lazy["status"]["pid"].int)
                #expect(finding["summary"].string?.contains("3 zombies") == true)
                #expect(evidence(finding).contains(#"comm=\x1b[31m\x0a"#))
                let text = try doctor(container, "--control", container.socket)
                #expect(text.output.contains("unreaped-zombies"))
                #expect(!text.output.utf8.contains { $0 < 32 && $0 != 10 })

                // Its end gives them to foster, which does reap.
                try container.post("/v1/services/lazy/stop?wait=10s")
                try expectNone(container, "unreaped-zombies")
            }
        }

        @Test func aServiceThatGoesIntoTheBackgroundIsFound() throws {
            let configuration = """
                services:
                  daemon: { command: [sh, -c, "(setsid sleep 1000 &)"] }
                  stubborn:
                    shell: (setsid sh -c 'trap "" TERM; true >$DIR/up; exec sleep 2000' &); until [ -e $DIR/up ]; do sleep 0.01; done
                    stop: { grace: 1s }
                    dependsOn: { daemon: completed }
                  oneshot: { command: ["true"], dependsOn: { stubborn: completed } }
                  other: { command: [sleep, "3000"] }
                """
            try Container.services(configuration) { container in
                try container.wait(for: "oneshot", toBe: "completed")
                let found = try findings(container, "service-daemonises")
                #expect(found.map { $0["service"].string } == ["daemon", "stubborn"])
                #expect(found.allSatisfy { evidence($0).contains("exited with 0 after") })
            }
        }

        // MARK: What foster is given

        @Test func aGraceAboveTheOrchestratorsIsFound() throws {
            let services = "services: { web: { command: [sleep, '1000'], stop: { grace: 31s } } }"
            let kubernetes = Container.Settings(environment: ["KUBERNETES_SERVICE_HOST": "10.0.0.1"])
            try Container.services(services, options: ["--grace", "40s"], kubernetes) { container in
                let finding = try finding(container, "grace-above-orchestrator")
                #expect(finding["severity"].string == "warning")
                #expect(evidence(finding).contains("grace is 40s"))
                #expect(
                    try findings(container, "grace-above-orchestrator").map { $0["service"].string } == [nil, "web"])
            }
            try Container.services(services, kubernetes) { container in
                // Foster's own grace cuts the service's.
                let finding = try finding(container, "grace-above-orchestrator")
                #expect(finding["severity"].string == "info")
            }
            try Container.services("services: { web: { command: [sleep, '1000'] } }") { container in
                try expectNone(container, "grace-above-orchestrator")
            }
        }

        @Test func aMissingProcIsFound() throws {
            let settings = Container.Settings(setup: "mount -t tmpfs tmpfs /proc")
            try Container.services("services: { web: { command: [sleep, '1000'] } }", settings) { container in
                try finding(container, "no-proc")
                // Which says so in its log as well.
                try container.waitForOutput("no-proc: /proc is not mounted")
            }
            try Container.command(["sleep", "1000"], control: true) { container in
                try container.waitUntilListening()
                try expectNone(container, "no-proc")
            }
        }

        @Test func theProcOfAnotherNamespaceIsFound() throws {
            try Container.command(["sleep", "1000"]) { container in
                let result = try container.execute(
                    "unshare", "--pid", "--fork", Programs.foster, "doctor", "--control", "none")
                #expect(result.ending == .exited(1))
                #expect(result.output.contains("warning: foreign-proc: "))
                let own = try doctor(container, "--control", "none")
                #expect(!own.output.contains("foreign-proc"))
            }
        }

        @Test(.needsRoot, .needs("setpriv"))
        func hiddenProcessesAreFound() throws {
            let setup = "mount -o remount,hidepid=2 /proc"
            let user = "; set -- setpriv --reuid 65534 --regid 65534 --clear-groups -- \"$@\""
            try Container.command(["sleep", "1000"], control: true, .init(setup: setup + user)) { container in
                let finding = try finding(container, "hidden-processes")
                #expect(evidence(finding).contains("hidepid="))
            }
            // Root sees them all the same.
            try Container.command(["sleep", "1000"], control: true, .init(setup: setup)) { container in
                try container.waitUntilListening()
                try expectNone(container, "hidden-processes")
            }
        }

        // MARK: At the start

        @Test func warningsAreLoggedOnceAtTheStart() throws {
            let configuration = """
                services: { web: { command: [sh, -c, "sleep 1000; true"] } }
                """
            try Container.services(configuration) { container in
                try container.waitForOutput("shell-form: web runs under sh -c")
                let events = try container.get("/v1/events?type=agent.warning").json["events"].array
                let lines = events.compactMap { $0["message"].string }.filter { $0.hasPrefix("shell-form: ") }
                #expect(lines.count == 1)
                // What is only worth knowing is not.
                #expect(!container.errors.text.contains("no-memory-limit"))
            }
        }

        @Test func theInitFormLogsThemWhereItsLevelLetsThemThrough() throws {
            try Container.command(["sh", "-c", "sleep 1000; true"], options: ["--log-level", "warning"]) { container in
                try container.waitForOutput("shell-form: main runs under sh -c")
            }
        }

        // MARK: The command

        @Test func withoutAnAgentToAskItLooksForItself() throws {
            // Others on this machine may listen at the well-known places.
            let setup = "mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /dev/shm"
            try Container.command(["sleep", "1000"], .init(setup: setup)) { container in
                let result = try doctor(container, "--control", "/nonexistent/control.sock")
                #expect(result.ending == .exited(0), "\(result.output)")
                #expect(result.errors.contains("/nonexistent/control.sock: ENOENT; examining the container from here"))
                // Where nobody has named a place, that there is nothing is not worth a word.
                #expect(try container.execute(Programs.foster, "doctor").errors.isEmpty)
                #expect(try examined(container, exitCode: 0).contains("shell-form") == false)
            }
        }

        @Test func itFindsTheAgentWhereItListensByDefault() throws {
            let setup = "mount -t tmpfs tmpfs /run"
            try Container.run(["--", "sh", "-c", "sleep 1000; true"], .init(setup: setup)) { container in
                try eventually("the agent is asked") {
                    // Only an agent knows that there is a service of this name.
                    try doctor(container).output.contains("main runs under sh -c")
                }
            }
        }

        @Test(arguments: [
            ["--bogus"], ["-o", "xml"], ["-o"], ["--control"], ["--control", "relative"], ["web"],
        ])
        func whatItDoesNotUnderstandIsAUsageError(words: [String]) throws {
            let result = try Finished.run(Programs.foster, ["doctor"] + words)
            #expect(result.ending == .exited(2))
            #expect(result.errors.hasPrefix("foster: ") && result.output.isEmpty)
        }

        @Test func itsHelpIsFosters() throws {
            let result = try Finished.run(Programs.foster, ["doctor", "--help"])
            #expect(result.ending == .exited(0))
            #expect(result.output.contains("foster doctor [--control PATH] [-o text|json]"))
        }
    }
}
