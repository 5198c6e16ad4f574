import Foundation
import Testing

extension EndToEnd {
    /// Foster does its main job in poor surroundings, and says which features are off.
    @Suite struct SurroundingsTests {
        private let service = "services: { web: { shell: 'echo up >> $DIR/log; exec sleep 1000' } }"

        /// `foster run` without options: `settings` say what there is.
        private func run(_ settings: Container.Settings, _ body: (Container) throws -> Void) throws {
            let directory = try TemporaryDirectory()
            let text = service.replacingOccurrences(of: "$DIR", with: directory.path)
            let file = try directory.write("foster.yaml", text)
            try Container.run(["run", "--config", file], settings, in: directory) { container in
                try container.waitForLine("up")
                try body(container)
                try container.signal(SIGTERM)
                try container.expectExit(0)
            }
        }

        @Test func theSocketIsInRunWhereThatCanBeMade() throws {
            try run(Container.Settings(setup: "mount -t tmpfs tmpfs /run")) { container in
                try eventually("the socket") {
                    try container.execute("stat", "-c", "%a %F", "/run/foster/control.sock").output == "600 socket\n"
                }
                let answer = try container.execute(
                    "curl", "-s", "--unix-socket", "/run/foster/control.sock", "http://localhost/livez")
                #expect(answer.ending == .exited(0))
            }
        }

        @Test func theSocketIsElsewhereWhereRunIsReadOnly() throws {
            let setup = "mount -t tmpfs -o ro tmpfs /run; mount -t tmpfs tmpfs /dev/shm"
            try run(Container.Settings(setup: setup)) { container in
                try eventually("the socket") {
                    try container.execute("sh", "-c", "ls /dev/shm/foster-*/control.sock").ending == .exited(0)
                }
            }
        }

        @Test func withoutAnyPlaceForASocketTheApiIsOffAndThatIsLogged() throws {
            let setup = "mount -t tmpfs -o ro tmpfs /run; mount -t tmpfs -o ro tmpfs /dev/shm"
            try run(Container.Settings(setup: setup)) { container in
                try container.waitForOutput("the control socket is off")
            }
        }

        @Test func itRunsWithoutProc() throws {
            let setup = "mount -t tmpfs tmpfs /proc"
            let directory = try TemporaryDirectory()
            let text = service.replacingOccurrences(of: "$DIR", with: directory.path)
            let file = try directory.write("foster.yaml", text)
            let arguments = ["run", "--config", file, "--control", directory.file("control.sock")]
            try Container.run(arguments, Container.Settings(setup: setup), in: directory) { container in
                try container.waitForLine("up")
                try container.waitUntilListening()
                #expect(try container.get("/livez").status == 200)
                #expect(try container.state("web") == "running")
                #expect(try container.get("/metrics").status == 200)
                // An empty list would say that there are no processes.
                #expect(try container.get("/v1/processes").status == 503)
                try container.signal(SIGTERM)
                try container.expectExit(0)
            }
            try Container.command(
                ["sh", "-c", "(setsid sleep 1000 &); exit 3"], options: ["--grace", "2s"], .init(setup: setup)
            ) {
                try $0.expectExit(3)
            }
        }

        @Test(.needsRoot, .needs("setpriv"))
        func itRunsAsAnOrdinaryUser() throws {
            let setup =
                "mount -t tmpfs tmpfs /dev/shm; chmod 1777 /dev/shm; set -- setpriv --reuid 65534 --regid 65534 --clear-groups -- \"$@\""
            try run(Container.Settings(setup: setup)) { container in
                try eventually("the socket") {
                    try container.execute("stat", "-c", "%a %u", "/dev/shm/foster-65534/control.sock").output
                        == "600 65534\n"
                }
            }
        }

        @Test(.needsRoot, .needs("setpriv"))
        func anotherUserCannotBeServedByAnOrdinaryOne() throws {
            let setup = "set -- setpriv --reuid 65534 --regid 65534 --clear-groups -- \"$@\""
            let configuration = "services: { web: { command: [sleep, '1000'], user: www-data } }"
            try Container.services(configuration, waitsForSocket: false, Container.Settings(setup: setup)) {
                container in
                try container.expectExit(125)
                #expect((container.output.text + container.errors.text).contains("EPERM"))
            }
        }
    }

