import FosterCore

/// A line of foster's own.
struct LogLine: Hashable, Sendable {
    var level: LogLevel
    var time: Duration
    var text: String
}

/// Tells the journal in words for operators: what changed, once, and not how foster goes about it.
struct JournalLines {
    /// What has been told of a service, so that nothing is told twice.
    private struct Told {
        /// The run that is being launched or was started.
        var run: RunID?
        var start: RunID?
        var exit: RunID?
        /// When the start was told: a service that is ready in the same moment is ready by being started.
        var startTime: Duration?
        /// The delay of the next start, until it is told.
        var delay: Duration?
    }

    private var told: [ServiceID: Told] = [:]
    private var lines: [LogLine] = []
    /// The lines of exits that what follows from them may still join.
    private var exitLines: [ServiceID: Int] = [:]

    /// Lines for entries that were read together, in order. An exit and what follows from it are one line then.
    mutating func lines(for entries: [JournalEntry]) -> [LogLine] {
        for entry in entries { tell(entry) }
        defer {
            lines = []
            exitLines = [:]
        }
        return lines
    }

    private mutating func tell(_ entry: JournalEntry) {
        switch entry.event {
        case .serviceState(let id, let state, let run, let pid, let reason):
            tellState(of: id, state, run: run, pid: pid, reason: reason, at: entry.time)
        case .serviceReady(let id, let isReady, _):
            let isNews = isReady && told[id]?.startTime != entry.time
            add(isNews ? .info : .debug, entry.time, "\(id): \(isReady ? "ready" : "not ready")")
        case .serviceStatus(let id, let text, _):
            add(.debug, entry.time, "\(id): says \"\(text)\"")
        case .serviceExit(let id, let run, _, let exit, let expected):
            told[id, default: Told()].exit = run
            exitLines[id] = lines.count
            let level: LogLevel = expected || exit.code == 0 ? .info : .warning
            add(level, entry.time, expected ? "\(id): stopped (\(exit))" : "\(id): \(exit)")
        case .serviceBackoff(let id, let delay, _):
            if join(id, ", restarting \(delay.afterwards)") { return }
            // With a delay the state that follows says why; without, there is no such state.
            if delay > .zero {
                told[id, default: Told()].delay = delay
            } else {
                add(.warning, entry.time, "\(id): restarting \(delay.afterwards)")
            }
        case .operationCreated(let operation, let verb, let id, let actor):
            add(
                .debug, entry.time,
                "\(verb.rawValue) of \(id?.name ?? "everything") asked for by \(actor) (\(operation))")
        case .operationFinished(let operation, let verb, let id, let outcome):
            add(.debug, entry.time, "\(verb.rawValue) of \(id?.name ?? "everything") \(outcome.text) (\(operation))")
        case .processAdopted(let identity, let name, let id):
            add(.debug, entry.time, "adopted process \(identity.pid) (\(name))\(id.map { " of \($0)" } ?? "")")
        case .processReaped(let pid, let exit, let name, let id, _):
            let whose = (name.map { " (\($0))" } ?? "") + (id.map { " of \($0)" } ?? "")
            add(.debug, entry.time, "process \(pid)\(whose) \(exit)")
        case .configLoaded(let services, let path):
            let count = "\(services) service\(services == 1 ? "" : "s")"
            add(.info, entry.time, "\(count)\(path.map { " from \($0)" } ?? "")")
        case .shutdownStarted(let reason):
            add(.info, entry.time, "stopping everything: \(reason)")
        case .shutdownLaggard(let id):
            add(.warning, entry.time, "\(id): did not stop in time, killed")
        case .signalReceived(let signal):
            add(.debug, entry.time, "received \(signal)")
        case .logDropped(let id, let count):
            add(.warning, entry.time, "\(id): \(count) line\(count == 1 ? "" : "s") of output lost: nobody reads it")
        case .warning(let text):
            add(.warning, entry.time, text)
        }
    }

    private mutating func tellState(
        of id: ServiceID, _ state: ServiceStateName, run: RunID?, pid: Int32?, reason: String?, at time: Duration
    ) {
        var story = told[id] ?? Told()
        defer { told[id] = story }
        let hasExited = run != nil && story.exit == run
        switch state {
        case .starting, .running:
            if let run, let pid, story.start != run {
                story.start = run
                story.startTime = time
                add(.info, time, "\(id): started (pid \(pid))")
            } else if let reason {
                add(.info, time, "\(id): \(reason)")
            }
            if !hasExited { story.run = run }
            story.delay = nil
        case .stopping:
            // After the exit it only says that what the run left behind is being ended.
            if hasExited { return }
            add(reason == nil ? .debug : .warning, time, "\(id): stopping\(reason.map { ": \($0)" } ?? "")")
        case .backoff:
            guard let delay = story.delay else { return }
            story.delay = nil
            let sequel = "restarting \(delay.afterwards)"
            if hasExited {
                add(.info, time, "\(id): \(sequel)")
            } else {
                add(.warning, time, "cannot start \"\(id)\": \(reason ?? "unknown reason"), \(sequel)")
            }
        case .stopped:
            if !hasExited { add(.info, time, "\(id): stopped") }
        case .completed:
            if !hasExited { add(.info, time, "\(id): completed") }
        case .failed:
            if hasExited, join(id, ", not restarted", level: .error) { return }
            let isLaunch = run != nil && run == story.run && !hasExited
            add(.error, time, "\(isLaunch ? "cannot start \"\(id)\"" : "\(id): failed"): \(reason ?? "unknown reason")")
        }
    }

    private mutating func add(_ level: LogLevel, _ time: Duration, _ text: String) {
        lines.append(LogLine(level: level, time: time, text: text))
    }

    /// Adds to the line of the service's exit; `false` where that line is gone.
    private mutating func join(_ id: ServiceID, _ text: String, level: LogLevel? = nil) -> Bool {
        guard let index = exitLines.removeValue(forKey: id), lines.indices.contains(index) else { return false }
        lines[index].text += text
        if let level { lines[index].level = level }
        return true
    }
}

extension OperationOutcome {
    fileprivate var text: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed(_, let message): "failed: \(message)"
        case .superseded: "was superseded"
        }
    }
}

extension Duration {
    /// `at once`, `in 200 ms`, `in 1.6 s`, `in 60 s`.
    fileprivate var afterwards: String {
        let milliseconds = components.seconds.multipliedReportingOverflow(by: 1000)
        let total = milliseconds.overflow ? Int64.max : milliseconds.partialValue
        let rest = components.attoseconds / 1_000_000_000_000_000
        let (sum, overflow) = total.addingReportingOverflow(rest)
        let time = overflow ? Int64.max : sum
        if time <= 0 { return "at once" }
        if time < 1000 { return "in \(time) ms" }
        let tenths = time % 1000 / 100
        return tenths == 0 ? "in \(time / 1000) s" : "in \(time / 1000).\(tenths) s"
    }
}
