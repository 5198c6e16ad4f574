import FosterConfig
import FosterCore
import Testing

/// Every error and warning with its exact words and place.
@Suite("Diagnostics")
struct DiagnosticTests {
    static let serviceKeys =
        "command, shell, env, workingDir, user, group, dependsOn, readiness, startTimeout, restart, stop, "
        + "onExit, onFailure"
    static let policies = "no, on-failure[:N], always, unless-stopped"
    static let duration = "expected numbers with the units h, m, s, ms, such as 250ms, 10s, 1h30m"

    static let document: [(String, String)] = [
        ("", "1:1: the file is empty; expected the key \"services\""),
        ("# nothing\n", "1:1: the file is empty; expected the key \"services\""),
        ("---\n", "2:1: expected a map with the keys grace, orphans, output, api, services, found nothing"),
        ("web", "1:1: expected a map with the keys grace, orphans, output, api, services, found \"web\""),
        ("[]", "1:1: expected a map with the keys grace, orphans, output, api, services, found a list"),
        ("output: inherit\n", "1:1: the key \"services\" is missing"),
        ("services:\n", "1:10: services: expected a map of services by name, found nothing"),
        ("services: {}\n", "1:11: services: at least one service is needed"),
        ("services: [a]\n", "1:11: services: expected a map of services by name, found a list"),
        (
            file("grase: 9s"),
            "1:1: unknown key \"grase\"; allowed: grace, orphans, output, api, services; did you mean \"grace\"?"
        ),
        (file("zzz: 1"), "1:1: unknown key \"zzz\"; allowed: grace, orphans, output, api, services"),
    ]

    static let topLevel: [(String, String)] = [
        (file("grace: 9"), "1:8: grace: invalid duration \"9\"; \(duration); did you mean \"9s\"?"),
        (file("grace: -9s"), "1:8: grace: invalid duration \"-9s\"; \(duration)"),
        (file("grace:"), "1:7: grace: the value is missing; write \"\" for an empty text"),
        (file("grace: [9s]"), "1:8: grace: expected a single value, found a list"),
        (file("grace: 9000h"), "1:8: grace: the duration \"9000h\" is too long; at most 8760h"),
        (
            file("output: prefx"),
            "1:9: output: unknown value \"prefx\"; allowed: prefix, inherit; did you mean \"prefix\"?"
        ),
        (file("api: on"), "1:6: api: expected a map with the keys control, probe, found \"on\""),
        (
            file("api: {contorl: none}"),
            "1:7: api: unknown key \"contorl\"; allowed: control, probe; did you mean \"control\"?"
        ),
        (
            file("api: {control: off}"),
            "1:16: api.control: expected a map with the keys socket, mode, group, or \"none\", found \"off\""
        ),
        (file("api: {control: {mode: 0600}}"), "1:16: api.control: the key \"socket\" is missing"),
        (
            file("api: {control: {socket: run}}"),
            "1:25: api.control.socket: invalid path \"run\"; expected an absolute path, which begins with /"
        ),
        (
            file("api: {control: {socket: /\(String(repeating: "x", count: 107))}}"),
            "1:25: api.control.socket: the path is longer than 107 bytes"
        ),
        (
            file("api: {control: {socket: /a, mode: 0880}}"),
            "1:35: api.control.mode: invalid mode \"0880\"; "
                + "expected octal digits from 0000 to 0777, such as \"0660\""
        ),
        (
            file("api: {control: {socket: /a, group: a b}}"),
            "1:36: api.control.group: invalid group \"a b\"; expected a name or a gid, such as www-data or 1000"
        ),
        (file("api: {probe: {metrics: open}}"), "1:14: api.probe: the key \"listen\" is missing"),
        (
            file("api: {probe: {listen: ':1', metrics: token}}"),
            "1:38: api.probe.metrics: unknown value \"token\"; allowed: open"
        ),
        (
            file("api: {probe: {listen: '::1:80'}}"),
            "1:23: api.probe.listen: invalid address \"::1:80\"; expected an IP address and a port, such as "
                + "\"0.0.0.0:9110\", \"[::]:9110\" or \":9110\"; did you mean \"[::1]:80\"?"
        ),
    ]

