import Foundation
import Testing

extension EndToEnd {
    /// Terminals under other inits' names: each story is told of the original and of foster.
    @Suite(.needs("bash", "setsid", "tini", "dumb-init", "catatonit")) struct DropInTerminalTests {
        /// An interactive shell, under which the init is no PID 1.
        private func shell(_ name: String, _ body: (Terminal) throws -> Void) throws {
            for twin in try Twins(name).all {
                let terminal = try Terminal()
                let line =
                    "exec setsid --ctty bash --norc --noprofile --noediting -i <\(terminal.path) >\(terminal.path) 2>&1"
                let environment = Programs.environment.merging([
                    "PS1": "<prompt>", "init": twin.path, "TINI_VERBOSITY": "0",
                ]) { $1 }
                let shell = try ChildProcess("/bin/sh", ["-c", line], environment: environment)
                try terminal.expect("<prompt>")
                try body(terminal)
                terminal.hangUp()
                try shell.wait()
            }
        }

        /// The init as PID 1 on a terminal of its own.
        private func container(
            _ name: String, _ arguments: [String], _ body: (Terminal, Container) throws -> Void
        ) throws {
            for twin in try Twins(name).all {
                let terminal = try Terminal()
                let setup = "exec <\(terminal.path) >\(terminal.path) 2>&1; set -- setsid --ctty \"$@\""
                var settings = Container.Settings(setup: setup)
                settings.program = twin.path
                try Container.run(arguments, settings) { try body(terminal, $0) }
            }
        }

        @Test(arguments: DropInTests.names)
        func anInterruptArrivesOnce(name: String) throws {
            let script = "trap 'count=$((count+1)); echo count=$count' INT; echo up; while :; do sleep 0.01; done"
            try container(name, ["--", "sh", "-c", script]) { terminal, _ in
                try terminal.expect("up\r\n")
                for count in 1...2 {
                    terminal.type("\u{03}")
                    try terminal.expect("count=\(count)\r\n")
                }
            }
        }

        @Test(arguments: DropInTests.names)
        func aHangUpReachesTheCommand(name: String) throws {
            let script = "trap 'echo hung up > $DIR/log; exit 5' HUP; echo up; while :; do sleep 0.01; done"
            try container(name, ["--", "sh", "-c", script]) { terminal, container in
                try terminal.expect("up\r\n")
                terminal.hangUp()
                try container.waitForLine("hung up")
                #expect(try container.exitCode() == 5)
            }
        }

        /// For dumb-init as the first of its session the terminal is handed on, and what that causes is passed over.
        @Test func dumbInitHandsItsTerminalOn() throws {
            try container("dumb-init", ["-v", "cat"]) { terminal, container in
                try terminal.expect("Detached from controlling tty, ignoring the first SIGHUP and SIGCONT we receive.")
                // Two processes tell of it.
                try terminal.expect([
                    "Ignoring tty hand-off signal 1.", "Ignoring tty hand-off signal 18.", "setsid complete.",
                ])
                terminal.type("one\n")
                try terminal.expect("one\r\none\r\n")
                terminal.type("\u{03}")
                #expect(try container.exitCode() == 130)
            }
        }

        /// A stop is a stop of the whole session, and as PID 1 dumb-init cannot stop itself.
        @Test func dumbInitsSessionIsStopped() throws {
            try container("dumb-init", ["-v", "sleep", "1000"]) { terminal, container in
                try terminal.expect("setsid complete.")
                let command = try container.process(running: "sleep")
                try container.signal(SIGTSTP)
                try terminal.expect("Translating signal 20 to 19.")
                try terminal.expect("Forwarded signal 19 to children.")
                try terminal.expect("Suspending self due to TTY signal.")
                try eventually("stopped") { command.state == "T" }
                try container.signal(SIGCONT)
                try eventually("going on") { command.state != "T" && command.isAlive }
            }
        }

        @Test func dumbInitStopsAndGoesOnWithTheShell() throws {
            for options in ["", "-c"] {
                try shell("dumb-init") { terminal in
                    terminal.type("$init \(options) sh -c 'echo up; while read line; do echo got $line; done'\n")
                    try terminal.expect("up\r\n")
                    terminal.type("\u{1A}")
                    try terminal.expect("Stopped")
                    try terminal.expect("<prompt>")
                    terminal.type("fg\n")
                    try terminal.expect("done'\r\n")
                    terminal.type("again\n")
                    try terminal.expect("got again\r\n")
                    terminal.type("\u{03}")
                    try terminal.expect("<prompt>")
                    terminal.type("echo code=$?\n")
                    try terminal.expect("code=130\r\n")
                }
            }
        }

        /// tini's command has the terminal, and is stopped without tini or the shell learning of it.
        @Test func tinisCommandStopsAlone() throws {
            try shell("tini") { terminal in
                terminal.type("$init -- sh -c 'echo pid=$PPID=; exec cat'\n")
                try terminal.expect("\r\npid=")
                let pid = try #require(pid_t(try terminal.take(until: "=")))
                let cat = try #require(HostProcess(pid: pid).children.first)
                terminal.type("\u{1A}")
                try eventually("stopped") { cat.state == "T" }
                #expect(HostProcess(pid: pid).state != "T")
                kill(pid, SIGCONT)
                terminal.type("again\n")
                try terminal.expect("again\r\nagain\r\n")
                terminal.type("\u{03}")
                try terminal.expect("<prompt>")
                terminal.type("echo code=$?\n")
                try terminal.expect("code=130\r\n")
            }
        }

        /// catatonit's command cannot be stopped by a terminal at all.
        @Test func catatonitsCommandIsNotStopped() throws {
            try shell("catatonit") { terminal in
                terminal.type("$init -- cat\n")
                terminal.type("hello\n")
                try terminal.expect("hello\r\nhello\r\n")
                terminal.type("\u{1A}")
                terminal.type("again\n")
                try terminal.expect("again\r\nagain\r\n")
                terminal.type("\u{03}")
                try terminal.expect("<prompt>")
                terminal.type("echo code=$?\n")
                try terminal.expect("code=130\r\n")
            }
        }

        /// catatonit goes by the controlling terminal, whatever stdin is.
        @Test func catatonitFindsItsTerminal() throws {
            try container("catatonit", ["--", "sh", "-c", "ps -o pgid=,tpgid= -p $$ </dev/null; echo up"]) {
                terminal, _ in
                try terminal.expect("2       2\r\nup")
            }
            try shell("catatonit") { terminal in
                terminal.type("$init -- sh -c 'set -- $(ps -o pgid=,tpgid= -p $$); echo same=$(($1==$2))' </dev/null\n")
                try terminal.expect("same=1\r\n")
            }
        }
    }
}
