import FosterConfig
import FosterCore
import Testing

/// The single values, as the file and the options of the command line take them.
@Suite("Syntax of values")
struct SyntaxTests {
    static let durations: [(String, Duration, String)] = [
        ("0", .zero, "0"), ("0s", .zero, "0"), ("250ms", .milliseconds(250), "250ms"), ("10s", .seconds(10), "10s"),
        ("2m", .seconds(120), "2m"), ("1h", .seconds(3600), "1h"), ("1h30m", .seconds(5400), "1h30m"),
        ("1.5s", .milliseconds(1500), "1s500ms"), ("0.25h", .seconds(900), "15m"), ("90s", .seconds(90), "1m30s"),
        ("1h2m3s4ms", .milliseconds(3_723_004), "1h2m3s4ms"), ("8760h", .seconds(31_536_000), "8760h"),
        ("00010s", .seconds(10), "10s"), ("0.001s", .milliseconds(1), "1ms"), ("1.500000h", .seconds(5400), "1h30m"),
    ]

    @Test("A duration is read, and written as it could be read again", arguments: durations)
    func duration(text: String, expected: Duration, written: String) throws {
        #expect(try Syntax.duration(text) == expected)
        #expect(Syntax.text(expected) == written)
        #expect(try Syntax.duration(written) == expected)
    }

    static let badDurations = [
        "", " ", "s", "-1s", "+1s", "1", "10", "1 s", " 1s", "1s ", "1S", "1d", "1us", "1ns", "1e3s", "1.s", ".5s",
        "1..5s",
        "1.5", "30m1h", "1s1s", "1m 30s", "1.1234567s", "١s", "0x10s", "inf", "1,5s", "1s\0", "1.0001s", "0.5ms",
        "8760h1ms", "8761h", "99999999999999999999s", "9223372036854775807h", "9223372036854775807ms",
        "153722867280912931m", "1.1.1s", "0s0",
    ]

    @Test("What is no duration is refused", arguments: badDurations)
    func badDuration(text: String) {
        #expect(throws: InvalidText.self) { try Syntax.duration(text) }
    }

