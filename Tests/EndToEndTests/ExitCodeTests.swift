import Foundation
import Testing

extension EndToEnd {
    /// The container's exit code is the command's, and says what happened where there is none.
    @Suite struct ExitCodeTests {
        @Test(arguments: [0, 1, 2, 42, 77, 124, 125, 126, 127, 128, 143, 254, 255])
        func theCommandsCodeIsTheContainers(code: Int32) throws {
            try Container.command(["sh", "-c", "exit \(code)"]) { try $0.expectExit(code) }
        }

        @Test(arguments: [
            SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGSEGV, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, 34, 64,
        ])
        func aSignalThatEndedTheCommandIs128PlusItsNumber(signal: Int32) throws {
            // dash knows no numbers above 31 by name, and kill(1) does.
            try Container.command(["sh", "-c", "ulimit -c 0; /bin/kill -\(signal) $$"]) {
                try $0.expectExit(128 + signal)
            }
        }

        @Test(arguments: ["/nonexistent", "no-such-program", "/etc/passwd/x"])
        func aCommandThatIsNotFoundIs127(program: String) throws {
            try Container.command([program]) { container in
                try container.expectExit(127)
                let message = container.errors.text
                #expect(message.contains("cannot start") && message.contains(program), "\(message)")
            }
        }

        @Test(arguments: ["/etc/passwd", "/etc", "/"])
        func aCommandThatCannotBeExecutedIs126(program: String) throws {
            try Container.command([program]) { container in
                try container.expectExit(126)
                #expect(container.errors.text.contains("EACCES"), "\(container.errors.text)")
            }
        }

        @Test func aScriptWithoutItsInterpreterIs127() throws {
            let directory = try TemporaryDirectory()
            let script = try directory.write("script", "#!/nonexistent\n", mode: 0o755)
            try Container.command([script]) { try $0.expectExit(127) }
        }

        @Test func aScriptWithoutFirstLineIsTheShells() throws {
            let directory = try TemporaryDirectory()
            let script = try directory.write("script", "echo \"$1\"; exit 9\n", mode: 0o755)
            try Container.command([script, "word"]) { container in
                try container.expectExit(9)
                #expect(container.output.lines == ["word"])
            }
        }

        @Test(arguments: [
            [], ["--"], ["redis-server"], ["--bogus", "--", "true"], ["--grace", "soon", "--", "true"], ["--grace"],
            ["--output", "loud", "--", "true"], ["--restart", "sometimes", "--", "true"], ["run", "--config"],
            ["run", "word"], ["check", "--bogus"],
        ])
        func aWrongCommandLineIs125AndSaysWhatIsWrong(arguments: [String]) throws {
            try Container.run(arguments) { container in
                try container.expectExit(125)
                #expect(container.errors.text.hasPrefix("foster: "), "\(container.errors.text)")
                #expect(container.output.text.isEmpty)
            }
        }

        @Test func aCommandWithoutSeparatorIsToldWhatToType() throws {
            try Container.run(["redis-server", "--port", "0"]) { container in
                try container.finish()
                #expect(container.errors.text.contains("foster -- redis-server --port 0"))
            }
        }

        @Test func aWrongVariableIs125AndIsNamed() throws {
            try Container.command(["true"], Container.Settings(environment: ["FOSTER_GRACE": "soon"])) { container in
                try container.expectExit(125)
                #expect(container.errors.text.contains("FOSTER_GRACE"))
            }
        }

        @Test(arguments: ["--help", "--version"])
        func aQuestionIsAnsweredOnStdout(option: String) throws {
            try Container.run([option]) { container in
                try container.expectExit(0)
                #expect(container.output.text.contains("foster") || container.output.text.contains("0."))
                #expect(container.errors.text.isEmpty)
            }
        }

        @Test func theCommandsWordsAndEnvironmentArriveUnchanged() throws {
            let words = ["", " ", "--", "a b", "$HOME", "*", "é", "--grace", "\"'\\"]
            try Container.command(["/usr/bin/printf", "%s\\n"] + words) { container in
                try container.expectExit(0)
                #expect(container.output.lines == words)
            }
            try Container.command(["env"], Container.Settings(environment: ["ODD": "a=b c"])) { container in
                try container.finish()
                #expect(container.output.lines.contains("ODD=a=b c"))
            }
        }

        @Test func theCommandHasAGroupOfItsOwnAndElseWhatFosterWasGiven() throws {
            let script = "ls -l /proc/self/fd | grep -c '>'; grep -E 'SigBlk|SigIgn' /proc/self/status; ulimit -n"
            var given: [String] = []
            var shell = Container.Settings()
            shell.program = URL(fileURLWithPath: "/bin/sh").resolvingSymlinksInPath().path
            try Container.run(["-c", script], shell) { container in
                try container.finish()
                given = container.output.lines
            }
            try Container.command(["sh", "-c", "\(script); ps -o pid=,pgid= -p $$"]) { container in
                try container.expectExit(0)
                let lines = container.output.lines
                #expect(lines.count == 5 && Array(lines.prefix(4)) == given)
                let pids = (lines.last ?? "").split(separator: " ")
                #expect(pids.count == 2 && pids.first == pids.last && pids.first != "1", "\(lines)")
            }
        }
    }
}