    static let services: [(String, String)] = [
        (
            "services:\n  -a: {command: x}\n",
            "2:3: services: invalid service name \"-a\"; expected 1 to 63 letters, digits, \"_\", \".\" and \"-\", "
                + "the first a letter or a digit"
        ),
        ("services: {a: }\n", "1:15: services.a: expected a map with the keys \(serviceKeys), found nothing"),
        (
            service("comand: [x]"),
            "4:5: services.a: unknown key \"comand\"; allowed: \(serviceKeys); did you mean \"command\"?"
        ),
        (
            service("depends_on: [x]"),
            "4:5: services.a: unknown key \"depends_on\"; allowed: \(serviceKeys); did you mean \"dependsOn\"?"
        ),
        (service("command: [y]"), "4:5: services.a: the key \"command\" is given twice, first at 3:5"),
        (service("shell: x"), "4:5: services.a: only one of the keys \"command\" and \"shell\" is allowed"),
        ("services: {a: {env: {}}}", "1:12: services.a: one of the keys \"command\" and \"shell\" is needed"),
        ("services: {a: {command: []}}", "1:25: services.a.command: the command is empty"),
        ("services: {a: {command: ''}}", "1:25: services.a.command: the command is empty"),
        ("services: {a: {command: [\"\", b]}}", "1:25: services.a.command: the program's name is empty"),
        ("services: {a: {command: \"a 'b\"}}", "1:25: services.a.command: a single quote is not closed"),
        ("services: {a: {command: 'a \"b'}}", "1:25: services.a.command: a double quote is not closed"),
        ("services: {a: {command: a \\}}", "1:25: services.a.command: a backslash at the end escapes nothing"),
        ("services: {a: {command: [a, [b]]}}", "1:29: services.a.command[1]: expected a single value, found a list"),
        ("services: {a: {command: [a, \"b\\0\"]}}", "1:29: services.a.command[1]: NUL is not allowed"),
        ("services: {a: {command: {a: b}}}", "1:25: services.a.command: expected a list or a text, found a map"),
        ("services: {a: {shell: ' '}}", "1:23: services.a.shell: the script is empty"),
        (
            service("env: {1A: x}"),
            "4:11: services.a.env: invalid variable name \"1A\"; expected letters, digits, \"_\", \".\" and \"-\", "
                + "the first no digit"
        ),
        (service("env: {A: }"), "4:14: services.a.env.A: the value is missing; write \"\" for an empty text"),
        (service("env: {A: [x]}"), "4:14: services.a.env.A: expected a single value, found a list"),
        (service("env: {A: \"\\0\"}"), "4:14: services.a.env.A: NUL is not allowed"),
        (service("env: [A]"), "4:11: services.a.env[0]: expected NAME=VALUE, found \"A\""),
        (
            service("env: [A=1, A=2]"),
            "4:16: services.a.env[1]: the variable \"A\" is given twice, first at 4:11"
        ),
        (service("env: A=1"), "4:10: services.a.env: expected a map or a list of NAME=VALUE, found \"A=1\""),
        (
            service("workingDir: srv"),
            "4:17: services.a.workingDir: invalid path \"srv\"; expected an absolute path, which begins with /"
        ),
        (
            service("user: a:b"),
            "4:11: services.a.user: invalid user \"a:b\"; "
                + "expected a name, a uid, or uid:gid, such as www-data or 1000:1000"
        ),
        (
            service("user: 4294967295"),
            "4:11: services.a.user: invalid user \"4294967295\"; "
                + "expected a name, a uid, or uid:gid, such as www-data or 1000:1000"
        ),
        (
            service("user: 1:2", "group: 3"),
            "5:12: services.a.group: the group is given twice: user \"1:2\" has one already"
        ),
        (
            service("restart: alwyas"),
            "4:14: services.a.restart: unknown value \"alwyas\"; allowed: \(policies); did you mean \"always\"?"
        ),
        (
            service("restart: on-failure:0"),
            "4:14: services.a.restart: invalid count \"0\"; expected 1 to 4294967295"
        ),
        (
            service("restart: [always]"),
            "4:14: services.a.restart: expected a policy (\(policies)) or a map with the keys policy, maxRetries, "
                + "delay, maxDelay, resetAfter, found a list"
        ),
        (service("restart: {delay: 1s}"), "4:14: services.a.restart: the key \"policy\" is missing"),
        (
            service("restart: {policy: always, maxRetries: 3}"),
            "4:43: services.a.restart.maxRetries: only the policy on-failure counts retries, and this is always"
        ),
        (
            service("restart: {policy: always, delay: 2m}"),
            "4:38: services.a.restart.delay: the delay 2m is longer than maxDelay, 1m"
        ),
        (
            service("restart: {policy: always, maxdelay: 2m}"),
            "4:31: services.a.restart: unknown key \"maxdelay\"; allowed: policy, maxRetries, delay, maxDelay, "
                + "resetAfter; did you mean \"maxDelay\"?"
        ),
        (
            service("stop: {signal: TREM}"),
            "4:20: services.a.stop.signal: unknown signal \"TREM\"; allowed: a name such as TERM or SIGTERM, "
                + "a number from 1 to 64, RTMIN+N, RTMAX-N; did you mean \"TERM\"?"
        ),
        (
            service("stop: {scope: groups}"),
            "4:19: services.a.stop.scope: unknown value \"groups\"; allowed: leader, group, tree; "
                + "did you mean \"group\"?"
        ),
        (
            service("stop: 10s"),
            "4:11: services.a.stop: expected a map with the keys signal, scope, grace, found \"10s\""
        ),
        (
            service("onExit: stop"),
            "4:13: services.a.onExit: unknown value \"stop\"; allowed: ignore, shutdown"
        ),
        (
            service("onFailure: shutdwon"),
            "4:16: services.a.onFailure: unknown value \"shutdwon\"; allowed: ignore, shutdown; "
                + "did you mean \"shutdown\"?"
        ),
        (service("readiness: {}"), "4:16: services.a.readiness: the key \"notify\" is missing"),
        (
            service("readiness: {notify: yes}"),
            "4:25: services.a.readiness.notify: unknown value \"yes\"; allowed: true, false"
        ),
        (service("startTimeout: 0"), "4:19: services.a.startTimeout: the time to start must be more than 0"),
    ]

