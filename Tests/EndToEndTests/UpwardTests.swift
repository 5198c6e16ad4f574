import Foundation
import Testing

extension EndToEnd {
    /// What the supervisor above foster hears (sd_notify(3)).
    @Suite struct UpwardTests {
        /// A listener in the supervisor's place.
        private final class Above {
            let directory: TemporaryDirectory
            private let socket: DatagramSocket
            private(set) var said: [String] = []

            init() throws {
                directory = try TemporaryDirectory()
                socket = try DatagramSocket(path: directory.file("notify"))
            }

            func settings(_ environment: [String: String] = [:]) -> Container.Settings {
                .init(environment: environment.merging(["NOTIFY_SOCKET": directory.file("notify")]) { $1 })
            }

            func receiveBytes() -> [UInt8]? { socket.receiveBytes() }

            func listen() {
                while let message = socket.receive() { said += message.split(separator: "\n").map(String.init) }
            }

            func hear(_ line: String) throws {
                try eventually("\(line) above, heard \(said)") {
                    listen()
                    return said.contains { $0.hasPrefix(line) }
                }
            }
        }

        @Test(.needs("systemd-notify"))
        func theSupervisorAboveIsToldOfReadinessStatusAndStop() throws {
            let above = try Above()
            let configuration = """
                services:
                  one:
                    shell: |
                      until [ -e $DIR/go ]; do sleep 0.01; done
                      echo "inner $NOTIFY_SOCKET" >> $DIR/log
                      systemd-notify --ready
                      exec sleep 1000
                    readiness: { notify: true }
                  two: { shell: "echo \\"unset ${NOTIFY_SOCKET-yes}\\" >> $DIR/log; exec sleep 1000" }
                """
            try Container.services(configuration, above.settings()) { container in
                try above.hear("STATUS=")
                #expect(!above.said.contains("READY=1"))
                try container.directory.write("go", "")
                try above.hear("READY=1")
                // The socket above is foster's alone.
                try container.waitForLine("unset yes")
                #expect(!container.directory.read("log").contains(above.directory.path))
                try container.signal(SIGTERM)
                try above.hear("STOPPING=1")
                try above.hear("STATUS=stopping")
                try eventually("whole microseconds") {
                    above.listen()
                    return above.said.contains("EXTEND_TIMEOUT_USEC=10000000")
                }
                try container.expectExit(0)
            }
        }
        @Test(.needs("systemd-notify"))
        func theCommandsOwnMessagesGoUp() throws {
            let above = try Above()
            let script = """
                systemd-notify --ready --status="serving" MAINPID=$$ X_FOO=bar; systemd-notify RELOADING=1 MONOTONIC_USEC=123456; echo "$NOTIFY_SOCKET" > $DIR/log
                trap 'systemd-notify STOPPING=1; exit 0' TERM; while :; do sleep 0.01; done
                """
            try Container.command(["sh", "-c", script], above.settings()) { container in
                try above.hear("READY=1")
                try above.hear("STATUS=serving")
                try above.hear("X_FOO=bar")
                try above.hear("RELOADING=1")
                try above.hear("MONOTONIC_USEC=123456")
                // There foster is the main process.
                #expect(above.said.filter { $0.hasPrefix("MAINPID=") } == ["MAINPID=1"])
                try eventually("the relay's address") { !container.directory.lines("log").isEmpty }
                #expect(!container.directory.read("log").contains(above.directory.path))
                try container.signal(SIGTERM)
                try above.hear("STOPPING=1")
                try container.expectExit(0)
                // Foster itself has said nothing.
                #expect(above.said.filter { $0 == "READY=1" }.count == 1)
                #expect(!above.said.contains { $0.hasPrefix("EXTEND_TIMEOUT_USEC") })
            }
        }

        @Test func aCommandThatSaysNothingIsNotReady() throws {
            let above = try Above()
            try Container.command(["sh", "-c", "exit 0"], above.settings()) { try $0.expectExit(0) }
            above.listen()
            #expect(above.said.isEmpty)
        }

