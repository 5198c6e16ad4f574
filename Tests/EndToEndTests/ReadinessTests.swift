import Foundation
import Testing

extension EndToEnd {
    @Suite struct ReadinessTests {
        @Test(.needs("systemd-notify"))
        func aServiceIsReadyWhenItSaysSo() throws {
            // systemd-notify has often ended before its message is read.
            let configuration = """
                services:
                  one:
                    shell: |
                      until [ -e $DIR/go ]; do sleep 0.01; done
                      systemd-notify --ready --status="warming up, done"
                      exec sleep 1000
                    readiness: { notify: true }
                  two: { shell: "echo started >> $DIR/log; exec sleep 1000", dependsOn: { one: ready } }
                """
            try Container.services(configuration) { container in
                let waiting = try container.service("one")["status"]
                #expect(waiting["state"].string == "starting")
                #expect(waiting["ready"].bool == false)
                #expect(try container.service("two")["status"]["waitingFor"]["one"].string == "ready")
                #expect(try container.get("/readyz").status == 503)
                #expect(container.directory.lines("log").isEmpty)
                try container.directory.write("go", "")
                let ready = try container.waitUntilReady("one")["status"]
                #expect(ready["state"].string == "running")
                try eventually("its status") {
                    try container.service("one")["status"]["statusText"].string == "warming up, done"
                }
                try container.waitForLine("started")
                try eventually("all is ready") { try container.get("/readyz").status == 200 }
            }
        }

        /// Several at a time: a death is learned of before the message that came earlier, where nobody takes care.
        @Test func whatIsSaidJustBeforeTheEndCounts() throws {
            let ready = try Programs.compile("ready")
            let names = (1...6).map { "s\($0)" }
            let services = names.map { "  \($0): { command: [\(ready), '0'], readiness: { notify: true } }\n" }
            let configuration = "services:\n\(services.joined())  last: { command: [sleep, '0.3'] }\n"
            for _ in 0..<10 {
                try Container.services(configuration, waitsForSocket: false) { container in
                    try container.expectExit(0)
                    #expect(!container.errors.text.contains("before it was ready"))
                }
            }
        }

        @Test func anOrphanThatHasEndedCounts() throws {
            let ready = try Programs.compile("ready")
            let configuration = """
                services:
                  one:
                    shell: "(setsid sh -c 'sleep 0.1; exec \(ready) 0' &); exec sleep 1000"
                    readiness: { notify: true }
                """
            for _ in 0..<5 {
                try Container.services(configuration) { try $0.waitUntilReady("one") }
            }
        }

        @Test(.needs("systemd-notify"))
        func anotherServicesMessageIsRefused() throws {
            let configuration = """
                services:
                  one:
                    shell: "echo $NOTIFY_SOCKET > $DIR/socket; exec sleep 1000"
                    readiness: { notify: true }
                  two:
                    shell: |
                      until [ -s $DIR/socket ]; do sleep 0.01; done
                      NOTIFY_SOCKET=$(cat $DIR/socket) systemd-notify --ready
                      echo sent > $DIR/log
                      exec sleep 1000
                """
            try Container.services(configuration) { container in
                try container.waitForLine("sent")
                try eventually("the refusal is counted") {
                    try container.get("/metrics").body.split(separator: "\n")
                        .contains { $0.hasPrefix("foster_notifications_refused_total ") && !$0.hasSuffix(" 0") }
                }
                #expect(try container.service("one")["status"]["ready"].bool == false)
            }
        }

        @Test(.needs("redis-server"))
        func redisTellsWhenItIsReady() throws {
            let configuration = """
                services:
                  redis:
                    command: [redis-server, --port, "0", --unixsocket, $DIR/redis.sock, --supervised, systemd, --save, ""]
                    readiness: { notify: true }
                """
            try Container.services(configuration) { container in
                try container.waitUntilReady("redis")
                try eventually("redis's words") {
                    try container.service("redis")["status"]["statusText"].string?.contains("Ready to accept") == true
                }
            }
        }

        @Test func aServiceThatDoesNotGetReadyInTimeIsAFailedStart() throws {
            let configuration = """
                services:
                  one:
                    command: [sleep, "1000"]
                    readiness: { notify: true }
                    startTimeout: 200ms
                    onFailure: ignore
                  two: { command: [sleep, "1000"] }
                """
            try Container.services(configuration) { container in
                let service = try container.wait(for: "one", toBe: "failed")
                #expect(service["status"]["lastExit"]["cause"].string == "startTimeout")
            }
        }
    }
}
