import FosterCore
import Testing

@Suite("Signals")
struct SignalTests {
    static let names: [(String, UInt8)] = [
        ("TERM", 15), ("SIGTERM", 15), ("sigterm", 15), ("15", 15), ("HUP", 1), ("CLD", 17), ("RTMIN", 34),
        ("SIGRTMIN+3", 37), ("rtmin+30", 64), ("RTMAX", 64), ("RTMAX-1", 63), ("SIGRTMAX-30", 34), ("64", 64), ("1", 1),
    ]

    @Test("Names and numbers are read", arguments: names)
    func reads(name: String, number: UInt8) {
        #expect(Signal(name: name)?.number == number)
    }

    @Test(
        "Anything else is not a signal",
        arguments: [
            "", "0", "65", "-1", "TERMINATE", "SIG", "SIGSIGTERM", "RTMIN+31", "RTMAX-31", "RTMIN-1", "RTMAX+1",
            "RTMIN+",
            "RTMIN+-1", "99999999999999999999", "TERM ", "RTMIN++1", "RTMINX", "+15", "SIG15",
        ])
    func refuses(name: String) {
        #expect(Signal(name: name) == nil)
    }

    @Test("Every signal is read back from how it is written", arguments: 1...64)
    func roundTrip(number: Int) throws {
        let signal = try #require(Signal(number: number))
        #expect(Signal(name: signal.description) == signal)
    }

    @Test("Death by a signal shows as 128 + its number")
    func code() {
        #expect(FosterCore.ExitStatus.signaled(.kill, coreDumped: false).code == 137)
        #expect(FosterCore.ExitStatus.exited(code: 255).code == 255)
        #expect("\(FosterCore.ExitStatus.signaled(.term, coreDumped: true))" == "killed by SIGTERM (core dumped)")
    }
}
