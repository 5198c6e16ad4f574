import FosterCore
import FosterLoop
import FosterSystem
import Foundation
import SystemPackage
import Testing

@testable import FosterLogs

/// A logs thread between pipes: the test is the services, the init loop and whoever reads foster's stdout and stderr.
final class Harness {
    let status = Latest(Status())
    let logs: LogsThread
    /// What foster's stdout and stderr lead to. Letting go of one is a reader that dies.
    var output: PipeReader?
    var error: PipeReader?
    let outputWriter: PipeWriter
    let errorWriter: PipeWriter
    private var state = Status()
    private var reports: [LogReport] = []
    private var reactor: Reactor

    init(level: LogLevel = .error, mode: OutputMode = .prefix, sharesOutput: Bool = false) throws {
        Self.ignoreBrokenPipes
        let stdout = try FosterSystem.Pipe()
        output = PipeReader(stdout.reading)
        let stderr = sharesOutput ? stdout : try FosterSystem.Pipe()
        error = PipeReader(stderr.reading)
        outputWriter = PipeWriter(target: stdout.writing)
        errorWriter = PipeWriter(target: stderr.writing)
        logs = try LogsThread(
            output: mode, status: status, wallOffset: .zero, level: level,
            stdout: stdout.writing.descriptor.duplicate(),
            stderr: stderr.writing.descriptor.duplicate())
        reactor = try Reactor()
        try reactor.add(logs.reports.doorbell.descriptor, for: .readable, token: .init(owner: 0))
    }

    /// Foster has every signal blocked; the test process has not.
    private static let ignoreBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

    /// Attaches a run and gives back what it writes to.
    func attach(_ service: ServiceID, _ run: RunID = 1) throws -> Outputs {
        let stdout = try FosterSystem.Pipe()
        let stderr = try FosterSystem.Pipe()
        #expect(logs.requests.post(.attach(service, run, stdout: stdout.reading, stderr: stderr.reading)))
        return Outputs(output: stdout.writing, error: stderr.writing)
    }

    func post(_ request: LogRequest) { #expect(logs.requests.post(request)) }

    func announce(_ events: JournalEvent...) {
        for event in events {
            state.journal.append(JournalEntry(revision: state.journal.lastRevision + 1, time: .zero, event: event))
        }
        status.publish(state)
    }

    /// Waits until a report comes for which `isMatch` holds, and answers whether it came.
    func awaits(within time: Duration = .seconds(20), _ isMatch: (LogReport) -> Bool) throws -> Bool {
        let deadline = Clock.uptime() + time
        var batch: [Reactor.Event] = []
        while true {
            reports += logs.reports.drain(limit: 100)
            if let index = reports.firstIndex(where: isMatch) {
                reports.removeSubrange(...index)
                return true
            }
            if Clock.uptime() >= deadline { return false }
            try reactor.wait(until: deadline, into: &batch)
        }
    }

    func awaits(_ report: LogReport) throws -> Bool { try awaits { $0 == report } }
}

/// The writing ends that a service has, closed when let go of.
struct Outputs: Sendable {
    let output: SharedDescriptor
    let error: SharedDescriptor

    /// Blocks as a service would.
    static func write(_ text: String, to target: SharedDescriptor) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            guard let count = try? bytes.withUnsafeBytes({ try target.descriptor.write($0) }) else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    func print(_ text: String) { Self.write(text, to: output) }
    func complain(_ text: String) { Self.write(text, to: error) }
}

/// Reads a pipe, waiting for facts with a deadline.
final class PipeReader {
    private let source: SharedDescriptor
    private(set) var text = ""

    init(_ source: SharedDescriptor) { self.source = source }

    /// Reads until the text so far is as wanted, and answers whether it became so.
    func read(within time: Duration = .seconds(20), until isWanted: (String) -> Bool) throws -> Bool {
        var reactor = try Reactor()
        try reactor.add(source.descriptor, for: .readable, token: .init(owner: 0))
        let deadline = Clock.uptime() + time
        var batch: [Reactor.Event] = []
        while !isWanted(text) {
            if Clock.uptime() >= deadline { return false }
            try reactor.wait(until: deadline, into: &batch)
            if try !readOnce() { return isWanted(text) }
        }
        return true
    }

    func reads(_ expected: String) throws -> Bool {
        try read { $0.utf8.count >= expected.utf8.count } && text == expected
    }

    /// Takes what is there; `false` at the end of the file.
    func readOnce() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        do {
            let count = try buffer.withUnsafeMutableBytes { try source.descriptor.read(into: $0) }
            text += String(decoding: buffer.prefix(count), as: UTF8.self)
            return count > 0
        } catch Errno.wouldBlock {
            return true
        }
    }

    func forget() { text = "" }
}

/// What can be known of a pipe that nobody reads.
struct PipeWriter {
    let target: SharedDescriptor

    /// Waits until the pipe takes nothing more.
    func isFull() throws -> Bool {
        var reactor = try Reactor()
        try reactor.add(target.descriptor, for: .writable, token: .init(owner: 0))
        let deadline = Clock.uptime() + .seconds(20)
        var batch: [Reactor.Event] = []
        while Clock.uptime() < deadline {
            try reactor.wait(until: .zero, into: &batch)
            if batch.isEmpty { return true }
            sched_yield()
        }
        return false
    }

    /// Waits until the pipe was full for as long as a reader would need to empty it many times over.
    func staysFull() throws -> Bool {
        let deadline = Clock.uptime() + .seconds(20)
        while Clock.uptime() < deadline, try isFull() {
            var reactor = try Reactor()
            try reactor.add(target.descriptor, for: .writable, token: .init(owner: 0))
            var batch: [Reactor.Event] = []
            try reactor.wait(until: Clock.uptime() + .milliseconds(200), into: &batch)
            if batch.isEmpty { return true }
        }
        return false
    }
}
