import FosterConfig
import FosterCore
import Testing

@Suite("Plan of a file")
struct PlanTests {
    @Test("Every key of the sample is in its plan")
    func wholeSample() throws {
        var redis = ServiceSpec(
            id: "redis", program: .command(["redis-server", "--save", "", "--dir", "/var/lib/redis"]))
        redis.restart = RestartRule(policy: .onFailure, maxRetries: 5)
        redis.restart.maxDelay = .seconds(60)
        let migrate = ServiceSpec(id: "migrate", program: .command(["bin/migrate", "up"]))
        var web = ServiceSpec(id: "web", program: .command(["nginx", "-g", "daemon off;"]))
        web.dependsOn = [Dependency("migrate", .completed), Dependency("redis", .ready)]
        web.env = [EnvironmentVariable(name: "PORT", value: "8080"), EnvironmentVariable(name: "RETRIES", value: "3")]
        web.workingDir = "/srv"
        web.user = "www-data"
        web.group = "www-data"
        web.readiness = .notify
        web.restart = RestartRule(policy: .unlessStopped)
        web.stop = StopRule(signal: .quit, scope: .leader, grace: .seconds(8))
        var log = ServiceSpec(id: "log", program: .shell("tail -F /var/log/web.log |\n  grep -v healthz\n"))
        log.dependsOn = [Dependency("web", .started)]
        var expected = Plan(form: .services, output: .prefix, services: [redis, migrate, web, log])
        expected.control = .socket(path: "/run/foster/control.sock", mode: 0o660, group: "ops")
        expected.probe = ProbeListener(host: "::", port: 9110)

        #expect(try plan(sample) == expected)
        #expect(diagnostics(of: sample) == [])
    }