    static let dependencies: [(String, String)] = [
        (
            "services: {web: {command: x, dependsOn: {redsi: ready}}, redis: {command: x}}",
            "1:42: services.web.dependsOn.redsi: there is no service \"redsi\"; did you mean \"redis\"?"
        ),
        (service("dependsOn: [b]"), "4:17: services.a.dependsOn[0]: there is no service \"b\""),
        (
            service("dependsOn: b"),
            "4:16: services.a.dependsOn: expected a map of services to conditions, or a list of services, found \"b\""
        ),
        (
            service("dependsOn: [a]"),
            "4:17: services.a.dependsOn[0]: services depend on each other in a circle: a → a"
        ),
        (
            "services: {a: {command: x, dependsOn: [b, b]}, b: {command: x}}",
            "1:43: services.a.dependsOn[1]: the service \"b\" is given twice, first at 1:40"
        ),
        (
            "services: {a: {command: x, dependsOn: {b: redy}}, b: {command: x}}",
            "1:43: services.a.dependsOn.b: unknown value \"redy\"; allowed: ready, started, completed; "
                + "did you mean \"ready\"?"
        ),
        (
            "services:\n  a: {command: x, dependsOn: [c]}\n  b: {command: x, dependsOn: {a: ready}}\n"
                + "  c: {command: x, dependsOn: {b: started}}\n",
            "2:31: services.a.dependsOn[0]: services depend on each other in a circle: a → c → b → a"
        ),
    ]

