import FosterCore
import FosterLoop
import FosterSystem
import Foundation
import Testing

@testable import FosterLogs

@Suite("The logs thread", .timeLimit(.minutes(2)))
struct LogsThreadTests {
    @Test("Lines go to foster's stdout and stderr behind their service's name")
    func prefixes() throws {
        let harness = try Harness()
        let web = try harness.attach("web")
        web.print("one\ntw")
        web.print("o\n")
        web.complain("trouble\n")
        #expect(try harness.output?.reads("web    | one\nweb    | two\n") == true)
        #expect(try harness.error?.reads("web    | trouble\n") == true)
    }

    @Test("Names are padded to the longest service's, foster's own lines too")
    func padding() throws {
        let harness = try Harness(level: .info)
        var state = Status()
        state.snapshot.services = ["web", "database"].map { name in
            ServiceRecord(spec: ServiceSpec(id: name, program: .command(["x"])), status: ServiceStatus())
        }
        state.journal.append(JournalEntry(revision: 1, time: .zero, event: .configLoaded(services: 2, path: nil)))
        harness.status.publish(state)
        #expect(try harness.error?.reads("foster   | 2 services\n") == true)
        try harness.attach("web").print("hello\n")
        #expect(try harness.output?.reads("web      | hello\n") == true)
    }

    @Test("Where services write to foster's own descriptors, foster's lines are not padded")
    func inherited() throws {
        let harness = try Harness(level: .info, mode: .inherit)
        harness.announce(.shutdownStarted(reason: "SIGTERM"))
        #expect(try harness.error?.reads("foster: stopping everything: SIGTERM\n") == true)
    }

    @Test("The last line needs no newline at the end of the pipe")
    func endOfPipe() throws {
        let harness = try Harness()
        try harness.attach("web").print("one\nlast")
        #expect(try harness.output?.reads("web    | one\nweb    | last\n") == true)
    }

    @Test("A run is drained when what it left is read, although another process holds its pipes")
    func heldPipe() throws {
        let harness = try Harness()
        let web = try harness.attach("web", 7)
        web.print("bye")
        harness.post(.finish("web", 7))
        #expect(try harness.awaits(.drained("web", 7)))
        #expect(try harness.output?.reads("web    | bye\n") == true)
        web.print("still here\n")
        #expect(try harness.output?.reads("web    | bye\nweb    | still here\n") == true)
    }

    @Test("A run is drained although a process that it left behind never stops writing")
    func endlessWriter() throws {
        let harness = try Harness()
        let web = try harness.attach("web")
        let stop = Latest(false)
        Thread.detachNewThread { while !stop.value { web.print(String(repeating: "again and again\n", count: 256)) } }
        #expect(try harness.output?.read { $0.contains("again") } == true)
        harness.post(.finish("web", 1))
        var isDrained = false
        let deadline = Clock.uptime() + .seconds(20)
        while !isDrained, Clock.uptime() < deadline {
            _ = try harness.output?.readOnce()
            harness.output?.forget()
            isDrained = try harness.awaits(within: .zero) { $0 == .drained("web", 1) }
        }
        #expect(isDrained)
        stop.publish(true)
        harness.output = nil
    }

    @Test("A run that is not known, or has closed its pipes, is drained at once")
    func unknownRun() throws {
        let harness = try Harness()
        harness.post(.finish("web", 1))
        #expect(try harness.awaits(.drained("web", 1)))
        try harness.attach("db", 3).print("bye\n")
        #expect(try harness.output?.reads("db     | bye\n") == true)
        harness.post(.finish("db", 3))
        #expect(try harness.awaits(.drained("db", 3)))
    }

    @Test("A service's last lines come before what foster says of its exit")
    func order() throws {
        let harness = try Harness(level: .info, sharesOutput: true)
        var expected = ""
        for run in 1...50 {
            let id = RunID(UInt64(run))
            let web = try harness.attach("web", id)
            if run.isMultiple(of: 2) { web.print("a\nlast words") } else { web.complain("a\nlast words") }
            harness.post(.finish("web", id))
            #expect(try harness.awaits(.drained("web", id)))
            harness.announce(.serviceExit("web", run: id, pid: 12, .exited(code: 0), expected: false))
            expected += "web    | a\nweb    | last words\nfoster | web: exited with code 0\n"
            #expect(try harness.output?.reads(expected) == true)
        }
    }

    @Test("All that many services write arrives, in order and unmixed")
    func manyServices() throws {
        let harness = try Harness()
        let count = 20_000
        for service in 0..<8 {
            let outputs = try harness.attach(ServiceID("s\(service)"))
            Thread.detachNewThread {
                for line in 0..<count { outputs.print("\(line) of \(service)\n") }
            }
        }
        let newlines = { (text: String) in text.utf8.count { $0 == 10 } }
        #expect(try harness.output?.read { newlines($0) == 8 * count } == true)
        var next = [Int](repeating: 0, count: 8)
        for line in harness.output?.text.split(separator: "\n") ?? [] {
            let service = line.dropFirst().first.flatMap { Int(String($0)) } ?? 0
            guard next.indices.contains(service) else { continue }
            #expect(line == "s\(service)     | \(next[service]) of \(service)")
            next[service] += 1
        }
        #expect(next == [Int](repeating: count, count: 8))
    }

    @Test("A graver level silences foster's lines and not the services'")
    func level() throws {
        let harness = try Harness(level: .error, sharesOutput: true)
        harness.announce(
            .shutdownStarted(reason: "SIGTERM"), .serviceState("db", .failed, run: nil, pid: nil, reason: "no"))
        #expect(try harness.output?.reads("foster | db: failed: no\n") == true)
    }

    @Test("More events than the journal holds are told as a number")
    func overrun() throws {
        let harness = try Harness(level: .warning)
        // Published at once: the thread sees only the end of it.
        var state = Status()
        for revision in 1...20_000 as ClosedRange<UInt64> {
            let event: JournalEvent = revision == 20_000 ? .warning("the last") : .signalReceived(.hup)
            state.journal.append(JournalEntry(revision: revision, time: .zero, event: event))
        }
        let first = try #require(state.journal.firstRevision)
        harness.status.publish(state)
        let lost = "foster | \(first - 1) events are not told: too many at once\n"
        #expect(try harness.error?.reads(lost + "foster | the last\n") == true)
    }

    @Test("At the close everything that was written comes out, then it is reported")
    func close() throws {
        let harness = try Harness(level: .info)
        let web = try harness.attach("web")
        web.print(String(repeating: "line\n", count: 8000) + "last")
        web.complain("also")
        harness.announce(.shutdownStarted(reason: "SIGTERM"))
        harness.post(.close)
        #expect(try harness.output?.read { $0.hasSuffix("web    | last\n") } == true)
        #expect(try harness.awaits(.closed))
        #expect(harness.output?.text == String(repeating: "web    | line\n", count: 8000) + "web    | last\n")
        #expect(try harness.error?.read { $0.contains("also\n") && $0.contains("SIGTERM\n") } == true)
    }

    @Test("A close without anything to write is immediate")
    func closeOfNothing() throws {
        let harness = try Harness()
        harness.post(.close)
        #expect(try harness.awaits(within: .milliseconds(300)) { $0 == .closed })
    }
}