    @Suite struct SocketTests {
        @Test func itIsOnlyItsOwnersAndGoesWithFoster() throws {
            try Container.services("services: { web: { command: [sleep, '1000'] } }") { container in
                var facts = stat()
                #expect(lstat(container.socket, &facts) == 0)
                #expect(facts.st_mode & 0o777 == 0o600)
                try container.signal(SIGTERM)
                try container.expectExit(0)
                #expect(access(container.socket, F_OK) != 0)
            }
        }

        @Test func itsModeIsTheConfigurations() throws {
            let configuration = """
                api: { control: { socket: $DIR/other.sock, mode: "0660" } }
                services: { web: { command: [sleep, '1000'] } }
                """
            let directory = try TemporaryDirectory()
            let file = try directory.write(
                "foster.yaml", configuration.replacingOccurrences(of: "$DIR", with: directory.path))
            try Container.run(["run", "--config", file], in: directory) { container in
                try eventually("the socket's mode") {
                    var facts = stat()
                    return lstat(directory.file("other.sock"), &facts) == 0 && facts.st_mode & 0o777 == 0o660
                }
            }
        }

        @Test func belowAnotherFosterNothingListensUnlessAsked() throws {
            let directory = try TemporaryDirectory()
            try directory.write("inner.yaml", "services: { web: { shell: 'echo up > $DIR/log; exec sleep 1000' } }")
            let outer =
                "services: { inner: { command: [\(Programs.foster), run, --config, \(directory.path)/inner.yaml] } }"
            let file = try directory.write("outer.yaml", outer)
            let settings = Container.Settings(setup: "mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /dev/shm")
            try Container.run(["run", "--config", file], settings, in: directory) { container in
                try container.waitForLine("up")
                let found = try container.execute("find", "/run", "/dev/shm", "-type", "s").output
                #expect(found == "/run/foster/control.sock\n")
            }
        }

        @Test func itsDirectoryIsMade() throws {
            let directory = try TemporaryDirectory()
            let configuration =
                "api: { control: { socket: /run/foster/control.sock } }\nservices: { web: { command: [sleep, '1000'] } }"
            let file = try directory.write("foster.yaml", configuration)
            let settings = Container.Settings(setup: "mount -t tmpfs tmpfs /run")
            try Container.run(["run", "--config", file], settings, in: directory) { container in
                try eventually("the socket") {
                    try container.execute("test", "-S", "/run/foster/control.sock").ending == .exited(0)
                }
            }
        }

        @Test func aGroupThatIsNotThereIsNamed() throws {
            let directory = try TemporaryDirectory()
            let configuration =
                "api: { control: { socket: /tmp/unused.sock, group: nosuch } }\nservices: { web: { command: [sleep, '1000'] } }"
            let file = try directory.write("foster.yaml", configuration)
            try Container.run(["run", "--config", file], in: directory) { try $0.waitForOutput("nosuch") }
        }

        /// sd_listen_fds(3).
        @Test(.needs("systemd-socket-activate"))
        func socketsMayComeFromAbove() throws {
            let port = try Network.freePort()
            let directory = try TemporaryDirectory()
            let file = try directory.write(
                "foster.yaml", "services: { web: { shell: 'echo ${LISTEN_FDS-unset}; exec sleep 1000' } }")
            let setup = """
                set -- systemd-socket-activate -l $DIR/above.sock -l 127.0.0.1:\(port) --fdname=control:probe "$@"
                """
            try Container.run(["run", "--config", file], .init(setup: setup), in: directory) { container in
                // The first caller has it started.
                try eventually("control") {
                    try? Finished.run(
                        Programs.path("curl"),
                        ["-sS", "--unix-socket", directory.file("above.sock"), "http://localhost/v1/services"]
                    ).output.contains("\"web\"")
                }
                let probe = try Finished.run(Programs.path("curl"), ["-sS", "http://127.0.0.1:\(port)/livez"])
                #expect(probe.output == "ok\n")
                try container.waitForOutput("unset")
                #expect(!container.errors.text.contains("is off"))
            }
        }

