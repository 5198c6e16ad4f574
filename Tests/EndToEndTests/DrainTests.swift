import Foundation
import Testing

extension EndToEnd {
    /// What descends from foster ends with it, within bounds; what does not is left alone.
    @Suite struct DrainTests {
        @Test func descendantsWithSessionsOfTheirOwnAreAskedToEnd() throws {
            let daemon =
                "trap 'echo daemon ended >> $DIR/log; exit' TERM; echo up >> $DIR/log; while :; do sleep 0.01; done"
            let settings = Container.Settings(environment: ["DAEMON": daemon], isChild: true)
            let script = "(setsid sh -c \"$DAEMON\" &); until [ -s $DIR/log ]; do sleep 0.01; done; exit 6"
            try Container.command(["sh", "-c", script], options: ["--grace", "20s"], settings) { container in
                try container.expectExit(6)
                #expect(container.directory.lines("log") == ["up", "daemon ended"])
            }
        }

        @Test func descendantsThatIgnoreItAreKilledWhenTheGraceIsOver() throws {
            let daemon = "trap '' TERM; echo up >> $DIR/log; while :; do sleep 0.01; done"
            let settings = Container.Settings(environment: ["DAEMON": daemon], isChild: true)
            let script = "(setsid sh -c \"$DAEMON\" &); until [ -s $DIR/log ]; do sleep 0.01; done; exit 6"
            try Container.command(["sh", "-c", script], options: ["--grace", "500ms"], settings) { container in
                let daemon = try container.process(running: "sh -c trap")
                try container.expectExit(6, within: .seconds(20))
                #expect(daemon.state == nil)
            }
        }

        @Test func neighboursInASharedPidNamespaceSurvive() throws {
            // PID 1 is a shell with children of its own, one in its group and one in a session; foster is one of them.
            let settings = Container.Settings(
                setup: "sleep 1001 & setsid sleep 1002 &", isChild: true, after: "echo code $code; sleep 1005")
            let script = "(setsid sleep 1003 &); sleep 1004 & trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done"
            try Container.command(["sh", "-c", script], settings) { container in
                try container.waitForOutput("up")
                let neighbours = try ["sleep 1001", "sleep 1002"].map { try container.process(running: $0) }
                let descendants = try ["sleep 1003", "sleep 1004"].map { try container.process(running: $0) }
                try container.signal(SIGTERM)
                try container.waitForOutput("code 0")
                #expect(neighbours.allSatisfy { $0.isAlive })
                #expect(!descendants.contains { $0.isAlive })
            }
        }
    }
}
