import Foundation
import Testing

extension EndToEnd {
    /// Orphans are somebody's: foster tells whose, and ends those of services where it is asked to.
    @Suite struct OrphanTests {
        private func events(_ container: Container, _ type: String) throws -> [JSON] {
            try container.get("/v1/events?limit=1000&type=\(type)").json["events"].array
        }

        private func reaped(_ container: Container, _ process: pid_t) throws -> JSON {
            try eventually("process \(process) is in the journal as reaped") {
                try events(container, "process.reaped").first { $0["pid"].int == Int(process) }
            }
        }

        private static func service(_ script: String, stop: String = "{}") -> String {
            let lines = script.split(separator: "\n").map { "      \($0)\n" }.joined()
            return "services:\n  web:\n    stop: \(stop)\n    shell: |\n\(lines)"
        }

        private static let daemon = "(setsid sleep 1002 &)\nexec sleep 1000"

        /// A shell in the service, and what it leaves behind when it is killed.
        private static let shell = "sh -c 'sleep 1001 & wait' &\nexec sleep 1000"

        private func killShell(in container: Container) throws -> HostProcess {
            let orphan = try container.process(running: "sleep 1001")
            try container.process(running: "sleep 1000")
            kill(orphan.parent, SIGKILL)
            return orphan
        }

        // MARK: Told

        @Test func aDaemonThatHasLeftItsSessionIsKnownByTheVariableOfItsService() throws {
            try Container.services(Self.service(Self.daemon)) { container in
                let daemon = try container.process(running: "sleep 1002")
                try container.process(running: "sleep 1000")
                let pid = daemon.innerPid
                let shown = try eventually("it is shown as the service's orphan") {
                    try container.get("/v1/processes?origin=adopted&service=web").json["items"].array.first
                }
                #expect(shown["pid"].int == Int(pid))
                #expect(shown["name"].string == "sleep")
                let since = try #require(shown["orphanedAt"].string)
                let adopted = try eventually("it is in the journal") {
                    try events(container, "process.adopted").first { $0["pid"].int == Int(pid) }
                }
                #expect(adopted["name"].string == "sleep")
                #expect(adopted["service"].string == "web")
                // However often it is looked at.
                let again = try container.get("/v1/processes?origin=adopted").json["items"].array
                #expect(again.count == 1)
                #expect(try #require(again.first?["orphanedAt"].string) <= since)
                kill(daemon.pid, SIGKILL)
                let reaped = try reaped(container, pid)
                #expect(reaped["name"].string == "sleep")
                #expect(reaped["service"].string == "web")
                #expect(reaped["exit"]["signal"].string == "SIGKILL")
                #expect(try #require(reaped["orphanSeconds"].number) >= 0)
                #expect(try events(container, "process.adopted").count == 1)
            }
        }

        @Test func whatAKilledShellLeavesBehindIsTheInitFormsCommands() throws {
            try Container.command(["sh", "-c", Self.shell], control: true) { container in
                let orphan = try killShell(in: container)
                let shown = try eventually("it is shown as the command's orphan") {
                    try container.get("/v1/processes?origin=adopted&service=main").json["items"].array.first
                }
                #expect(shown["pid"].int == Int(orphan.innerPid))
                #expect(shown["orphanedAt"].string != nil)
                kill(orphan.pid, SIGTERM)
                #expect(try reaped(container, orphan.innerPid)["service"].string == "main")
            }
        }