    static let endpoints: [(String, String, UInt16)] = [
        (":9110", "", 9110), ("0.0.0.0:1", "0.0.0.0", 1), ("255.1.20.0:65535", "255.1.20.0", 65535),
        ("[::]:80", "::", 80),
        ("[::1]:80", "::1", 80), ("[fe80::1:2]:80", "fe80::1:2", 80), ("[1:2:3:4:5:6:7:8]:80", "1:2:3:4:5:6:7:8", 80),
        ("[1::]:80", "1::", 80), ("[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80), ("[ABCD::ef]:80", "ABCD::ef", 80),
        ("[1:2:3:4:5:6:1.2.3.4]:80", "1:2:3:4:5:6:1.2.3.4", 80), ("[1:2:3:4:5:6:7::]:80", "1:2:3:4:5:6:7::", 80),
    ]

    @Test("An endpoint is an address and a port", arguments: endpoints)
    func endpoint(text: String, host: String, port: UInt16) throws {
        #expect(try Syntax.endpoint(text) == ProbeListener(host: host, port: port))
    }

    static let badEndpoints = [
        "", ":", "9110", "0.0.0.0", ":0", ":65536", ":-1", ":+1", ": 1", ":1 ", ":99999999999", "localhost:80", "*:80",
        "1.2.3:80", "1.2.3.4.5:80", "1.2.3.256:80", "01.2.3.4:80", "1.2.3.:80", "::1:80", "[]:80", "[:]:80", "[:::]:80",
        "[::1]", "[::1]80", "[1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:8:9]:80", "[1::2::3]:80", "[1:2:3:4:5:6:7:8::]:80",
        "[12345::]:80", "[g::]:80", "[:1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:]:80", "[1.2.3.4::]:80", "[1.2.3.4]:80",
        "[fe80::1%eth0]:80", "[::1:80", "::1]:80", "é:80",
    ]

    @Test("What is no endpoint is refused", arguments: badEndpoints)
    func badEndpoint(text: String) {
        #expect(throws: InvalidText.self) { try Syntax.endpoint(text) }
    }

    @Test("A name for an address gets the address that was meant")
    func localhost() {
        let error = #expect(throws: InvalidText.self) { try Syntax.endpoint("localhost:80") }
        #expect(error?.description.hasSuffix("; did you mean \"127.0.0.1:80\"?") == true)
    }

    static let words: [(String, [String])] = [
        ("", []), ("  \t\n", []), ("a b", ["a", "b"]), (" a  b ", ["a", "b"]), ("a\\ b", ["a b"]), ("'a b'", ["a b"]),
        ("\"a b\"", ["a b"]), ("a'b'\"c\"d", ["abcd"]), ("''", [""]), ("a \"\" ''", ["a", "", ""]), ("'\\'", ["\\"]),
        ("\"\\\"\\\\\\$\\`\\n\"", ["\"\\$`\\n"]), ("a\\\nb", ["ab"]), ("\"a\\\nb\"", ["ab"]), ("\\'", ["'"]),
        ("\"it's\"", ["it's"]), ("$A *.c ~ #x", ["$A", "*.c", "~", "#x"]), ("a\r\nb", ["a", "b"]), ("é'ö ü'", ["éö ü"]),
    ]

    @Test("A command is split as a shell splits it, and nothing is expanded", arguments: words)
    func splitting(text: String, expected: [String]) throws {
        #expect(try Syntax.words(text) == expected)
    }

    @Test("Open quotes and a last backslash are refused", arguments: ["'", "\"", "a 'b", "a \"b\\\"", "a\\"])
    func badWords(text: String) {
        #expect(throws: InvalidText.self) { try Syntax.words(text) }
    }

    @Test(
        "Restart policies are Docker's",
        arguments: ["no", "on-failure", "on-failure:4294967295", "always", "unless-stopped"])
    func restart(text: String) throws {
        let rule = try Syntax.restart(text)
        #expect(text.hasPrefix(rule.policy.rawValue))
        #expect((rule.maxRetries == .max) == text.contains(":"))
    }

    static let badRestarts = [
        "", "No", "never", "false", "on-failure:", "on-failure:0", "on-failure:-1", "on-failure:+1",
        "on-failure:4294967296",
        "on-failure:1:2", "always:3", " no", "on_failure",
    ]

    @Test("What is no restart policy is refused", arguments: badRestarts)
    func badRestart(text: String) {
        #expect(throws: InvalidText.self) { try Syntax.restart(text) }
    }

    @Test("The control option is a path or none")
    func control() throws {
        #expect(try Syntax.control("none") == .off)
        #expect(try Syntax.control("/run/x") == .socket(path: "/run/x", mode: 0o600, group: nil))
        #expect(throws: InvalidText.self) { try Syntax.control("run/x") }
        #expect(throws: InvalidText.self) { try Syntax.control("/a\0") }
    }

    @Test("The output option is prefix or inherit")
    func output() throws {
        #expect(try Syntax.output("inherit") == .inherit)
        let error = #expect(throws: InvalidText.self) { try Syntax.output("inhreit") }
        #expect(error?.description == "unknown value \"inhreit\"; allowed: prefix, inherit; did you mean \"inherit\"?")
    }

    static let meant: [(String, String?)] = [
        ("sigtrem", "TERM"), ("HUPP", "HUP"), ("KIL", "KILL"), ("usr_1", "USR1"), ("SIGNALS", nil), ("", nil),
        ("65", nil),
    ]

    @Test("A misspelt signal gets the nearest name, a strange one none", arguments: meant)
    func signal(text: String, expected: String?) {
        let error = #expect(throws: InvalidText.self) { try Syntax.signal(text) }
        let hint = expected.map { "RTMAX-N; did you mean \"\($0)\"?" } ?? "RTMAX-N"
        #expect(error?.description.hasSuffix(hint) == true, "\(error?.description ?? "")")
    }
}
