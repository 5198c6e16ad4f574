import FosterCore
import Testing

@testable import FosterConfig

@Suite("Options that are pairs")
struct SignalRuleSyntaxTests {
    @Test func rewrites() throws {
        let rules = try Syntax.rewrites("TERM=QUIT,SIGHUP=none,10=12")
        #expect(rules == [.init(.term, becomes: .quit), .init(.hup, becomes: nil), .init(.usr1, becomes: .usr2)])
    }

    @Test func delays() throws {
        #expect(try Syntax.delays("TERM=5s") == [.init(.term, by: .seconds(5))])
    }

    @Test func exitCodes() throws {
        let map = try Syntax.exitMap("143=0,0=7,143=1")
        #expect(map == [ExitMapping(143, becomes: 0), ExitMapping(0, becomes: 7), ExitMapping(143, becomes: 1)])
        #expect(map.outcome(of: 143) == 1)
        #expect(map.outcome(of: 5) == 5)
    }

    @Test(arguments: [
        ("TERM", "expected a pair such as TERM=QUIT"), ("", "expected a pair"), ("TERM=", "unknown signal \"\""),
        ("TERM=QIUT", "did you mean \"QUIT\""), ("KILL=TERM", "never comes"), ("=TERM", "unknown signal"),
        ("TERM=QUIT,", "expected a pair"),
    ])
    func badRewrites(text: String, message: String) {
        let error = #expect(throws: InvalidText.self) { try Syntax.rewrites(text) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: ["256=0", "1=-1", "+1=0", "x=0", "1", "1=0x1", "1=2=3"])
    func badExitCodes(text: String) {
        #expect(throws: InvalidText.self) { try Syntax.exitMap(text) }
    }

    @Test(arguments: ["TERM=5", "TERM=none", "STOP=1s"])
    func badDelays(text: String) {
        #expect(throws: InvalidText.self) { try Syntax.delays(text) }
    }

    @Test("What the command line says holds for services that say nothing else")
    func defaults() throws {
        var defaults = ServiceDefaults()
        defaults.restart = RestartRule(policy: .always)
        defaults.signalScope = .tree
        let text = "services: { a: { command: a }, b: { command: b, restart: 'no', stop: { scope: leader } } }"
        let plan = try #require(Configuration.load(Array(text.utf8), file: "f", defaults: defaults).plan)
        #expect(plan.services.map(\.restart.policy) == [.always, .no])
        #expect(plan.services.map(\.stop.scope) == [.tree, .leader])
    }
}
