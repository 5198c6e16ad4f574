import Foundation
import Testing

extension EndToEnd {
    @Suite struct ReapingTests {
        private func zombies(_ container: Container) throws -> Int {
            container.processes.filter { $0.state == "Z" }.count
        }

        @Test func aShellKilledHardLeavesAnOrphanThatIsAdoptedAndReaped() throws {
            // The shell's child outlives it; PID 1 gets it as its own, and reaps it when it dies.
            let script = "sh -c 'echo $$ > $DIR/shell; sleep 1000 & echo $! > $DIR/orphan; wait' & wait; sleep 1000"
            try Container.command(["sh", "-c", script], control: true) { container in
                try eventually("the orphan's pid") { !container.directory.lines("orphan").isEmpty }
                let orphan = try container.process(running: "sleep 1000")
                let shell = try #require(container.processes.first { $0.pid == orphan.parent })
                kill(shell.pid, SIGKILL)
                try eventually("the orphan is PID 1's child") { try orphan.parent == container.process().pid }
                #expect(orphan.isAlive)
                kill(orphan.pid, SIGKILL)
                try eventually("the orphan is reaped") { orphan.state == nil }
                #expect(try zombies(container) == 0)
            }
        }

        @Test(arguments: [1, 100, 10_000])
        func orphansThatDieAtOnceAreAllReaped(count: Int) throws {
            let orphans = try Programs.compile("orphans")
            try Container.command(["sh", "-c", "\(orphans) \(count) && echo done && exec sleep 1000"]) { container in
                try container.waitForOutput("done")
                try eventually("no zombies") { try zombies(container) == 0 }
                try container.process(running: "sleep 1000")
                try container.signal(SIGTERM)
                try container.expectExit(143)
            }
        }

        @Test func orphansThatDieOneByOneAreAllReaped() throws {
            let script = "i=0; while [ $i -lt 300 ]; do (true & ) ; i=$((i+1)); done; echo done; exec sleep 1000"
            try Container.command(["sh", "-c", script]) { container in
                try container.waitForOutput("done")
                try eventually("no zombies") { try zombies(container) == 0 }
            }
        }

        @Test func theCommandsEndIsNotLostAmongTenThousandOrphans() throws {
            let orphans = try Programs.compile("orphans")
            // The command ends in the very moment in which the orphans come.
            try Container.command(["sh", "-c", "\(orphans) 10000 & wait; exit 33"]) { try $0.expectExit(33) }
        }

        @Test func anIgnoredChildSignalThatWasInheritedLosesNothing() throws {
            var settings = Container.Settings()
            // dash forgets such a trap at exec.
            settings.setup = #"set -- env --ignore-signal=CHLD "$@""#
            try Container.command(["sh", "-c", "(sleep 0.1 &); sleep 0.3; exit 5"], settings) { try $0.expectExit(5) }
            // Without a shell, which would take the signal for itself.
            try Container.command(["grep", "SigIgn", "/proc/self/status"], settings) {
                try $0.expectExit(0)
                // The command gets the disposition that foster was given; 32 and 33 are glibc's own.
                let ignored = $0.output.text.split(whereSeparator: \.isWhitespace).last.flatMap {
                    UInt64($0, radix: 16)
                }
                #expect(ignored.map { $0 & ~0x1_8000_0000 } == 1 << UInt64(SIGCHLD - 1), "\($0.output.text)")
            }
        }

        @Test func belowAnotherPid1FosterIsTheSubreaper() throws {
            var settings = Container.Settings()
            settings.isChild = true
            let script = "(setsid sleep 1000 &); echo up; exec sleep 2000"
            try Container.command(["sh", "-c", script], settings) { container in
                try container.waitForOutput("up")
                let foster = try container.process()
                #expect(foster.innerPid != 1)
                let orphan = try container.process(running: "sleep 1000")
                try eventually("foster adopts the orphan") { orphan.parent == foster.pid }
                kill(orphan.pid, SIGKILL)
                try eventually("foster reaps it") { orphan.state == nil }
            }
        }
    }
}
