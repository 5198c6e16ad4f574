import Foundation
import Testing

extension EndToEnd {
    /// The API over its unix socket, by curl.
    @Suite struct ControlTests {
        private static let two = """
            services:
              web: { command: [sleep, "1000"] }
              db: { command: [sleep, "2000"], dependsOn: [web] }
            """

        @Test func servicesAreListedWithSpecAndStatus() throws {
            try Container.services(Self.two) { container in
                try container.wait(for: "db", toBe: "running")
                let response = try container.get("/v1/services")
                #expect(response.status == 200)
                #expect(response.type == "application/json")
                #expect(response.fields["cache-control"] == "no-store")
                #expect(response.fields["x-content-type-options"] == "nosniff")
                let list = try response.json
                #expect(list["items"].array.map { $0["name"].string } == ["web", "db"])
                #expect(list["cursor"].string?.hasSuffix("-\(list["revision"].int ?? -1)") == true)
                let db = try container.service("db")
                #expect(db["spec"]["command"].array.map { $0.string } == ["sleep", "2000"])
                #expect(db["spec"]["dependsOn"]["web"].string == "started")
                #expect(db["spec"]["restart"]["policy"].string == "no")
                #expect(db["status"]["wanted"].string == "up")
                #expect(db["status"]["runId"].int == 1)
                let sleep = try container.process(running: "sleep 2000")
                #expect(db["status"]["pid"].int == Int(sleep.innerPid))
            }
        }

        @Test func servicesAreFiltered() throws {
            try Container.services(Self.two) { container in
                try container.wait(for: "db", toBe: "running")
                func names(_ query: String) throws -> [String?] {
                    try container.get("/v1/services?\(query)").json["items"].array.map { $0["name"].string }
                }
                #expect(try names("name=db") == ["db"])
                #expect(try names("state=running") == ["web", "db"])
                #expect(try names("state=failed,backoff").isEmpty)
                #expect(try names("ready=true&name=web") == ["web"])
            }
        }

        @Test func aServiceIsStoppedStartedAndRestarted() throws {
            try Container.services(Self.two) { container in
                let first = try container.process(running: "sleep 1000")
                let stop = try container.post("/v1/services/web/stop?wait=10s")
                #expect(stop.status == 200)
                #expect(try stop.json["status"].string == "succeeded")
                #expect(try stop.json["verb"].string == "stop")
                #expect(try stop.json["service"].string == "web")
                #expect(!first.isAlive)
                let stopped = try container.service("web")["status"]
                #expect(stopped["state"].string == "stopped" && stopped["wanted"].string == "down")
                #expect(stopped["lastExit"]["cause"].string == "stop")

                #expect(try container.post("/v1/services/web/start?wait=10s").status == 200)
                #expect(try container.service("web")["status"]["runId"].int == 2)
                #expect(try container.post("/v1/services/web/restart?wait=10s", "{}").status == 200)
                let status = try container.service("web")["status"]
                #expect(status["state"].string == "running" && status["runId"].int == 3)
                // Restarts are the policy's; these were an operator's.
                #expect(status["restarts"].int == 0)
            }
        }

        @Test func withoutWaitingAVerbAnswersWithItsOperation() throws {
            try Container.services(Self.two) { container in
                let response = try container.post("/v1/services/web/restart")
                #expect(response.status == 202)
                let location = try #require(response.fields["location"])
                #expect(location == "/v1/operations/\(try response.json["id"].string ?? "")")
                try eventually("the operation has succeeded") {
                    try container.get(location).json["status"].string == "succeeded"
                }
            }
        }

        @Test func theEndOfALongOperationIsNotWaitedForForever() throws {
            let configuration = """
                grace: 2s
                services:
                  slow: { shell: "trap '' TERM; echo up >> $DIR/log; while :; do sleep 0.01; done", stop: { grace: 60s } }
                """
            try Container.services(configuration) { container in
                try container.waitForLine("up")
                let response = try container.post("/v1/services/slow/stop?wait=100ms")
                #expect(response.status == 202)
                #expect(try response.json["status"].string == "running")
                // The same verb joins it, the opposite one takes its place.
                #expect(try container.post("/v1/services/slow/stop").json["id"] == response.json["id"])
            }
        }

        @Test func anOperationThatFailsIsAConflict() throws {
            let configuration = """
                services:
                  bad: { command: [/nonexistent], onFailure: ignore }
                  web: { command: [sleep, "1000"] }
                """
            try Container.services(configuration) { container in
                try container.wait(for: "bad", toBe: "failed")
                let response = try container.post("/v1/services/bad/start?wait=10s")
                #expect(response.status == 409)
                #expect(response.type == "application/problem+json")
                #expect(response.problem == "operation-failed")
                #expect(try response.json["operation"]["failure"]["message"].string?.contains("ENOENT") == true)
            }
        }