    @Test(
        "An error has its place, its path and what is allowed", arguments: document + topLevel + services + dependencies
    )
    func error(text: String, expected: String) {
        #expect(diagnostics(of: text) == ["f.yaml:\(expected)"])
        #expect(Configuration.load(Array(text.utf8), file: "f.yaml").plan == nil)
    }

    static let warnings: [(String, String)] = [
        (
            service("env: {A: \"x ${HOME}\"}"),
            "4:11: warning: services.a.env: ${…} in values is not expanded; the program gets it as it stands"
        ),
        (
            "services: {a: {command: x, dependsOn: {b: completed}}, b: {command: x, restart: always}}",
            "1:40: warning: services.a.dependsOn.b: b never completes: its restart policy is always"
        ),
        (
            "grace: 9s\nservices: {a: {command: x, stop: {grace: 9001ms}}}",
            "1:8: warning: grace: the services' stop graces need 9s1ms, more than the whole stop has (9s): "
                + "they will be cut short"
        ),
        (
            "services:\n  a: {command: x, dependsOn: [b], stop: {grace: 5s}}\n  b: {command: x, stop: {grace: 4s}}\n"
                + "  c: {command: x, dependsOn: [b], stop: {grace: 6s}}\n",
            "4:3: warning: grace: the services' stop graces need 10s over 2 waves, more than the whole stop has (9s): "
                + "they will be cut short"
        ),
    ]

    @Test("A warning leaves the plan", arguments: warnings)
    func warning(text: String, expected: String) throws {
        #expect(diagnostics(of: text) == ["f.yaml:\(expected)"])
        _ = try plan(text)
    }

    static let graces = [
        "grace: 5s\nservices: {a: {command: x}}",
        "services: {a: {command: x, stop: {grace: 9s}}, b: {command: x, stop: {grace: 9s}}}",
        "grace: 20s\nservices: {a: {command: x, dependsOn: [b], stop: {grace: 10s}}, "
            + "b: {command: x, stop: {grace: 10s}}}",
    ]

    @Test("Graces that fit, side by side or by default, are no warning", arguments: graces)
    func noWarning(text: String) {
        #expect(diagnostics(of: text) == [])
    }

    @Test("All errors are shown, in the order of the text")
    func all() {
        let text = """
            output: prefx
            services:
              web:
                restart: alwyas
                stop: {grace: 5}
                dependsOn: [dv]
              db: {command: x, comand: y}
            grace: soon
            """
        let places = Configuration.load(Array(text.utf8), file: "f").diagnostics.map(\.place.description)
        #expect(places == ["1:9", "3:3", "4:14", "5:19", "6:17", "7:20", "8:8"])
    }

    @Test("After a hundred diagnostics the rest are counted")
    func limit() {
        let text = "services:\n  a:\n    command: x\n" + (0..<150).map { "    key\($0): x\n" }.joined()
        let shown = diagnostics(of: text)
        #expect(shown.count == 101)
        #expect(shown.last == "f.yaml:103:5: 50 more diagnostics are not shown")
    }

    @Test("Text from the file cannot break a message's line or steer a terminal")
    func escaping() {
        let text = "services: {a: {command: x, user: \"a\\n\\e[31m\\u202e\\\"\(String(repeating: "x", count: 99))\"}}"
        #expect(
            diagnostics(of: text) == [
                "f.yaml:1:34: services.a.user: invalid user "
                    + "\"a\\nU+001B[31mU+202E\\\"\(String(repeating: "x", count: 55))…\"; "
                    + "expected a name, a uid, or uid:gid, such as www-data or 1000:1000"
            ])
    }
}