        @Test func anOrphanThatNobodyHasSeenAliveIsKnownByWhatIsLeftOfIt() throws {
            try Container.services(Self.service("(sleep 0.1 &)\nexec sleep 1000")) { container in
                // Nobody asks before it is dead, and a dead one is shown to the journal alone.
                try eventually("it is counted") {
                    try container.get("/metrics").body.contains(#"foster_children_reaped_total{origin="adopted"} 1"#)
                }
                let reaped = try #require(try events(container, "process.reaped").first)
                #expect(reaped["name"].string == "sleep")
                #expect(reaped["service"].string == "web")
                #expect(reaped["orphanSeconds"] == .null)
            }
        }

        @Test func whatComesFromAShellOfDockerExecIsNobodys() throws {
            try Container.services(Self.service(Self.shell)) { container in
                try container.process(running: "sleep 1001")
                try container.execute("sh", "-c", "sleep 1003 > /dev/null 2>&1 &")
                let orphan = try container.process(running: "sleep 1003")
                try eventually("foster adopts it") { try orphan.parent == container.process().pid }
                let items = try eventually("it is shown") {
                    let items = try container.get("/v1/processes?origin=adopted").json["items"].array
                    return items.isEmpty ? nil : items
                }
                #expect(items.map { $0["pid"].int } == [Int(orphan.innerPid)])
                #expect(items.first?["service"] == .null)
                #expect(items.first?["orphanedAt"].string != nil)
            }
        }

        // MARK: Ended

        @Test func aDaemonOfAServiceIsAskedToEndAndTheServiceGoesOn() throws {
            let script = "sleep 1001 &\n" + Self.daemon
            try Container.services(Self.service(script), options: ["--orphans", "terminate"]) { container in
                let reaped = try eventually("it is reaped") { try events(container, "process.reaped").first }
                #expect(reaped["exit"]["signal"].string == "SIGTERM")
                #expect(reaped["service"].string == "web")
                #expect(try container.process(running: "sleep 1000").isAlive)
                #expect(try container.process(running: "sleep 1001").isAlive)
                #expect(try container.state("web") == "running")
            }
        }

        @Test func anOrphanThatIgnoresItIsKilledWhenTheServicesGraceIsOver() throws {
            let script = "trap '' TERM\n(setsid sleep 1002 &)\ntrap - TERM\nexec sleep 1000"
            let configuration = "orphans: terminate\n" + Self.service(script, stop: "{ grace: 400ms }")
            try Container.services(configuration) { container in
                let reaped = try eventually("it is reaped") { try events(container, "process.reaped").first }
                #expect(reaped["exit"]["signal"].string == "SIGKILL")
                #expect(reaped["service"].string == "web")
                #expect(try #require(reaped["orphanSeconds"].number) >= 0.4)
                #expect(try container.process(running: "sleep 1000").isAlive)
            }
        }

        @Test(arguments: [false, true])
        func whatAKilledShellLeavesBehindIsEndedAndAShellOfDockerExecIsSpared(isCommand: Bool) throws {
            let test = { (container: Container) throws in
                try container.process(running: "sleep 1001")
                try container.execute(
                    "sh", "-c", "setsid sleep 1003 > /dev/null 2>&1 & sleep 1004 > /dev/null 2>&1 &")
                let shell = try ["sleep 1003", "sleep 1004"].map { try container.process(running: $0) }
                let foster = try container.process().pid
                try eventually("foster adopts the shell's") { shell.allSatisfy { $0.parent == foster } }
                let orphan = try killShell(in: container)
                try eventually("what the service's left is ended") { orphan.state == nil }
                // They were foster's before: the look that found it found them too.
                #expect(shell.allSatisfy { $0.isAlive })
                #expect(try container.process(running: "sleep 1000").isAlive)
            }
            let options = ["--orphans", "terminate"]
            if isCommand {
                try Container.command(["sh", "-c", Self.shell], options: options) { try test($0) }
            } else {
                try Container.services(Self.service(Self.shell), options: options) { try test($0) }
            }
        }

        @Test func theInitFormEndsADaemonThatItSawBelowItsCommand() throws {
            let script = "setsid sh -c 'setsid sleep 1002 & wait' & exec sleep 1000"
            try Container.command(["sh", "-c", script], options: ["--orphans", "terminate"], control: true) {
                container in
                let daemon = try container.process(running: "sleep 1002")
                try container.process(running: "sleep 1000")
                // A look, and a command after it: when that is done, the other is.
                try container.get("/v1/processes")
                try container.post("/v1/services/main/signal?wait=10s", #"{"signal": "CONT"}"#)
                kill(daemon.parent, SIGKILL)
                try eventually("the daemon is ended") { daemon.state == nil }
                #expect(try container.process(running: "sleep 1000").isAlive)
                // Nothing was added to what it was started with.
                #expect(try !container.process(running: "sleep 1000").environment.contains("FOSTER_"))
            }
        }

        @Test(arguments: [false, true])
        func theInitFormEndsWhatCanHaveComeFromItsCommandAlone(isChild: Bool) throws {
            var settings = Container.Settings(isChild: isChild)
            // As a container's PID 1 it leads the session that its command's processes are in.
            if !isChild { settings.setup = #"set -- setsid "$@""# }
            // Neither in the command's group any more, nor seen below it.
            let script = (isChild ? "(setsid sleep 1002 &)" : "set -m; (sleep 1002 &)") + "; exec sleep 1000"
            let options = ["--orphans", "terminate"]
            try Container.command(["sh", "-c", script], options: options, control: true, settings) { container in
                try container.waitUntilListening()
                let reaped = try eventually("it is reaped") { try events(container, "process.reaped").first }
                #expect(reaped["exit"]["signal"].string == "SIGTERM")
                #expect(reaped["service"].string == "main")
                #expect(try container.process(running: "sleep 1000").isAlive)
            }
        }

        @Test func nothingIsEndedWithoutBeingAskedTo() throws {
            try Container.services(Self.service(Self.daemon)) { container in
                let daemon = try container.process(running: "sleep 1002")
                try container.process(running: "sleep 1000")
                try eventually("it is known") { try !events(container, "process.adopted").isEmpty }
                #expect(daemon.isAlive)
            }
        }

        /// Below another PID 1 all that comes to the init form comes from its command.
        @Test(.needs("setsid", "pgrep"))
        func aDaemonOfADeadRunEndsBeforeTheNextStarts() throws {
            let script = "setsid --fork sleep 4321; sleep 0.1; pgrep --count --full '^sleep 4321' >> $DIR/log; exit 1"
            let settings = Container.Settings(isChild: true)
            try Container.command(["sh", "-c", script], options: ["--restart", "on-failure:2"], settings) { container in
                try container.expectExit(1)
                #expect(container.directory.lines("log") == ["1", "1", "1"])
            }
        }
    }
}