        @Test func fosterSaysReadyAtExecWhereItShall() throws {
            let above = try Above()
            let script = "echo \"${NOTIFY_SOCKET-unset} ${WATCHDOG_USEC-unset}\"; exec sleep 1000"
            let settings = above.settings(["WATCHDOG_USEC": "200000"])
            try Container.command(["sh", "-c", script], options: ["--ready", "exec", "--grace", "3s"], settings) {
                container in
                try above.hear("READY=1")
                try container.waitForOutput("unset unset")
                try container.signal(SIGTERM)
                try above.hear("STOPPING=1")
                try above.hear("EXTEND_TIMEOUT_USEC=4000000")
                try container.expectExit(143)
            }
        }

        @Test func theWatchdogIsFedByTheInitLoop() throws {
            let above = try Above()
            let settings = above.settings(["WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"])
            try Container.services("services: { one: { command: [sleep, '1000'] } }", settings) { container in
                try eventually("ten times") {
                    above.listen()
                    return above.said.filter { $0 == "WATCHDOG=1" }.count >= 10
                }
                // A loop that stands still feeds nothing.
                let foster = try container.process().pid
                kill(foster, SIGSTOP)
            }
            let other = try Above()
            let others = other.settings(["WATCHDOG_USEC": "1000", "WATCHDOG_PID": "17"])
            try Container.services("services: { one: { command: [sleep, '1000'] } }", others) { _ in
                try other.hear("READY=1")
                other.listen()
                #expect(!other.said.contains("WATCHDOG=1"))
            }
        }

        /// The queue above is short: net.unix.max_dgram_qlen.
        @Test(.needs("systemd-notify"))
        func nothingThatMattersIsLostWhereAboveIsSlow() throws {
            let above = try Above()
            let script = """
                for i in $(seq 40); do systemd-notify --no-block "STATUS=$i" 2>/dev/null || systemd-notify "STATUS=$i"; done
                systemd-notify --ready; echo sent > $DIR/log; exec sleep 1000
                """
            try Container.command(["sh", "-c", script], above.settings()) { container in
                try container.waitForLine("sent")
                try above.hear("READY=1")
                #expect(above.said.filter { $0.hasPrefix("STATUS=") }.count == 40)
            }
        }

        @Test(.needs("python3")) func theCommandsBytesGoUpUnchanged() throws {
            let above = try Above()
            let script = #"""
                import os, socket
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                s.connect("\0" + os.environ["NOTIFY_SOCKET"][1:])
                s.send(b"STATUS=\xff\xfe bin\nBARRIER=1\nMAINPID=77\nX=1")
                """#
            try Container.command(["python3", "-c", script], above.settings()) { container in
                try container.expectExit(0)
                let bytes = try eventually("the message") { above.receiveBytes() }
                #expect(bytes == Array("STATUS=".utf8) + [0xFF, 0xFE] + Array(" bin\nMAINPID=1\nX=1".utf8))
            }
        }

        /// systemd-nspawn hears PID 1 alone: what the command says gets there through foster.
        @Test(.needsRoot, .needs("systemd-nspawn", "systemd-notify"), arguments: ["relay", "exec", "services"])
        func aRealSupervisorAboveIsContent(way: String) throws {
            let above = try Above()
            let notify = try Programs.path("systemd-notify")
            let root = try RootFileSystem(Programs.foster, "/bin/sh", "/bin/sleep", notify)
            try root.write("etc/foster.yaml", "services: { one: { command: [sleep, '1000'] } }")
            let arguments =
                switch way {
                case "relay": ["--control", "none", "--", "sh", "-c", "systemd-notify --ready; exec sleep 1000"]
                case "exec": ["--control", "none", "--ready", "exec", "--", "sleep", "1000"]
                default: ["run", "--config", "/etc/foster.yaml", "--control", "none"]
                }
            let nspawnPath = try Programs.path("systemd-nspawn")
            // Without a cgroup hierarchy, network and mounts of the host's.
            let words = [
                "--mount", "--net", "--pid", "--mount-proc", "--fork", "--kill-child", "--", nspawnPath, "--quiet",
                "--directory", root.path, "--register=no", "--keep-unit", "--notify-ready=yes", "--", "/bin/foster",
            ]
            let environment = Programs.environment.merging(above.settings().environment) { $1 }
            let nspawn = try ChildProcess(Programs.path("unshare"), words + arguments, environment: environment)
            defer { nspawn.end() }
            do {
                try above.hear("READY=1")
            } catch {
                Issue.record("\(error), \(nspawn.output.text) \(nspawn.errors.text)")
            }
        }
    }
}