        @Test func aServiceIsSentSignals() throws {
            let signals = try Programs.compile("signals")
            let configuration = "output: inherit\nservices: { web: { command: [\(signals), '15', '0'] } }"
            try Container.services(configuration) { container in
                try container.waitForOutput("ready")
                for (name, number) in [("HUP", SIGHUP), ("SIGUSR1", SIGUSR1), ("RTMIN+3", 37), ("12", 12)] {
                    let response = try container.post("/v1/services/web/signal?wait=10s", #"{"signal": "\#(name)"}"#)
                    #expect(response.status == 200, "\(response)")
                    try container.waitForOutput("\n\(number) 0\n")
                }
                #expect(
                    try container.post("/v1/services/web/signal?wait=5s", #"{"signal":"USR2","scope":"group"}"#).status
                        == 200)
                try container.waitForOutput("\n\(SIGUSR2) 0\n")
            }
        }

        @Test func aVerbForAnotherRunIsRefused() throws {
            try Container.services(Self.two) { container in
                try container.wait(for: "web", toBe: "running")
                for (verb, body) in [
                    ("stop", #"{"ifRunId": 7}"#), ("restart", #"{"ifRunId": 7}"#),
                    ("signal", #"{"signal":"HUP","ifRunId":7}"#),
                ] {
                    let response = try container.post("/v1/services/web/\(verb)?wait=5s", body)
                    #expect(response.status == 409)
                    #expect(response.problem == "run-mismatch")
                }
                #expect(try container.service("web")["status"]["runId"].int == 1)
                #expect(try container.post("/v1/services/web/restart?wait=5s", #"{"ifRunId": 1}"#).status == 200)
            }
        }

        @Test(arguments: [
            ("GET", "/v1/services/none", nil as String?, 404), ("POST", "/v1/services/none/stop", nil, 404),
            ("GET", "/nowhere", nil, 404), ("GET", "/v1/operations/op-999", nil, 404), ("GET", "/V1/info", nil, 404),
            ("GET", "/v1/services/", nil, 404), ("GET", "/v1/services/web/../web", nil, 404),
            ("DELETE", "/v1/services/web", nil, 405), ("POST", "/livez", nil, 405), ("GET", "/v1/shutdown", nil, 405),
            ("GET", "/v1/services?bogus=1", nil, 400), ("GET", "/v1/services?state=odd", nil, 400),
            ("POST", "/v1/services/web/stop?wait=soon", nil, 400), ("POST", "/v1/services/web/stop", "{\"x\":1}", 400),
            ("POST", "/v1/services/web/stop", "{", 400), ("POST", "/v1/services/web/stop", "[]", 400),
            ("POST", "/v1/services/web/signal", "{\"signal\":\"NOPE\"}", 400),
            ("POST", "/v1/services/web/signal", "{}", 400),
            ("POST", "/v1/services/off/signal", "{\"signal\":\"HUP\"}", 409),
            ("GET", "/v1/events?after=nonsense", nil, 400), ("GET", "/v1/events?after=0000000000000000-1", nil, 410),
            ("POST", "/v1/shutdown", "{\"exitCode\":256}", 400),
        ])
        func aRefusalIsAProblemDocument(method: String, path: String, body: String?, status: Int) throws {
            let configuration = "services: { web: { command: [sleep, '1000'] }, off: { command: ['true'] } }"
            try Container.services(configuration) { container in
                try container.wait(for: "off", toBe: "completed")
                let response = try container.request(method, path, body: body)
                #expect(response.status == status, "\(response)")
                #expect(response.type == "application/problem+json")
                #expect(try response.json["status"].int == status)
                #expect(response.problem?.isEmpty == false)
                #expect(try response.json["detail"].string?.isEmpty == false)
                if status == 405 { #expect(response.fields["allow"]?.isEmpty == false) }
                #expect(try container.state("web") == "running")
            }
        }

        @Test func aBodyThatIsNotJsonIsNotTaken() throws {
            try Container.services(Self.two) { container in
                let response = try Curl.request(
                    "POST", "http://localhost/v1/services/web/stop", nil, ["Content-Type: text/plain"],
                    ["--unix-socket", container.socket, "--data-binary", "{}"])
                #expect(response.status == 415)
                #expect(response.type == "application/problem+json")
            }
        }

        @Test func headAnswersAsGetWithoutABody() throws {
            try Container.services(Self.two) { container in
                for path in ["/livez", "/v1/info", "/v1/services", "/metrics", "/openapi.yaml", "/nowhere"] {
                    let get = try container.get(path)
                    let head = try container.request("HEAD", path)
                    #expect(head.status == get.status && head.type == get.type && head.body.isEmpty, "\(path)")
                    // Metrics and times may have grown in between.
                    if path == "/openapi.yaml" {
                        #expect(head.fields["content-length"] == get.fields["content-length"])
                    }
                }
            }
        }

        @Test func aKnownStateIsNotSentAgain() throws {
            try Container.services(Self.two) { container in
                try container.wait(for: "db", toBe: "running")
                for path in ["/v1/services", "/v1/services/web", "/v1/info"] {
                    let tag = try #require(try container.get(path).fields["etag"])
                    let again = try container.get(path, fields: ["If-None-Match: \(tag)"])
                    #expect(again.status == 304 && again.body.isEmpty)
                }
                let tag = try #require(try container.get("/v1/services/web").fields["etag"])
                try container.post("/v1/services/web/restart?wait=10s")
                #expect(try container.get("/v1/services/web", fields: ["If-None-Match: \(tag)"]).status == 200)
            }
        }

        @Test func itSaysWhatItIs() throws {
            try Container.services(Self.two) { container in
                try eventually("it runs") { try container.get("/v1/info").json["phase"].string == "running" }
                let info = try container.get("/v1/info").json
                #expect(info["form"].string == "services")
                #expect(info["pid"].int == 1)
                #expect(info["version"].string?.isEmpty == false)
            }
            try Container.command(["sleep", "1000"], control: true) { container in
                try container.waitUntilListening()
                #expect(try container.get("/v1/info").json["form"].string == "command")
                #expect(try container.service("main")["status"]["state"].string == "running")
            }
        }

        @Test func processesAreListedWithTheirOrigin() throws {
            let configuration = """
                services:
                  web: { shell: "sleep 1001 & (setsid sleep 1002 &) ; exec sleep 1000" }
                """
            try Container.services(configuration) { container in
                for command in ["sleep 1000", "sleep 1001", "sleep 1002"] { try container.process(running: command) }
                try eventually("all processes") {
                    let items = try container.get("/v1/processes").json["items"].array
                    var found: [String: String] = [:]
                    for item in items {
                        let command = item["command"].array.compactMap { $0.string }.joined(separator: " ")
                        found[command] = "\(item["origin"].string ?? "") \(item["service"].string ?? "")"
                    }
                    return items.contains { $0["pid"].int == 1 && $0["origin"].string == "foster" }
                        && found["sleep 1000"] == "service web" && found["sleep 1001"] == "service web"
                        && found["sleep 1002"]?.hasPrefix("adopted") == true
                }
                let zombies = try container.get("/v1/processes?state=zombie").json["items"].array
                #expect(zombies.isEmpty)
            }
        }

        @Test func shutdownStopsEverythingWithTheCodeThatIsAskedFor() throws {
            try Container.services(Self.two) { container in
                #expect(try container.post("/v1/shutdown").status == 202)
                try container.expectExit(0)
            }
            try Container.services(Self.two) { container in
                #expect(try container.post("/v1/shutdown", #"{"exitCode": 42}"#).status == 202)
                try container.expectExit(42)
            }
        }

        @Test func theContractIsTheFile() throws {
            try Container.services(Self.two) { container in
                let response = try container.get("/openapi.yaml")
                #expect(response.status == 200)
                let file = try String(contentsOfFile: "\(Programs.packageRoot)/openapi.yaml", encoding: .utf8)
                #expect(response.body == file)
            }
        }

        @Test(.needs("promtool"))
        func promtoolAcceptsTheMetrics() throws {
            try Container.services(Self.two) { container in
                try container.post("/v1/services/web/restart?wait=10s")
                let metrics = try container.get("/metrics")
                #expect(metrics.type.hasPrefix("text/plain; version=0.0.4"))
                let file = try container.directory.write("metrics", metrics.body)
                let check = try Finished.run("/bin/sh", ["-c", "promtool check metrics < \(file)"])
                #expect(check.ending == .exited(0), "\(check.output)\(check.errors)")
                #expect((check.output + check.errors).isEmpty)
                #expect(metrics.body.contains(#"foster_service_state{service="web",state="running"} 1"#))
                #expect(metrics.body.contains(#"foster_service_exits_total{service="web"} 1"#))
            }
        }

        @Test func manyRequestsShareAConnection() throws {
            try Container.services(Self.two) { container in
                let urls = Array(repeating: "http://localhost/livez", count: 50)
                let result = try Finished.run(
                    Programs.path("curl"),
                    ["--silent", "--unix-socket", container.socket, "--write-out", "%{num_connects} "] + urls)
                #expect(result.output.filter { $0 == "1" }.count == 1)
                #expect(result.output.filter { $0 == "0" }.count == 49)
            }
        }
    }

    /// Health over TCP.
    @Suite struct ProbeTests {
        @Test func theProbeListenerServesHealthAndMetricsOnly() throws {
            let port = try Network.freePort()
            let configuration = """
                api: { probe: { listen: "127.0.0.1:\(port)" } }
                services: { web: { command: [sleep, "1000"] } }
                """
            try Container.services(configuration) { container in
                func get(_ path: String) throws -> Response {
                    try Curl.request("GET", "http://127.0.0.1:\(port)\(path)")
                }
                for path in ["/livez", "/startupz", "/readyz", "/readyz?verbose", "/metrics"] {
                    try eventually("\(path) is 200") { try get(path).status == 200 }
                    #expect(try get(path).type.hasPrefix("text/plain"))
                }
                for path in ["/v1/info", "/v1/services", "/v1/processes", "/v1/events", "/openapi.yaml", "/"] {
                    #expect(try get(path).status == 404)
                }
                #expect(try Curl.request("POST", "http://127.0.0.1:\(port)/v1/shutdown").status == 404)
                #expect(try container.state("web") == "running")
            }
        }

        @Test func readinessEndsWithTheStopAndLivenessDoesNot() throws {
            let port = try Network.freePort()
            let configuration = """
                services: { web: { shell: "trap 'echo asked >> $DIR/log' TERM; echo up >> $DIR/log; \
                until [ -e $DIR/end ]; do sleep 0.01; done" } }
                """
            try Container.services(configuration, options: ["--probe", "127.0.0.1:\(port)"]) { container in
                try container.waitForLine("up")
                func status(_ path: String) throws -> Int {
                    try Curl.request("GET", "http://127.0.0.1:\(port)\(path)").status
                }
                try eventually("ready") { try status("/readyz") == 200 }
                try container.signal(SIGTERM)
                try container.waitForLine("asked")
                #expect(try status("/readyz") == 503)
                #expect(try status("/livez") == 200)
                #expect(try container.post("/v1/services/web/start").problem == "shutting-down")
                try container.directory.write("end", "")
                try container.expectExit(0)
            }
        }

        @Test func anEssentialServiceThatIsDownIsNotReady() throws {
            let configuration = """
                services:
                  web: { command: [/nonexistent], restart: { policy: always, delay: 60s } }
                  db: { command: [sleep, "1000"] }
                """
            try Container.services(configuration) { container in
                try container.wait(for: "web", toBe: "backoff")
                let ready = try container.get("/readyz?verbose")
                #expect(ready.status == 503)
                #expect(ready.body.contains("web"))
                #expect(try container.get("/livez").status == 200)
            }
        }

        @Test(.needs("nginx", "redis-server"))
        func realServicesAreRunStoppedAndRestarted() throws {
            let port = try Network.freePort()
            let directory = try TemporaryDirectory()
            let nginx = """
                daemon off; user root root; pid \(directory.path)/nginx.pid; error_log stderr; worker_processes 1;
                events {}
                http {
                  access_log off;
                  client_body_temp_path \(directory.path)/body; proxy_temp_path \(directory.path)/proxy;
                  fastcgi_temp_path \(directory.path)/fastcgi; uwsgi_temp_path \(directory.path)/uwsgi;
                  scgi_temp_path \(directory.path)/scgi;
                  server { listen 127.0.0.1:\(port); location / { return 200 "nginx\\n"; } }
                }
                """
            try directory.write("nginx.conf", nginx)
            let configuration = """
                services:
                  redis:
                    command: [redis-server, --port, "0", --unixsocket, $DIR/redis.sock, --supervised, systemd]
                    readiness: { notify: true }
                  nginx:
                    command: [nginx, -c, \(directory.path)/nginx.conf, -e, stderr]
                    dependsOn: { redis: ready }
                    stop: { signal: QUIT }
                """
            try Container.services(configuration) { container in
                try container.waitUntilReady("nginx")
                func answers() -> Bool { (try? Curl.request("GET", "http://127.0.0.1:\(port)/").body) == "nginx\n" }
                try eventually("nginx answers") { answers() }
                let before = try container.service("nginx")["status"]["pid"].int
                #expect(try container.post("/v1/services/nginx/restart?wait=20s").status == 200)
                try eventually("nginx answers again") { answers() }
                #expect(try container.service("nginx")["status"]["pid"].int != before)
                #expect(try container.post("/v1/services/nginx/stop?wait=20s").status == 200)
                #expect(!answers())
                #expect(try container.service("nginx")["status"]["lastExit"]["code"].int == 0)
                try container.signal(SIGTERM)
                try container.expectExit(0)
            }
        }
    }
}
