import Foundation
import Testing

extension EndToEnd {
    /// The init form forwards signals, and nothing else.
    @Suite struct SignalTests {
        /// Every signal that a program can catch, but those of faults, SIGCHLD, and what foster's own writes may cause.
        private static let forwarded: [Int32] =
            [
                SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGCONT, SIGURG, SIGVTALRM, SIGPROF, SIGWINCH,
                SIGIO,
                SIGPWR,
            ] + [34, 35, 50, 63, 64]

        private func recording(_ body: (Container) throws -> Void) throws {
            try Container.command([Programs.compile("signals"), "\(SIGTERM)", "3"]) { container in
                try container.waitForOutput("ready")
                try body(container)
                try container.signal(SIGTERM)
                try container.expectExit(3)
            }
        }

        @Test func everyCatchableSignalReachesTheCommand() throws {
            try recording { container in
                for signal in Self.forwarded {
                    try container.signal(signal)
                    try container.waitForOutput("\n\(signal) 0\n")
                }
                #expect(container.output.lines.count == 1 + Self.forwarded.count)
            }
        }

        @Test func realTimeSignalsKeepTheirValuesAndTheirOrder() throws {
            try recording { container in
                let pid = try container.process().pid
                for value: Int32 in 1...200 { sigqueue(pid, firstRealTimeSignal + 1, sigval(sival_int: value)) }
                for value: Int32 in [-1, .max, .min] { sigqueue(pid, 64, sigval(sival_int: value)) }
                try eventually("all signals") { container.output.lines.count == 204 }
                let lines = container.output.lines
                #expect(lines[1...200].elementsEqual((1...200).map { "\(firstRealTimeSignal + 1) \($0)" }))
                #expect(lines[201...] == ["64 -1", "64 \(Int32.max)", "64 \(Int32.min)"])
            }
        }

        @Test func killing1FromInsideDoesNothing() throws {
            let script = "kill -9 1; kill -STOP 1; kill -SEGV 1; kill -ABRT 1; sleep 0.2; exit 3"
            try Container.command(["sh", "-c", script]) { try $0.expectExit(3) }
        }

        @Test func noSignalIsHandledSoThatTheKernelProtectsPid1() throws {
            try Container.command(["grep", "SigCgt", "/proc/1/status"]) {
                try $0.expectExit(0)
                #expect($0.output.lines == ["SigCgt:\t0000000000000000"])
            }
        }

        @Test func aShellAsCommandGetsTheSignalItself() throws {
            try Container.command([
                "sh", "-c", "trap 'echo caught; exit 4' TERM; echo up; while :; do sleep 0.01; done",
            ]) {
                try $0.waitForOutput("up")
                try $0.signal(SIGTERM)
                try $0.expectExit(4)
                #expect($0.output.lines == ["up", "caught"])
            }
        }

        @Test func noSignalStartsAKillUnlessAGraceIsAskedFor() throws {
            let script = "trap 'echo caught' TERM; echo up; while :; do sleep 0.01; done"
            try Container.command(["sh", "-c", script]) { container in
                for count in 1...3 {
                    try container.waitForOutput("up")
                    try container.signal(SIGTERM)
                    try eventually("caught") { container.output.lines.filter { $0 == "caught" }.count == count }
                }
                #expect(!container.hasEnded)
            }
            try Container.command(["sh", "-c", script], options: ["--grace", "300ms"]) { container in
                try container.waitForOutput("up")
                try container.signal(SIGTERM)
                try container.expectExit(137)
            }
        }

        /// From the moment in which `SigBlk` shows the block, a signal is not lost, whatever foster is doing just then.
        @Test(arguments: ["leader", "group", "tree", "services"])
        func aTerminationIsNeverLost(form: String) throws {
            var moments = SystemRandomNumberGenerator()
            // Most of them in the first 3 ms, in which foster and the command start.
            let early = form == "leader" ? 400 : 60
            for round in 0..<early + 30 {
                let range = round < early ? 3000 : 15000
                let pause = Duration.microseconds(Int.random(in: 0..<range, using: &moments))
                func terminate(_ container: Container, expecting code: Int32) throws {
                    let foster = try container.process()
                    while !foster.blocks(SIGTERM) {}
                    let clock = ContinuousClock()
                    let moment = clock.now + pause
                    while clock.now < moment {}
                    kill(foster.pid, SIGTERM)
                    try container.expectExit(code, "after \(pause)")
                }
                if form != "services" {
                    try Container.command(["sleep", "1000"], options: ["--signal-scope", form]) { container in
                        try terminate(container, expecting: 143)
                    }
                } else {
                    let configuration = "services: { one: { command: [sleep, '1000'] } }"
                    try Container.services(configuration, waitsForSocket: false) { container in
                        try terminate(container, expecting: 0)
                    }
                }
            }
        }
    }
}
