import Foundation
import Testing

extension EndToEnd {
    /// Options, variables, messages and what is wrong with them: word for word.
    @Suite struct DropInWordsTests {
        /// Waits without another process, which would get the signals of the group as well.
        private static let pause =
            "pause() { end=$((${EPOCHREALTIME/./} + 150000)); while [ ${EPOCHREALTIME/./} -lt $end ]; do :; done; }"

        @Test(
            .needs("tini"),
            arguments: [
                [], ["-h"], ["-hx"], ["-vh"], ["-x"], ["--foo"], ["--version"], ["--version", "-h"], ["-v"], ["--"],
                ["true", "-h"], ["-p"], ["-p", "FOO", "true"], ["-p", "TERM", "true"], ["-p", "15", "true"], ["-e"],
                ["-e", "300", "true"], ["-e", "1x", "true"], ["-e", "0x7", "true"], ["-e", "-1", "true"],
                ["-e", "99999999999999999999", "true"], ["-e", "", "true"], ["-e", "--", "true"], ["-w", "-g", "true"],
                ["-e", " 7", "--", "sh", "-c", "exit 7"], ["-e", "+7", "-e", "9", "--", "sh", "-c", "exit 9"],
                ["-e", "143", "--", "sh", "-c", "kill $$"], ["-e", "127", "nope"], ["--", "nope"],
                ["--", "/etc/passwd"], ["--", "/etc/passwd/x"], ["sh", "--", "-c", "exit 3"],
                ["-s", "-p", "SIGKILL", "--", "true"],
            ])
        func tini(words: [String]) throws {
            for name in ["tini", "subject-tini"] { try Twins(name, of: "tini").compare(words) }
        }

        @Test(
            .needs("tini"),
            arguments: [
                ["-v"], ["-vv"], ["-vvv"], ["-vvvvv"], ["-s", "-vvv"], ["-v", "-v", "-g"], ["-wvvv"],
            ])
        func tiniTellsMore(options: [String]) throws {
            let twins = try Twins("tini")
            try twins.compare(options + ["--", "true"])
            try twins.compare(options + ["--", "sh", "-c", "ulimit -c 0; kill -9 $$"])
            let script = "\(Self.pause); trap : USR1; kill -USR1 1; pause; exit 4"
            try twins.compare(options + ["--", "bash", "-c", script])
            try twins.compare(options + ["--", "sh", "-c", "sh -c 'sleep 0.1 &'; sleep 0.3"])
            try twins.compare(options.filter { $0 != "-s" } + ["--", "nope"])
        }

        @Test(
            .needs("tini"),
            arguments: [
                ["TINI_VERBOSITY": "3"], ["TINI_VERBOSITY": "0"], ["TINI_VERBOSITY": ""], ["TINI_VERBOSITY": "x"],
                ["TINI_VERBOSITY": "-5"], ["TINI_SUBREAPER": "", "TINI_VERBOSITY": "4"],
                ["TINI_KILL_PROCESS_GROUP": "", "TINI_VERBOSITY": "2"],
            ])
        func tinisVariables(environment: [String: String]) throws {
            let twins = try Twins("tini")
            try twins.compare(["--", "true"], environment)
            try twins.compare(["-v", "--", "nope"], environment.filter { $0.key == "TINI_VERBOSITY" })
            try twins.compare(["true", "-h"], ["POSIXLY_CORRECT": "1"])
        }

        @Test(.needs("tini"))
        func tiniBelowAnotherInit() throws {
            let twins = try Twins("tini")
            for options in [[], ["-s"], ["-vvv"], ["-svvv"], ["-w"]] {
                try twins.compare(options + ["--", "true"], isChild: true)
                // Without -s the orphan comes to PID 1.
                let script = "sh -c 'sleep 0.1; ps -o ppid= -p $$' & exit"
                try twins.compare(options + ["--", "sh", "-c", "(\(script)); sleep 0.3"], isChild: true)
            }
        }

        @Test(.needs("tini"))
        func tinisDeathSignalIsOneOfAList() throws {
            let script = """
                for name in $(kill -l | tr -c 'A-Z0-9+-' '\\n' | grep SIG) SIGIOT SIGPOLL SIGCLD SIGUNUSED SIG RTMIN; do
                    $INIT -s -p $name -- true; echo $name $?
                done 2>&1 | sed 's/([0-9]*)/(N)/'
                """
            try Twins("tini").compare(script: script)
        }