        @Test func whatCannotBeUsedFromAboveIsNamed() throws {
            let directory = try TemporaryDirectory()
            let file = try directory.write("foster.yaml", "services: { web: { command: [sleep, '1000'] } }")
            let setup = "exec 3</dev/null; export LISTEN_FDS=2 LISTEN_PID=1 LISTEN_FDNAMES=control"
            try Container.run(["run", "--config", file, "--control", "none"], .init(setup: setup), in: directory) {
                try $0.waitForOutput("control: descriptor 3 is no stream socket that listens")
                try $0.waitForOutput("unknown: descriptor 4 is not open")
            }
        }

        @Test func aLiveSocketIsNotTakenOver() throws {
            let configuration = "services: { web: { command: [sleep, '1000'] } }"
            try Container.services(configuration) { first in
                let epoch = try first.get("/v1/info").json["cursor"].string
                let file = first.directory.file("foster.yaml")
                try Container.run(["run", "--config", file, "--control", first.socket]) { second in
                    try second.waitForOutput("is off")
                    #expect(try first.get("/v1/info").json["cursor"].string?.prefix(16) == epoch?.prefix(16))
                    try second.signal(SIGTERM)
                    try second.expectExit(0)
                }
                #expect(try first.get("/livez").status == 200)
            }
        }

        @Test func aDeadSocketIsReplaced() throws {
            let directory = try TemporaryDirectory()
            // Its owner is gone, and the name has stayed.
            _ = try DatagramSocket(path: directory.file("control.sock"))
            let file = try directory.write("foster.yaml", "services: { web: { command: [sleep, '1000'] } }")
            let socket = directory.file("control.sock")
            let arguments = ["run", "--config", file, "--control", socket]
            try Container.run(arguments, in: directory) { container in
                try eventually("it answers") { (try? container.get("/livez").status) == 200 }
                kill(try container.process().pid, SIGKILL)
                try container.exitCode()
            }
            #expect(access(socket, F_OK) == 0)
            try Container.run(arguments, in: directory) { container in
                try eventually("it answers again") { (try? container.get("/livez").status) == 200 }
            }
        }

        @Test func aFileAtItsPlaceIsNotRemoved() throws {
            let directory = try TemporaryDirectory()
            let file = try directory.write("foster.yaml", "services: { web: { command: [sleep, '1000'] } }")
            let precious = try directory.write("precious", "data")
            try Container.run(["run", "--config", file, "--control", precious], in: directory) { container in
                try container.waitForOutput("is off")
                #expect(directory.read("precious") == "data")
            }
        }
    }

    /// Idle means idle.
    @Suite struct IdleTests {
        /// Waits for a stretch of time in which no thread of foster was woken.
        private func expectIdle(_ container: Container, threads: ClosedRange<Int>) throws {
            let foster = try container.process()
            try eventually("three seconds without a wake-up") {
                let before = foster.wakeUps
                // The one place that waits for time to pass: it is what is measured.
                usleep(3_000_000)
                return foster.wakeUps == before
            }
            #expect(threads.contains(foster.threads.count))
        }

        @Test func theInitFormHasOneThreadAndSleeps() throws {
            try Container.command(["sleep", "1000"]) { try expectIdle($0, threads: 1...1) }
        }

        @Test func theSupervisorHasAtMostFiveThreadsAndSleeps() throws {
            let configuration = """
                api: { probe: { listen: "127.0.0.1:\(try Network.freePort())" } }
                services:
                  one: { command: [sleep, "1000"] }
                  two: { command: [sleep, "1000"], restart: always }
                """
            try Container.services(configuration) { container in
                #expect(try container.get("/v1/services").status == 200)
                try expectIdle(container, threads: 2...5)
            }
        }
    }
}
