public import FosterCore
public import FosterLoop
package import FosterSystem
public import SystemPackage

/// Carries what services write, and what foster has to say, to foster's stdout and stderr, on two threads of its own.
///
/// A stalled reader there slows the services that write to it and nothing else.
public final class LogsThread: Sendable {
    /// For the init loop to fill.
    public let requests: Mailbox<LogRequest>
    /// For the init loop to watch and to drain.
    public let reports: Mailbox<LogReport>

    /// Starts both threads.
    ///
    /// - `output`: with `inherit` no run is attached, and foster's own lines are not padded to the services' names.
    /// - `status`: its journal is told on stderr from the first entry on.
    /// - `wallOffset`: added to the time since boot it gives the time since 1970.
    public convenience init(
        output: OutputMode, status: Latest<Status>, wallOffset: Duration, level: LogLevel = .info,
        format: LogFormat = .text
    ) throws(Errno) {
        try self.init(
            output: output, status: status, wallOffset: wallOffset, level: level, format: format,
            stdout: Descriptor(copying: 1),
            stderr: Descriptor(copying: 2))
    }

    /// Writes to other descriptors than foster's own.
    package init(
        output: OutputMode, status: Latest<Status>, wallOffset: Duration, level: LogLevel, format: LogFormat = .text,
        stdout: consuming Descriptor,
        stderr: consuming Descriptor
    ) throws(Errno) {
        requests = try Mailbox(capacity: 1024)
        reports = try Mailbox(capacity: 1024)
        let sinks = try LogSinks(stdout: stdout, stderr: stderr)
        let outputLoop = try OutputLoop(sinks.all, reports: reports)
        let logsLoop = try LogsLoop(
            mail: LogMail(requests: requests, reports: reports), sinks: sinks, output: output, status: status,
            level: level, format: format,
            wallOffset: wallOffset)
        try LoopThread.start("foster-output") { outputLoop.run() }
        do throws(Errno) {
            try LoopThread.start("foster-logs") {
                logsLoop.run()
                outputLoop.end()
            }
        } catch {
            outputLoop.end()
            throw error
        }
    }
}

/// The logs thread's mail.
struct LogMail: Sendable {
    let requests: Mailbox<LogRequest>
    let reports: Mailbox<LogReport>
}

/// Where lines go. One sink where stdout and stderr are the same file, so that lines keep their order.
struct LogSinks: Sendable {
    let output: OutputSink
    let error: OutputSink
    /// Rung when a sink has room that the logs thread waits for.
    let roomBell: Doorbell

    init(stdout: consuming Descriptor, stderr: consuming Descriptor) throws(Errno) {
        roomBell = try Doorbell()
        let isSame = stdout.isSameFile(as: stderr)
        output = try OutputSink(stdout, roomBell: roomBell)
        error = isSame ? output : try OutputSink(stderr, roomBell: roomBell)
    }

    var all: [OutputSink] { output === error ? [output] : [output, error] }

    /// Has the bell rung when the sink has room, also when it has already.
    func awaitRoom(of sink: OutputSink) {
        if sink.isDead || !sink.awaitRoom() { roomBell.ring() }
    }

    /// Whether a living sink has something left; the bell is rung when it has not.
    func awaitEmpty() -> Bool {
        all.filter { !$0.isDead && $0.awaitEmpty() }.isEmpty == false
    }
}
