import Foundation
import Testing

/// The instrument is proved first, with programs that are known to do right or wrong.
extension EndToEnd {
    @Suite struct HarnessTests {
        private func shell(_ script: String, _ body: (Container) throws -> Void) throws {
            var settings = Container.Settings()
            settings.program = URL(fileURLWithPath: "/bin/sh").resolvingSymlinksInPath().path
            try Container.run(["-c", script], settings, body)
        }

        @Test func aContainerRunsItsProgramAsPid1WithAProcOfItsOwn() throws {
            try shell("echo $$ /proc/[0-9]*; exit 7") { container in
                try container.expectExit(7)
                #expect(container.output.lines == ["1 /proc/1"])
            }
        }

        @Test func aContainerShowsTheProcessesInside() throws {
            try shell("sleep 1000 & read forever < /dev/zero; wait") { container in
                let sleep = try container.process(running: "sleep 1000")
                #expect(sleep.innerPid == 2)
                #expect(try container.process().innerPid == 1)
            }
        }

        @Test func aContainerEndsWithAllThatIsInIt() throws {
            var sleep = HostProcess(pid: 0)
            try shell("setsid sleep 1000 & wait") { container in
                sleep = try container.process(running: "sleep 1000")
                #expect(sleep.isAlive)
            }
            try eventually("the process has ended") { !sleep.isAlive }
        }

        @Test func theZombieCountCountsZombies() throws {
            // A PID 1 that reaps nothing: the orphans, and the program that made them.
            let orphans = try Programs.compile("orphans")
            var settings = Container.Settings()
            settings.program = try Programs.path("sleep")
            settings.setup = "\(orphans) 20 > /dev/null &"
            try Container.run(["1000"], settings) { container in
                try eventually("zombies") { container.processes.filter { $0.state == "Z" }.count == 21 }
            }
        }

        @Test func theSignalRecorderRecordsNumbersAndValues() throws {
            let recorder = try ChildProcess(
                Programs.compile("signals"), ["15", "9"], environment: Programs.environment)
            try eventually("the recorder is ready") { recorder.output.lines.first == "ready" }
            sigqueue(recorder.pid, firstRealTimeSignal + 3, sigval(sival_int: 42))
            try eventually("the signal is recorded") { recorder.output.lines.count == 2 }
            recorder.signal(SIGTERM)
            #expect(try recorder.finish() == .exited(9))
            #expect(recorder.output.lines == ["ready", "\(firstRealTimeSignal + 3) 42", "15 0"])
        }

        @Test func theWakeUpCountCountsWakeUps() throws {
            let ticking = try ChildProcess(
                "/bin/sh", ["-c", "while :; do sleep 0.01; done"], environment: Programs.environment)
            let process = HostProcess(pid: ticking.pid)
            try eventually("it has started") { process.wakeUps > 0 }
            let before = process.wakeUps
            try eventually("it has been woken") { process.wakeUps >= before + 10 }
        }

        @Test(.needs("tini")) func tiniAsPid1PassesTheSameQuestions() throws {
            var settings = Container.Settings()
            settings.program = try Programs.path("tini")
            let signals = try Programs.compile("signals")
            try Container.run(["--", signals, "15", "3"], settings) { container in
                try container.waitForOutput("ready")
                try container.signal(SIGUSR1)
                try container.waitForOutput("\(SIGUSR1) 0")
                try container.signal(SIGTERM)
                try container.expectExit(3)
            }
            try Container.run(["--", "sh", "-c", "kill -9 $$"], settings) { try $0.expectExit(137) }
            try Container.run(["--", "/nonexistent"], settings) { try $0.expectExit(127) }
        }

        @Test func aStalledReaderReadsWhenTold() throws {
            let writer = try ChildProcess(
                "/bin/sh", ["-c", "echo said"], environment: Programs.environment, reading: .stalled)
            try writer.wait()
            #expect(writer.output.text.isEmpty)
            try writer.finish()
            #expect(writer.output.text == "said\n")
        }
    }
}
