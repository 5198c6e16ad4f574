import Foundation
import Testing

extension EndToEnd {
    /// The init form's command cannot tell that foster is there, and foster manages in odd places.
    @Suite struct TransparencyTests {
        @Test func inheritedDescriptorsAreTheCommandsAlone() throws {
            // The reader's end comes when the command has closed its copy, although foster goes on.
            let setup = "mkfifo $DIR/pipe; cat $DIR/pipe > $DIR/read & exec 3>$DIR/pipe"
            let script = "echo passed on >&3; exec 3>&-; until [ -s $DIR/end ]; do sleep 0.01; done; echo seen"
            try Container.command(["sh", "-c", script], .init(setup: "\(setup); set -- \"$@\"")) { container in
                try container.waitForLine("passed on", in: "read")
                try eventually("cat has ended") {
                    !container.processes.contains { $0.isAlive && $0.commandLine.hasPrefix("cat ") }
                }
                try container.directory.write("end", "now\n")
                try container.expectExit(0)
                #expect(container.output.lines == ["seen"])
            }
        }

        @Test func theyStayForTheNextRun() throws {
            let setup = "exec 3</dev/zero"
            let script = "readlink /proc/self/fd/3; exit 1"
            let options = ["--restart", "on-failure:2"]
            try Container.command(["sh", "-c", script], options: options, .init(setup: setup)) { container in
                try container.expectExit(1)
                #expect(container.output.lines == ["/dev/zero", "/dev/zero", "/dev/zero"])
            }
        }

        @Test func nohupGoesOnWorking() throws {
            let script = "echo up; kill -HUP 1; kill -HUP $$; sleep 0.1; exit 4"
            try Container.command(["sh", "-c", script], .init(setup: "trap '' HUP")) { try $0.expectExit(4) }
        }

        @Test func theWorkingDirectoryIsKept() throws {
            try Container.command(["pwd"], .init(setup: "cd /usr/share")) { container in
                try container.expectExit(0)
                #expect(container.output.lines == ["/usr/share"])
            }
        }

        /// kill(2) is refused where the command has become another user.
        @Test(.needsRoot, .needs("setpriv"))
        func aRefusedSignalIsCountedAndWhatCannotBeEndedDoesNotHoldFoster() throws {
            let program = try Programs.compile("root")
            let root = try TemporaryDirectory()
            try FileManager.default.copyItem(atPath: program, toPath: root.file("root"))
            chmod(root.file("root"), 0o4755)
            let setup = "set -- setpriv --reuid 65534 --regid 65534 --clear-groups -- \"$@\""
            let script = "echo up > \(root.path)/up; exec sleep 1000"
            let command = ["sh", "-c", "\(root.file("root")) /bin/sh -c '\(script)' & exec sleep 1000"]
            try Container.command(command, options: ["--grace", "300ms"], control: true, .init(setup: setup)) {
                container in
                try eventually("up") { root.read("up") == "up\n" }
                try container.signal(SIGTERM)
                try container.expectExit(143, within: .seconds(10))
            }
            try Container.command([root.file("root"), "/bin/sleep", "1000"], control: true, .init(setup: setup)) {
                container in
                try container.process(running: "/bin/sleep")
                try container.waitUntilListening()
                try container.signal(SIGUSR1)
                try eventually("the refusal is counted") {
                    try container.get("/metrics").body.contains("foster_signals_undelivered_total 1")
                }
            }
        }

        @Test(.needsRoot, .needs("setpriv"))
        func hiddenProcessesDoNotHinderAStop() throws {
            let setup = """
                mount -o remount,hidepid=2 /proc
                set -- setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
                """
            let script = "(setsid sleep 1000 &); trap 'exit 5' TERM; echo up; while :; do sleep 0.01; done"
            try Container.command(["sh", "-c", script], .init(setup: setup)) { container in
                try container.waitForOutput("up")
                try container.signal(SIGTERM)
                try container.expectExit(5)
            }
        }

        @Test func aReadOnlyRootFileSystemIsEnough() throws {
            let setup = "mount -o remount,bind,ro /; ! touch /tmp/foster-read-only 2>/dev/null"
            try Container.command(["sh", "-c", "exit 6"], .init(setup: setup)) { try $0.expectExit(6) }
            try Container.run(["--", "sh", "-c", "exit 7"], .init(setup: setup)) { try $0.expectExit(7) }
        }

        /// As two containers of a pod with `shareProcessNamespace`.
        @Test func twoShareAPidNamespace() throws {
            let first = "(setsid sh -c 'sleep 1000; :' &); trap 'exit 3' TERM; echo first; while :; do sleep 0.01; done"
            let second =
                "(setsid sh -c 'sleep 2000; :' &); trap 'exit 4' TERM; echo second; until [ -e $DIR/go ]; do sleep 0.01; done; kill $PPID; while :; do sleep 0.01; done"
            let setup = """
                "$FOSTER" --control none -- sh -c "$FIRST" &
                echo $! > $DIR/first
                """
            let environment = ["FOSTER": Programs.foster, "FIRST": first]
            let after =
                "pgrep -f '^sleep 1000' > $DIR/left; kill -TERM $(cat $DIR/first); wait $(cat $DIR/first); echo $? > $DIR/code; pgrep -f '^sleep [12]000' > $DIR/rest"
            let settings = Container.Settings(environment: environment, setup: setup, isChild: true, after: after)
            try Container.command(["sh", "-c", second], settings) { container in
                try container.waitForOutput("first")
                try container.waitForOutput("second")
                try container.directory.write("go", "")
                try container.expectExit(4)
                #expect(!container.directory.lines("left").isEmpty, "the neighbour's process lives on")
                #expect(container.directory.lines("code") == ["3"])
                #expect(container.directory.lines("rest").isEmpty)
            }
        }
    }
}
