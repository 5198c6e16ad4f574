import Foundation
import Testing

extension EndToEnd {
    @Suite struct StopTests {
        @Test func aServiceInShellFormStopsGracefullyAndAtOnce() throws {
            // A shell waits for its child before it runs a trap: the child must get the signal too.
            let configuration = """
                services:
                  web:
                    shell: |
                      trap 'echo stopped >> $DIR/log; exit 0' TERM
                      echo up >> $DIR/log
                      sleep 1000
                """
            try Container.services(configuration) { container in
                try container.waitForLine("up")
                let clock = ContinuousClock()
                let start = clock.now
                try container.signal(SIGTERM)
                try container.expectExit(0)
                #expect(container.directory.lines("log") == ["up", "stopped"])
                // The grace is 9 s.
                #expect(clock.now - start < .seconds(5))
            }
        }

        @Test(.needs("redis-server", "redis-cli"))
        func redisSavesItsDataAndExitsWithinTheGrace() throws {
            let configuration = """
                services:
                  redis:
                    command: [redis-server, --port, "0", --unixsocket, $DIR/redis.sock, --dir, $DIR, --save, "3600 1"]
                """
            try Container.services(configuration) { container in
                let redis = container.directory.file("redis.sock")
                try eventually("redis answers") {
                    try container.execute("redis-cli", "-s", redis, "ping").output == "PONG\n"
                }
                #expect(try container.execute("redis-cli", "-s", redis, "set", "key", "value").output == "OK\n")
                try container.signal(SIGTERM)
                try container.expectExit(0)
                #expect(container.directory.read("dump.rdb").hasPrefix("REDIS"))
                #expect(container.output.text.contains("DB saved on disk"))
            }
        }

        @Test func servicesStopInTheReverseOrderOfTheirDependencies() throws {
            func service(_ name: String, _ rest: String) -> String {
                """
                  \(name):
                    shell: "trap 'echo \(name) >> $DIR/log; exit 0' TERM; echo \(name) up >> $DIR/log; \
                while :; do sleep 0.01; done"
                    \(rest)

                """
            }
            let configuration =
                "services:\n" + service("front", "dependsOn: { middle: started }")
                + service("middle", "dependsOn: [back]") + service("back", "onExit: ignore")
            try Container.services(configuration) { container in
                for name in ["back", "middle", "front"] { try container.waitForLine("\(name) up") }
                try container.signal(SIGTERM)
                try container.expectExit(0)
                #expect(container.directory.lines("log").suffix(3) == ["front", "middle", "back"])
            }
        }

        @Test func aLaggardIsKilledNamedAndCountsAs137WithinTheBudget() throws {
            let configuration = """
                grace: 3s
                services:
                  slow:
                    shell: "trap '' TERM; echo up >> $DIR/log; while :; do sleep 0.01; done"
                    dependsOn: [base]
                  base:
                    shell: "trap 'echo base stopped >> $DIR/log; exit 0' TERM; while :; do sleep 0.01; done"
                """
            try Container.services(configuration) { container in
                try container.waitForLine("up")
                let clock = ContinuousClock()
                let start = clock.now
                try container.signal(SIGTERM)
                try container.expectExit(137)
                let duration = clock.now - start
                #expect(duration > .seconds(1) && duration < .seconds(5), "\(duration)")
                #expect(container.directory.lines("log").last == "base stopped")
                #expect((container.output.text + container.errors.text).contains("slow"))
            }
        }

        @Test func aServiceWithItsOwnGraceIsKilledWhenThatIsOver() throws {
            let configuration = """
                services:
                  slow:
                    shell: "trap '' QUIT; echo up >> $DIR/log; while :; do sleep 0.01; done"
                    stop: { signal: QUIT, grace: 200ms }
                """
            try Container.services(configuration) { container in
                try container.waitForLine("up")
                let clock = ContinuousClock()
                let start = clock.now
                try container.signal(SIGTERM)
                try container.expectExit(137)
                #expect(clock.now - start < .seconds(5))
            }
        }

        @Test func manyTerminationsAreOneStopAndASecondInterruptSkipsToTheKill() throws {
            let configuration = """
                grace: 25s
                services:
                  slow: { shell: "trap 'echo asked >> $DIR/log' TERM; echo up >> $DIR/log; while :; do sleep 0.01; done" }
                """
            try Container.services(configuration) { container in
                try container.waitForLine("up")
                for _ in 1...5 { try container.signal(SIGTERM) }
                try container.waitForLine("asked")
                try container.signal(SIGINT)
                #expect(!container.hasEnded)
                // Only an interrupt at least a second after the first one counts as impatience.
                usleep(1_200_000)
                #expect(container.directory.lines("log") == ["up", "asked"])
                try container.signal(SIGINT)
                try container.expectExit(137, within: .seconds(10))
            }
        }

        @Test(arguments: [
            ("leader", ["leader"]), ("group", ["child", "leader"]), ("tree", ["child", "daemon", "leader"]),
        ])
        func theStopSignalGoesAsFarAsItsScope(scope: String, reached: [String]) throws {
            func trap(_ name: String) -> String {
                "trap \"echo \(name) >> $DIR/asked; exit\" TERM; echo \(name) >> $DIR/log; while :; do sleep 0.01; done"
            }
            let directory = try TemporaryDirectory()
            for name in ["child", "daemon"] { try directory.write(name, trap(name)) }
            // The leader stays for a moment, so that what the others do is the scope's doing and not the drain's.
            let leader = """
                sh \(directory.path)/child & setsid sh \(directory.path)/daemon &
                trap 'echo leader >> $DIR/asked; sleep 0.5; sort $DIR/asked > $DIR/reached; exit' TERM
                echo leader >> $DIR/log; while :; do sleep 0.01; done
                """
            try directory.write("leader", leader)
            let configuration = """
                services: { one: { command: [sh, \(directory.path)/leader], stop: { scope: \(scope) } } }
                """
            try Container.services(configuration) { container in
                for name in ["leader", "child", "daemon"] { try container.waitForLine(name) }
                try container.signal(SIGTERM)
                try container.expectExit(0)
                #expect(container.directory.lines("reached") == reached)
            }
        }

        @Test func whatADeadRunLeftBehindEndsBeforeTheNextStarts() throws {
            let configuration = """
                services:
                  one:
                    shell: "setsid sleep 1000 & echo run >> $DIR/log; [ $(wc -l < $DIR/log) = 1 ] && exit 1; exec sleep 2000"
                    restart: always
                """
            try Container.services(configuration) { container in
                try container.process(running: "sleep 2000")
                let left = container.processes.filter { $0.isAlive && $0.commandLine.contains("sleep 1000") }
                #expect(left.count == 1)
            }
        }
    }
}
