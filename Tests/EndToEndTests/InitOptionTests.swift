import Foundation
import Testing

extension EndToEnd {
    /// The init form's options, each also as an environment variable.
    @Suite struct InitOptionTests {
        private static let recorder =
            "for s in HUP INT QUIT USR1 USR2 TERM; do trap \"echo $s\" $s; done; echo up; while :; do sleep 0.01; done"

        /// The same options given both ways.
        private func both(
            _ options: [String: String], _ command: [String], _ body: (Container) throws -> Void
        ) throws {
            let words = options.flatMap { ["--\($0)", $1] }
            try Container.command(command, options: words) { try body($0) }
            let variables = options.map { ("FOSTER_\($0.uppercased().replacingOccurrences(of: "-", with: "_"))", $1) }
            let settings = Container.Settings(environment: Dictionary(uniqueKeysWithValues: variables))
            try Container.command(command, settings) { try body($0) }
        }

        @Test func signalsAreRewrittenAndDropped() throws {
            try both(["rewrite": "TERM=QUIT,HUP=none,USR1=2"], ["sh", "-c", Self.recorder]) { container in
                try container.waitForOutput("up")
                try container.signal(SIGHUP)
                try container.signal(SIGUSR1)
                try container.waitForOutput("INT")
                try container.signal(SIGTERM)
                try container.waitForOutput("QUIT")
                #expect(container.output.lines == ["up", "INT", "QUIT"])
            }
        }

        @Test func aDelayedSignalComesLaterAndReadinessGoesAtOnce() throws {
            let script = "trap 'exit 6' TERM; echo up; while :; do sleep 0.01; done"
            try Container.command(["sh", "-c", script], options: ["--delay", "TERM=1s"], control: true) { container in
                try container.waitForOutput("up")
                try container.waitUntilListening()
                try eventually("ready") { try container.get("/readyz").status == 200 }
                let clock = ContinuousClock()
                let start = clock.now
                try container.signal(SIGTERM)
                try eventually("no longer ready") { try container.get("/readyz").status == 503 }
                #expect(try container.get("/readyz").body.contains("everything will be stopped soon"))
                #expect(try container.get("/livez").status == 200)
                try container.expectExit(6)
                #expect(clock.now - start >= .seconds(1))
            }
        }

        @Test func exitCodesAreMapped() throws {
            try both(["exit-map": "143=0,3=4"], ["sh", "-c", "exit 3"]) { try $0.expectExit(4) }
            try Container.command(["sh", "-c", "kill -TERM $$"], options: ["--exit-map", "143=0"]) {
                try $0.expectExit(0)
            }
            try Container.command(["/nonexistent"], options: ["--exit-map", "127=9"]) {
                try $0.expectExit(9)
                #expect($0.errors.text.contains("ENOENT"))
            }
        }

        @Test func theScopeOfASignalIsTheGroupOrTheTree() throws {
            let child = "trap 'echo child; exit' USR1; echo up; while :; do sleep 0.01; done"
            for (scope, start) in [("group", "sh -c"), ("tree", "setsid sh -c")] {
                let script = "trap : USR1; \(start) \"$CHILD\" & wait; wait; wait"
                let settings = Container.Settings(environment: ["CHILD": child, "FOSTER_SIGNAL_SCOPE": scope])
                try Container.command(["sh", "-c", script], settings) { container in
                    try container.waitForOutput("up")
                    try container.signal(SIGUSR1)
                    try container.waitForOutput("child")
                }
            }
            let script = "trap 'echo leader' USR1; sh -c \"$CHILD\" & wait; sleep 0.2; exit 3"
            try Container.command(["sh", "-c", script], .init(environment: ["CHILD": child])) { container in
                try container.waitForOutput("up")
                try container.signal(SIGUSR1)
                try container.expectExit(3)
                #expect(container.output.lines == ["up", "leader"])
            }
        }

        @Test func fosterGetsASignalWhenItsParentDies() throws {
            let script = "trap 'echo parent died > $DIR/log; exit' USR1; echo up; while :; do sleep 0.01; done"
            // The shell that is PID 1 goes on; one below it starts foster and is killed.
            let setup = """
                set -- sh -c 'sh -c "echo \\$\\$ > $DIR/parent; \\"\\$@\\" & sleep 1000" sh "$@"; sleep 1000' sh "$@"
                """
            let settings = Container.Settings(setup: setup, isChild: true, program: Programs.foster)
            try Container.command(["sh", "-c", script], options: ["--pdeathsig", "USR1"], settings) { container in
                try container.waitForOutput("up")
                try container.execute("sh", "-c", "kill -KILL $(cat \(container.directory.file("parent")))")
                try container.waitForLine("parent died")
            }
        }

        @Test func whatIsSaidByPidIsSaidToTheCommand() throws {
            let script = """
                echo "$LISTEN_PID $WATCHDOG_PID $LISTEN_FDS $$"; readlink /proc/self/fd/3; exit 1
                """
            let setup = "exec 3</dev/zero; export LISTEN_PID=1 LISTEN_FDS=1 WATCHDOG_PID=17"
            try Container.command(["sh", "-c", script], options: ["--restart", "on-failure:1"], .init(setup: setup)) {
                container in
                try container.expectExit(1)
                let lines = container.output.lines
                #expect(lines.count == 4)
                // Both ways of starting: the first run shares memory, the second does not.
                for line in [lines.first, lines.dropFirst(2).first] {
                    let words = (line ?? "").split(separator: " ")
                    #expect(words.count == 4 && words[0] == words[3] && words[1] == "17" && words[2] == "1", "\(lines)")
                }
                #expect(lines.last == "/dev/zero")
            }
        }

        @Test(arguments: [
            (["--rewrite", "TERM"], "expected a pair such as TERM=QUIT"),
            (["--exit-map", "300=0"], "invalid exit code \"300\""),
            (["--delay", "TERM=5"], "did you mean \"5s\""),
            (["--signal-scope", "all"], "allowed: leader, group, tree"),
            (["--orphans", "kill"], "allowed: adopt, terminate"),
            (["--ready", "now"], "allowed: notify, exec"),
            (["--pdeathsig", "TREM"], "did you mean \"TERM\""),
        ])
        func badValuesAreUsageErrors(options: [String], message: String) throws {
            try Container.command(["true"], options: options) { container in
                try container.expectExit(125)
                #expect(container.errors.text.contains(message), "\(container.errors.text)")
            }
        }
    }
}