        @Test(
            .needs("dumb-init"),
            arguments: [
                [], ["-h"], ["--help"], ["-V"], ["--version"], ["-Vh"], ["-x"], ["--foo"], ["-r"], ["--rewrite"],
                ["-r", "1"], ["-r", "1:"], ["-r", "a:b"], ["-r", "0:1", "true"], ["-r", "1:32", "true"],
                ["-r", "32:1", "true"], ["-r", "1:-1", "true"], ["-r", "1 :2", "true"], ["-r", "1: 2", "true"],
                ["-r", "4294967297:2", "true"], ["-r", "99999999999:1", "true"], ["-r", "1:2x", "true"],
                ["--rewrite=15:2", "true"], ["--rewrit", "1:2", "true"], ["-r1:2", "true"], ["--v", "true"],
                ["--verbose=3", "true"], ["nope"], ["-c", "/etc/passwd"], ["/etc/passwd/x"], ["--", "true"],
                ["sh", "-c", "exit 3"], ["--", "-x"],
            ])
        func dumbInit(words: [String]) throws { try Twins("dumb-init").compare(words) }

        @Test(.needs("dumb-init"), arguments: [["-v"], ["-cv"], ["--verb", "-r", "15:2"], ["-v", "-r", "15:0"], []])
        func dumbInitTellsMore(options: [String]) throws {
            let twins = try Twins("dumb-init")
            let debugging = ["DUMB_INIT_DEBUG": "1", "DUMB_INIT_SETSID": "0"]
            for environment in [[:], debugging, ["DUMB_INIT_SETSID": "0x", "DUMB_INIT_DEBUG": "2"]] {
                try twins.compare(options + ["true"], environment, torn: true)
                try twins.compare(options + ["nope"], environment, torn: true)
                try twins.compare(options + ["sh", "-c", "kill -9 $$"], environment, torn: true)
                let script =
                    "\(Self.pause); trap 'echo got' TERM INT USR1; kill -TERM 1; pause; kill -USR1 1; pause"
                try twins.compare(options + ["bash", "-c", script], environment, torn: true)
                try twins.compare(options + ["sh", "-c", "sh -c 'sleep 0.1 &'; sleep 0.3"], environment, torn: true)
            }
        }

        @Test(
            .needs("catatonit"),
            arguments: [
                [], ["-h"], ["-gh"], ["-V"], ["--version"], ["--ver"], ["--version=3"], ["-V", "-x"], ["-x", "-V"],
                ["--help"], ["-x"], ["--foo"], ["-g"], ["-g", "true"], ["true"], ["--", "true"], ["nope"],
                ["--", "/etc/passwd"], ["--", "/etc/passwd/x"], ["--", "-x"], ["sh", "-c", "exit 3"],
                ["--", "sh", "-c", "kill -9 $$"],
            ])
        func catatonit(words: [String]) throws {
            let twins = try Twins("catatonit")
            try twins.compare(words)
            try twins.compare(words, ["CATATONIT_LOG": "1"])
            try twins.compare(words, ["CATATONIT_DEBUG": "1"], torn: true)
        }

        @Test(.needs("catatonit"))
        func catatonitTellsMore() throws {
            let twins = try Twins("catatonit")
            let verbose = ["CATATONIT_DEBUG": "1"]
            try twins.compare(["--", "sh", "-c", "sh -c 'sleep 0.1 &'; sleep 0.3"], verbose, torn: true)
            let script = "sleep 0.1; kill -TSTP 1; sleep 0.1; kill -TTIN 1; sleep 0.1; exit 4"
            try twins.compare(["--", "sh", "-c", script], verbose, torn: true)
        }

        @Test(.needs("catatonit"), arguments: [SIGTERM, SIGINT])
        func catatonitsPauseReapsUntilItIsTold(signal: Int32) throws {
            try Twins("catatonit").each(["-P", "ignored"]) { container in
                try eventually("it waits") { try container.process().state == "S" }
                for other in [SIGHUP, SIGUSR1, SIGQUIT, SIGTSTP] { try container.signal(other) }
                try container.execute("sh", "-c", "sleep 0.5 >/dev/null 2>&1 &")
                let pause = try container.process()
                try eventually("the orphan is adopted") { !pause.children.isEmpty }
                try eventually("the orphan is reaped") { pause.children.isEmpty }
                try container.signal(signal)
                try container.expectExit(0)
            }
        }

        /// The one text that is foster's own.
        @Test(.needs("tini", "catatonit"), arguments: [("tini", "-l"), ("catatonit", "-L")])
        func theLicenseIsFosters(name: String, option: String) throws {
            let foster = try #require(try Twins(name).all.last)
            var settings = Container.Settings()
            settings.program = foster.path
            try Container.run([option], settings) { container in
                try container.expectExit(0)
                #expect(container.output.text.contains("Apache License 2.0"))
            }
        }
    }
}
