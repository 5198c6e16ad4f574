import Foundation
import Testing

extension EndToEnd {
    /// Foster goes on, or ends and says why, where the machine lacks something.
    @Suite struct ShortageTests {
        /// Nothing is cloned, so no dead child wakes anybody.
        @Test func anEmptyWordForAProgramEndsAtOnce() throws {
            try Container.command([""]) { container in
                try container.expectExit(127)
                #expect(container.errors.text.contains("no program is named"), "\(container.errors.text)")
            }
        }

        @Test(.needsRoot, .needs("prlimit", "setpriv"))
        func withoutRoomForAnotherProcessItEndsAtOnce() throws {
            // A user of whom nothing else runs: the limit counts all that does.
            let setup = #"set -- prlimit --nproc=1 setpriv --reuid 54321 --regid 54321 --clear-groups -- "$@""#
            try Container.command(["true"], Container.Settings(setup: setup)) { container in
                try container.expectExit(125)
                #expect(container.errors.text.contains("fork: EAGAIN"), "\(container.errors.text)")
            }
        }

        /// Only root may set groups.
        @Test(.needsRoot, .needs("setpriv"))
        func anOrdinaryUserServesItself() throws {
            let setup = "set -- setpriv --reuid nobody --regid nogroup --clear-groups -- \"$@\""
            let configuration = "services: { web: { shell: 'echo $USER; id -un', user: nobody } }"
            try Container.services(configuration, waitsForSocket: false, Container.Settings(setup: setup)) {
                container in
                try container.expectExit(0)
                #expect(container.output.lines == ["web    | nobody", "web    | nobody"])
            }
        }

        /// The last lines are those that say why, also where foster ends while the thread that writes them has hardly begun.
        @Test(.needs("prlimit"), arguments: 14...30)
        func withFewDescriptorsItEndsAndSaysWhy(limit: Int) throws {
            let settings = Container.Settings(setup: "set -- prlimit --nofile=\(limit) \"$@\"")
            let configuration = "services: { web: { command: ['true'] } }"
            for _ in 1...6 {
                try Container.services(configuration, options: ["--control", "none"], waitsForSocket: false, settings) {
                    container in
                    let code = try container.finish()
                    let text = container.errors.text
                    if !text.contains("1 service") {
                        #expect(code == 125)
                        #expect(text == "foster: cannot start: EMFILE\n")
                    } else if code == 0 {
                        #expect(text.contains("stopping everything: nothing runs any more"), "\(text)")
                    } else {
                        #expect(code == 125)
                        #expect(text.contains("stopping everything: web failed: "), "\(text)")
                    }
                }
            }
        }

        /// No /proc at all, and one of another pid namespace, which shows strangers under our numbers.
        @Test(arguments: ["mount -t tmpfs tmpfs /proc", "umount /proc"])
        func withoutAProcOfItsOwnWhatADeadRunLeftIsEndedByItsGroup(setup: String) throws {
            let script = """
                if mkdir $DIR/first; then
                    (trap "" TERM; touch $DIR/armed; exec sleep 1000) &
                    while ! [ -e $DIR/armed ]; do sleep 0.01; done
                    exit 1
                fi
                exec sleep 2000
                """
            let directory = try TemporaryDirectory()
            let file = try directory.write("run", script.replacingOccurrences(of: "$DIR", with: directory.path))
            let configuration = """
                services:
                  web: { command: [sh, \(file)], restart: always, stop: { grace: 100ms } }
                """
            try Container.services(configuration, Container.Settings(setup: setup)) { container in
                try container.process(running: "sleep 2000")
                #expect(!container.processes.contains { $0.commandLine.hasPrefix("sleep 1000") })
                try container.signal(SIGTERM)
                try container.expectExit(0)
            }
        }
    }
}
