import FosterCore
import FosterLoop
import FosterSystem
import Foundation
import Testing

@testable import FosterLogs

@Suite("Stalled and dead readers", .timeLimit(.minutes(2)))
struct StalledOutputTests {
    private static let lineCount = 200_000

    /// Writes numbered lines, far more than pipes and queue hold, and says when it is through.
    private func flood(_ target: SharedDescriptor) -> Latest<Bool> {
        let isThrough = Latest(false)
        Thread.detachNewThread {
            for start in stride(from: 0, to: Self.lineCount, by: 100) {
                Outputs.write((start..<start + 100).map { "line number \($0)\n" }.joined(), to: target)
            }
            isThrough.publish(true)
        }
        return isThrough
    }

    private func wait(for flag: Latest<Bool>) throws -> Bool {
        let bell = try flag.subscribe()
        var reactor = try Reactor()
        try reactor.add(bell.descriptor, for: .readable, token: .init(owner: 0))
        let deadline = Clock.uptime() + .seconds(20)
        var batch: [Reactor.Event] = []
        while !flag.value, Clock.uptime() < deadline { try reactor.wait(until: deadline, into: &batch) }
        return flag.value
    }

    /// A harness whose stdout nobody reads, with a service that waits for it.
    private func stalled(level: LogLevel = .info) throws -> (Harness, Outputs, Latest<Bool>) {
        let harness = try Harness(level: level)
        let loud = try harness.attach("loud")
        let isThrough = flood(loud.output)
        // Full at both ends, and so it stays: what lies between is full as well.
        #expect(try harness.outputWriter.isFull())
        #expect(try PipeWriter(target: loud.output).staysFull())
        return (harness, loud, isThrough)
    }

    @Test("A stalled stdout holds back the service that writes to it, and nothing is lost")
    func waits() throws {
        let (harness, _, isThrough) = try stalled()
        #expect(!isThrough.value)
        let expected = (0..<Self.lineCount).map { "loud   | line number \($0)\n" }.joined()
        #expect(try harness.output?.reads(expected) == true)
        #expect(try wait(for: isThrough))
    }

    @Test("A stalled stdout holds back neither stderr nor foster's own lines")
    func stderrGoesOn() throws {
        let (harness, loud, _) = try stalled()
        let quiet = try harness.attach("quiet")
        quiet.complain("heard\n")
        #expect(try harness.error?.read { $0.contains("quiet  | heard\n") } == true)
        loud.complain("help\n")
        #expect(try harness.error?.read { $0.contains("loud   | help\n") } == true)
        harness.announce(.shutdownStarted(reason: "SIGTERM"))
        #expect(try harness.error?.read { $0.contains("foster | stopping everything: SIGTERM\n") } == true)
        harness.post(.finish("quiet", 1))
        #expect(try harness.awaits(.drained("quiet", 1)))
        harness.output = nil
    }

    @Test("A run whose output is stalled is drained once it is read")
    func drainedLater() throws {
        let (harness, _, _) = try stalled()
        harness.post(.finish("loud", 1))
        #expect(try !harness.awaits(within: .milliseconds(50)) { $0 == .drained("loud", 1) })
        #expect(try harness.output?.read { $0.utf8.count > 4 << 20 } == true)
        #expect(try harness.awaits(.drained("loud", 1)))
        harness.output = nil
    }

    @Test("A close does not wait for a stalled stdout for long")
    func boundedClose() throws {
        let (harness, _, _) = try stalled()
        let start = Clock.uptime()
        harness.announce(.shutdownStarted(reason: "SIGTERM"))
        harness.post(.close)
        #expect(try harness.awaits(within: .seconds(5)) { $0 == .closed })
        #expect(Clock.uptime() - start < .seconds(1))
        #expect(try harness.error?.read { $0.contains("stopping everything") } == true)
        harness.output = nil
    }

    @Test("Foster's own lines are dropped and counted while stderr is stalled")
    func ownLines() throws {
        let harness = try Harness(level: .warning)
        // In portions that the journal holds.
        let text = String(repeating: "x", count: 1000)
        for _ in 0..<200 {
            harness.announce(.warning(text), .warning(text), .warning(text), .warning(text), .warning(text))
            harness.announce(.warning(text), .warning(text), .warning(text), .warning(text), .warning(text))
        }
        for _ in 0..<2000 { harness.announce(.warning(text)) }
        #expect(try harness.errorWriter.isFull())
        let mark = "while stderr was stalled\n"
        #expect(try harness.error?.read { $0.contains(mark) } == true)
        let lines = harness.error?.text.split(separator: "\n") ?? []
        let notice = try #require(lines.first { $0.hasSuffix("while stderr was stalled") })
        let lost = try #require(notice.split(separator: " ").compactMap { Int($0) }.first)
        #expect(lost > 0)
        // What comes after the notice is not counted in it.
        #expect(lines.count { $0.hasSuffix("xxx") } + lost <= 4000)
    }

    @Test("A dead stdout costs lines, which are counted, and holds back nobody")
    func deadReader() throws {
        let harness = try Harness()
        harness.output = nil
        let web = try harness.attach("web")
        #expect(try wait(for: flood(web.output)))
        let isCounted = try harness.awaits {
            if case .dropped("web", let lines) = $0 { lines > 0 } else { false }
        }
        #expect(isCounted)
        web.complain("still\n")
        #expect(try harness.error?.reads("web    | still\n") == true)
        harness.post(.finish("web", 1))
        #expect(try harness.awaits(.drained("web", 1)))
        harness.post(.close)
        #expect(try harness.awaits(within: .milliseconds(300)) { $0 == .closed })
    }

    @Test("A reader that dies while it is stalled sets the service free")
    func deathOfStalledReader() throws {
        let (harness, _, isThrough) = try stalled()
        harness.output = nil
        #expect(try wait(for: isThrough))
        harness.post(.finish("loud", 1))
        #expect(try harness.awaits(.drained("loud", 1)))
    }

    @Test("A regular file is written to as well")
    func regularFile() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "foster-\(UUID().uuidString)").path
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        let logs = try LogsThread(
            output: .prefix, status: Latest(Status()), wallOffset: .zero, level: .info,
            stdout: Descriptor(copying: handle.fileDescriptor), stderr: Descriptor(copying: handle.fileDescriptor))
        let pipe = try FosterSystem.Pipe()
        #expect(logs.requests.post(.attach("web", 1, stdout: pipe.reading, stderr: try FosterSystem.Pipe().reading)))
        Outputs.write("one\ntwo\nthree", to: pipe.writing)
        #expect(logs.requests.post(.close))
        var reactor = try Reactor()
        try reactor.add(logs.reports.doorbell.descriptor, for: .readable, token: .init(owner: 0))
        var batch: [Reactor.Event] = []
        try reactor.wait(until: Clock.uptime() + .seconds(20), into: &batch)
        #expect(logs.reports.drain(limit: 10) == [.closed])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "web    | one\nweb    | two\nweb    | three\n")
    }
}
