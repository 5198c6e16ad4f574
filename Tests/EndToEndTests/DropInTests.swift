import Foundation
import Testing

extension EndToEnd {
    /// What foster does under every name in whose place it stands.
    @Suite(.needs("bash", "tini", "dumb-init", "catatonit")) struct DropInTests {
        static let names = ["tini", "dumb-init", "catatonit"]

        @Test(arguments: names)
        func everyExitCodeIsPassedOn(name: String) throws {
            let script = "for code in $(seq 0 255); do $INIT -- sh -c \"exit $code\" 2>/dev/null; echo $?; done"
            try Twins(name).compare(script: script)
            for code in [0, 1, 2, 125, 126, 127, 128, 143, 255] {
                try Twins(name).compare(["--", "sh", "-c", "exit \(code)"])
            }
        }

        @Test(arguments: names)
        func everyDeathBySignalIsPassedOn(name: String) throws {
            let script = """
                ulimit -c 0
                for signal in $(seq 1 64); do
                    case $signal in 17|18|19|2[0-3]|28|32|33) continue;; esac
                    $INIT -- bash -c "kill -$signal \\$\\$" 2>/dev/null; echo $signal $?
                done
                """
            try Twins(name).compare(script: script)
        }

        @Test(arguments: [
            ["tini"], ["tini", "-g"], ["dumb-init"], ["dumb-init", "-c"], ["dumb-init", "-r", "12:10", "-r", "20:0"],
            ["catatonit"], ["catatonit", "-g"],
        ])
        func theSameSignalsReachTheCommand(called: [String]) throws {
            let received = try Twins(try #require(called.first)).signalsReceived(options: Array(called.dropFirst()))
            #expect(received.first == received.last)
            #expect((received.first?.count ?? 0) > 40)
        }

        /// What is neither blocked nor read ends it where it is not PID 1.
        @Test(arguments: names)
        func theSameSignalsEndIt(name: String) throws {
            let script = """
                ulimit -c 0
                for signal in ILL TRAP ABRT BUS FPE SEGV SYS 32 33 TTIN TTOU; do
                    mkfifo $DIR/$signal
                    $INIT -- sh -c "echo > $DIR/$signal; sleep 0.4" >/dev/null 2>&1 & pid=$!
                    read line < $DIR/$signal; sleep 0.02
                    kill -$signal $pid; sleep 0.02; kill -CONT $pid 2>/dev/null
                    wait $pid 2>/dev/null; echo $signal $?
                done
                """
            try Twins(name).compare(script: script)
        }

        @Test(arguments: names)
        func theCommandIsGivenTheSame(name: String) throws {
            let facts = """
                grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status; ls /proc/self/fd | wc -l; pwd; readlink /proc/1/cwd
                cut -d' ' -f4-8 /proc/self/stat; umask; ulimit -n; ulimit -c; cat /proc/1/comm; env | sort | grep -v ^_=
                """
            let told = ["NOTIFY_SOCKET": "/run/none", "LISTEN_PID": "1", "LISTEN_FDS": "1", "ODD": "a=b c"]
            for environment in [[:], told] { try Twins(name).compare(["--", "sh", "-c", facts], environment) }
            let ignoring = "trap '' HUP USR1 CHLD; exec $INIT -- grep -E 'Sig(Blk|Ign)' /proc/self/status"
            // SIGCHLD that was inherited as ignored is passed on by foster; the others hang or forget it.
            try Twins(name).compare(script: ignoring.replacingOccurrences(of: " CHLD", with: "") + " 2>/dev/null")
        }

        /// The originals are gone as soon as their command is.
        @Test(arguments: [["tini"], ["dumb-init"], ["dumb-init", "-c"], ["catatonit"]])
        func whatTheCommandLeavesBehindIsLeft(called: [String]) throws {
            let script = """
                for group in same own; do
                    rm -f $DIR/*; mkfifo $DIR/up
                    one='trap "echo term > $DIR/log; exit" TERM; echo > $DIR/up; while :; do sleep 0.01; done'
                    [ $group = own ] && start=setsid || start=
                    $INIT OPTIONS -- bash -c "$start bash -c '$one' & read line < $DIR/up; exit 5" 2>/dev/null
                    echo $group $?; sleep 0.2; cat $DIR/log 2>/dev/null; echo; pkill -KILL -f 'echo term' ; sleep 0.05
                done
                """
            let options = called.dropFirst().joined(separator: " ")
            try Twins(try #require(called.first))
                .compare(script: script.replacingOccurrences(of: "OPTIONS", with: options))
        }

        @Test(arguments: names)
        func orphansAreReaped(name: String) throws {
            let script = "for n in 1 2 3; do (sleep 0.05 &) ; done; sleep 0.3; ps -eo stat= | grep -c Z; exit 6"
            try Twins(name).compare(["--", "sh", "-c", script])
        }

        @Test(arguments: names)
        func nothingListensUnlessAsked(name: String) throws {
            let foster = try #require(try Twins(name).all.last)
            var settings = Container.Settings()
            settings.program = foster.path
            try Container.run(["--", "sleep", "1000"], settings) { container in
                let process = try container.process()
                try container.process(running: "sleep")
                // It lets go of what it has inherited.
                try eventually("no socket of its own") { process.sockets.isEmpty }
                #expect(process.threads.count == 1)
            }
            settings = Container.Settings()
            settings.program = foster.path
            let directory = try TemporaryDirectory()
            settings.environment["FOSTER_CONTROL"] = directory.file("control.sock")
            try Container.run(["--", "sleep", "1000"], settings, in: directory) { try $0.waitUntilListening() }
        }

        @Test func aWrongVariableOfFostersIsNamed() throws {
            let foster = try #require(try Twins("tini").all.last)
            var settings = Container.Settings(environment: ["FOSTER_GRACE": "soon"])
            settings.program = foster.path
            try Container.run(["--", "true"], settings) { container in
                try container.expectExit(125)
                #expect(container.errors.text.hasPrefix("foster: FOSTER_GRACE"))
            }
        }

        @Test(arguments: [
            ("tini-static", "tini version 0.19.0\n"), ("docker-init", "tini version 0.19.0 - git.de40ad0\n"),
            ("my-tini", "tini version 0.19.0\n"), ("podman-init", "tini version 0.1.7_catatonit\n"),
        ])
        func otherNamesAreKnownToo(name: String, version: String) throws {
            let foster = try #require(try Twins(name, of: "tini").all.last)
            var settings = Container.Settings()
            settings.program = foster.path
            try Container.run(["--version"], settings) { container in
                try container.expectExit(0)
                #expect(container.output.text == version)
                #expect(container.errors.text.isEmpty)
            }
        }
    }
}
