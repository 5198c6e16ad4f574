import Foundation
import Testing

extension EndToEnd {
    /// The init form's command has the terminal, and the shell above foster notices nothing.
    @Suite struct TerminalTests {
        /// An interactive shell on a terminal, under which foster is no PID 1.
        private func shell(_ body: (Terminal) throws -> Void) throws {
            let terminal = try Terminal()
            let line =
                "exec setsid --ctty bash --norc --noprofile --noediting -i <\(terminal.path) >\(terminal.path) 2>&1"
            let environment = Programs.environment.merging([
                "PS1": "<prompt>", "foster": "\(Programs.foster) --control none --",
            ]) { $1 }
            let shell = try ChildProcess("/bin/sh", ["-c", line], environment: environment)
            try terminal.expect("<prompt>")
            try body(terminal)
            terminal.hangUp()
            try shell.wait()
        }

        /// ^Z and `fg`, for a job whose line ends so.
        private func stopAndResume(_ job: String, on terminal: Terminal) throws {
            terminal.type("\u{1A}")
            try terminal.expect("Stopped")
            try terminal.expect("<prompt>")
            terminal.type("fg\n")
            try terminal.expect("\(job)\r\n")
        }

        @Test(.needs("bash", "setsid"))
        func stopAndGoOn() throws {
            try shell { terminal in
                terminal.type("$foster cat\n")
                terminal.type("hello\n")
                try terminal.expect("hello\r\nhello\r\n")
                try stopAndResume("cat", on: terminal)
                terminal.type("again\n")
                try terminal.expect("again\r\nagain\r\n")
                terminal.type("\u{03}")
                try terminal.expect("<prompt>")
                terminal.type("echo code=$?\n")
                try terminal.expect("code=130\r\n")
            }
        }

        @Test(.needs("bash", "setsid"))
        func inTheBackgroundItStopsWhenItReads() throws {
            try shell { terminal in
                terminal.type("$foster cat &\n")
                try terminal.expect("<prompt>")
                // The shell tells of it before a prompt, and not at once.
                terminal.type("until jobs -s | grep cat; do sleep 0.01; done\n")
                try terminal.expect("Stopped")
                try terminal.expect("<prompt>")
                terminal.type("fg\n")
                try terminal.expect("cat\r\n")
                terminal.type("third\n")
                try terminal.expect("third\r\nthird\r\n")
                terminal.type("\u{04}")
                try terminal.expect("<prompt>")
            }
        }

        @Test(.needs("bash", "setsid"))
        func whoeverComesNextInAScriptHasTheTerminal() throws {
            try shell { terminal in
                terminal.type("sh -c '$0 --control none -- cat; read word; echo got=$word' \(Programs.foster)\n")
                terminal.type("hello\n")
                try terminal.expect("hello\r\nhello\r\n")
                terminal.type("\u{04}")
                terminal.type("next\n")
                try terminal.expect("got=next")
            }
        }

        @Test(.needs("bash", "setsid"))
        func aPipelineStopsAsAWhole() throws {
            try shell { terminal in
                terminal.type("$foster cat | sed s/one/two/\n")
                terminal.type("one\n")
                try terminal.expect("two\r\n")
                try stopAndResume("s/one/two/", on: terminal)
                terminal.type("one\n")
                try terminal.expect("two\r\n")
                terminal.type("\u{04}")
                try terminal.expect("<prompt>")
            }
        }

        @Test(.needs("bash", "setsid"))
        func oneFosterBelowAnotherStopsAndGoesOn() throws {
            try shell { terminal in
                terminal.type("$foster $foster cat\n")
                terminal.type("hello\n")
                try terminal.expect("hello\r\nhello\r\n")
                try stopAndResume("cat", on: terminal)
                terminal.type("again\n")
                try terminal.expect("again\r\nagain\r\n")
                terminal.type("\u{04}")
                try terminal.expect("<prompt>")
            }
        }

        /// Nobody is there who could continue a session's leader.
        @Test(.needs("setsid"))
        func aSessionsLeaderGoesOnAtOnce() throws {
            let terminal = try Terminal()
            let line = "exec setsid --ctty $foster cat <\(terminal.path) >\(terminal.path) 2>&1"
            let environment = Programs.environment.merging(["foster": "\(Programs.foster) --control none --"]) { $1 }
            let leader = try ChildProcess("/bin/sh", ["-c", line], environment: environment)
            terminal.type("one\n")
            try terminal.expect("one\r\none\r\n")
            terminal.type("\u{1A}")
            terminal.type("two\n")
            try terminal.expect("two\r\ntwo\r\n")
            terminal.type("\u{04}")
            #expect(try leader.wait() == .exited(0))
        }

        /// Foster as PID 1 on a terminal of its own.
        private func container(_ command: [String], _ body: (Terminal, Container) throws -> Void) throws {
            let terminal = try Terminal()
            let setup = "exec <\(terminal.path) >\(terminal.path) 2>&1; set -- setsid --ctty \"$@\""
            try Container.command(command, options: ["--log-level", "warning"], .init(setup: setup)) {
                try body(terminal, $0)
            }
        }

        @Test(.needs("setsid"))
        func anInterruptArrivesOnce() throws {
            let script = "trap 'count=$((count+1)); echo count=$count' INT; echo up; while :; do sleep 0.01; done"
            try container(["sh", "-c", script]) { terminal, container in
                try terminal.expect("up\r\n")
                terminal.type("\u{03}")
                try terminal.expect("count=1\r\n")
                terminal.type("\u{03}")
                try terminal.expect("count=2\r\n")
            }
        }

        @Test(.needs("setsid"))
        func pid1GoesOnAtOnce() throws {
            try container(["cat"]) { terminal, container in
                terminal.type("one\n")
                try terminal.expect("one\r\none\r\n")
                terminal.type("\u{1A}")
                try terminal.expect("PID 1 cannot stop")
                terminal.type("two\n")
                try terminal.expect("two\r\ntwo\r\n")
                terminal.type("\u{04}")
                #expect(try container.exitCode() == 0)
            }
        }

        @Test(.needs("setsid"))
        func aHangUpReachesTheCommand() throws {
            let script = "trap 'echo hung up > $DIR/log; exit 5' HUP; echo up; while :; do sleep 0.01; done"
            try container(["sh", "-c", script]) { terminal, container in
                try terminal.expect("up\r\n")
                terminal.hangUp()
                try container.waitForLine("hung up")
                #expect(try container.exitCode() == 5)
            }
        }
    }
}