    @Test("Three lines are enough, and the defaults are the documented ones")
    func defaults() throws {
        let plan = try plan("services:\n  web:\n    command: [nginx]\n")
        #expect(
            plan
                == Plan(
                    form: .services, output: .prefix, services: [ServiceSpec(id: "web", program: .command(["nginx"]))]))
        #expect(plan.grace == .seconds(9))
        #expect(plan.control == .automatic)
        #expect(plan.probe == nil)
        let service = try #require(plan.services.first)
        #expect(service.restart.policy == .no)
        #expect(service.stop == StopRule(signal: .term, scope: .leader, grace: .seconds(10)))
        #expect(service.startTimeout == .seconds(90))
        #expect((service.onExit, service.onFailure) == (.ignore, .shutdown))
    }

    static let controls: [(String, ControlListener)] = [
        ("none", .off),
        ("\"none\"", .off),
        ("{socket: /a/b}", .socket(path: "/a/b", mode: 0o600, group: nil)),
        ("{socket: /a, mode: 0640}", .socket(path: "/a", mode: 0o640, group: nil)),
        ("{socket: /a, mode: 640, group: 12}", .socket(path: "/a", mode: 0o640, group: "12")),
        ("{socket: /a, mode: 0o660}", .socket(path: "/a", mode: 0o660, group: nil)),
    ]

    @Test("api.control is a socket or none", arguments: controls)
    func control(text: String, expected: ControlListener) throws {
        #expect(try plan(file("api: {control: \(text)}")).control == expected)
    }

    static let probes: [(String, ProbeListener)] = [
        ("\"[::]:9110\"", ProbeListener(host: "::", port: 9110)),
        ("0.0.0.0:9110", ProbeListener(host: "0.0.0.0", port: 9110)),
        (":9110", ProbeListener(host: "", port: 9110)),
    ]

    @Test("api.probe listens on an address and a port", arguments: probes)
    func probe(text: String, expected: ProbeListener) throws {
        #expect(try plan(file("api:\n  probe:\n    listen: \(text)\n    metrics: open")).probe == expected)
        #expect(try plan(file("api: {probe: {listen: '\(text.filter { $0 != "\"" })'}}")).probe == expected)
    }

    static let restarts: [(String, RestartRule)] = [
        ("no", RestartRule(policy: .no)),
        ("'no'", RestartRule(policy: .no)),
        ("always", RestartRule(policy: .always)),
        ("unless-stopped", RestartRule(policy: .unlessStopped)),
        ("on-failure", RestartRule(policy: .onFailure)),
        ("on-failure:7", RestartRule(policy: .onFailure, maxRetries: 7)),
        ("{policy: no}", RestartRule(policy: .no)),
        ("{policy: on-failure, maxRetries: 2}", RestartRule(policy: .onFailure, maxRetries: 2)),
    ]

    @Test("restart is a policy or a map", arguments: restarts)
    func restart(text: String, expected: RestartRule) throws {
        #expect(try spec("restart: \(text)").restart == expected)
    }

    @Test("The delays of a restart can be set, also to 0")
    func delays() throws {
        let rule = try spec("restart: {policy: always, delay: 0, maxDelay: 2m, resetAfter: 1h}").restart
        #expect(rule.delay == .zero)
        #expect(rule.maxDelay == .seconds(120))
        #expect(rule.resetAfter == .seconds(3600))
    }

    static let programs: [(String, Program)] = [
        ("command: [a, 1, true, \"\", ~]", .command(["a", "1", "true", "", "~"])),
        ("command: a  'b c' d\\ e", .command(["a", "b c", "d e"])),
        ("command: >-\n      a\n      b", .command(["a", "b"])),
        ("command: a $HOME | b && c # no comment", .command(["a", "$HOME", "|", "b", "&&", "c"])),
        ("shell: exec a | b", .shell("exec a | b")),
    ]

    @Test("A command is a list or split by quoting rules, a shell text stays whole", arguments: programs)
    func program(text: String, expected: Program) throws {
        let plan = try plan("services:\n  a:\n    \(text)\n")
        #expect(plan.services.map(\.program) == [expected])
    }

    @Test("env is a map of texts, numbers and booleans as they stand, or a list of assignments")
    func environment() throws {
        let map = try spec("env: {A: x, B: 010, C: 1.50, D: no, E: '', 'discovery.type': \"a=b\"}").env
        #expect(map.map(\.name) == ["A", "B", "C", "D", "E", "discovery.type"])
        #expect(map.map(\.value) == ["x", "010", "1.50", "no", "", "a=b"])
        let list = try spec("env: [A=x, B=, \"C=a=b c\"]").env
        #expect(list.map(\.name) == ["A", "B", "C"])
        #expect(list.map(\.value) == ["x", "", "a=b c"])
    }

    @Test("A user is a name, a uid or uid:gid", arguments: ["www-data", "0", "1000:1000", "_apt", "svc$", "a.b"])
    func user(text: String) throws {
        #expect(try spec("user: \(text)").user == text)
    }

    static let readiness: [(String, Readiness)] = [("true", .notify), ("TRUE", .notify), ("false", .none)]

    @Test("readiness.notify is a boolean", arguments: readiness)
    func notify(text: String, expected: Readiness) throws {
        #expect(try spec("readiness: {notify: \(text)}").readiness == expected)
    }

    @Test(
        "stop takes signals by name and number", arguments: [("QUIT", 3), ("SIGINT", 2), ("10", 10), ("rtmin+3", 37)])
    func stopSignal(text: String, number: Int) throws {
        let rule = try spec("stop: {signal: \(text), scope: tree, grace: 0}").stop
        #expect(rule == StopRule(signal: try #require(Signal(number: number)), scope: .tree, grace: .zero))
    }

    @Test("A list of dependencies asks for their start, a map says what it asks for")
    func dependencies() throws {
        let text =
            "services: {a: {command: x, dependsOn: [b, c]}, b: {command: x, dependsOn: {c: ready}}, c: {command: x}}"
        let services = try plan(text).services
        #expect(
            services.map(\.dependsOn) == [
                [Dependency("b", .started), Dependency("c", .started)], [Dependency("c", .ready)], [],
            ])
    }
}
