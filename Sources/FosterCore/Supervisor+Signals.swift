/// Signals that foster itself gets.
extension Supervisor {
    /// A second SIGINT this long after the first means it: skip to the kill. Sooner, it is one that came twice.
    static let interruptInterval: Duration = .seconds(1)
    private static let mostDelayed = 1024

    mutating func receive(_ message: SignalMessage, _ turn: inout Turn) {
        turn.announce(.signalReceived(message.signal))
        if let index = skipped.firstIndex(of: message.signal) {
            skipped.remove(at: index)
            return
        }
        let delay = plan.signals.delay(of: message.signal)
        guard delay > .zero, !isStopping else { return act(on: message, &turn) }
        // As the kernel has it, a signal that is pending already comes once; only real-time ones queue, and not without end.
        let isQueued = message.signal.number >= Signal.firstRealTime
        guard
            isQueued
                ? delayed.count < Self.mostDelayed : !delayed.contains(where: { $0.message.signal == message.signal })
        else { return }
        delayed.append(DelayedSignal(message: message, due: turn.now.adding(delay)))
        armDelayed(&turn)
    }

    /// The delay of at least one signal is over.
    mutating func delayIsOver(_ turn: inout Turn) {
        let due = delayed.filter { $0.due <= turn.now }
        delayed.removeAll { $0.due <= turn.now }
        for signal in due { act(on: signal.message, &turn) }
        armDelayed(&turn)
    }

    private func armDelayed(_ turn: inout Turn) {
        if let next = delayed.map(\.due).min() { turn.perform(.arm(.delayedSignal, at: next)) }
    }

    /// Whether a signal on its way will stop everything: from its arrival on foster is no longer ready.
    var isAboutToStop: Bool {
        delayed.contains { signal in
            plan.signals.outcome(of: signal.message.signal).map { isStop(signal.message.signal, as: $0) } ?? false
        }
    }

    /// A stop signal stays one when it is rewritten, and what is rewritten to one becomes one.
    private func isStop(_ received: Signal, as signal: Signal) -> Bool {
        plan.stopSignals.contains(received) || plan.stopSignals.contains(signal)
    }

    private mutating func act(on message: SignalMessage, _ turn: inout Turn) {
        defer { if plan.signals.suspending.contains(message.signal) { turn.perform(.suspend) } }
        guard let signal = plan.signals.outcome(of: message.signal) else { return }
        let isStop = isStop(message.signal, as: signal)
        if isStop, message.signal == .int, insists(&turn) { return }
        switch plan.form {
        case .command:
            forward(SignalMessage(signal, value: message.value), isStop: isStop, &turn)
        case .services:
            // A stop is one stop however often it is asked for.
            if isStop { stopEverything("\(message.signal)", exitCode: nil, &turn) }
        }
    }

    /// Whether this SIGINT is one that skips to the kill, done here. In the init form it never touches `main`, only what is
    /// left behind by it.
    private mutating func insists(_ turn: inout Turn) -> Bool {
        guard let first = firstInterrupt else {
            firstInterrupt = turn.now
            return false
        }
        guard turn.now.since(first) >= Self.interruptInterval else { return false }
        switch (stage, plan.form) {
        case (.stopping, .services), (.draining, _):
            killEverything(&turn)
            return true
        case (.idle, _), (.running, _), (.conceded, _), (.stopping, .command), (.finished, _): return false
        }
    }

    /// Init form: everything is passed on to `main`, and a stop signal makes its end final.
    private mutating func forward(_ message: SignalMessage, isStop: Bool, _ turn: inout Turn) {
        guard let main = services.first else { return stopEverything("\(message.signal)", exitCode: nil, &turn) }
        if isStop { concede(to: message.signal, &turn) }
        if let run = main.liveRun {
            turn.perform(.deliver(message, main.id, run, main.signalScope))
        } else if !isStop {
            turn.announce(.warning("\(message.signal) dropped: \(main.id) is not running"))
        }
    }

    private mutating func concede(to signal: Signal, _ turn: inout Turn) {
        switch stage {
        case .idle, .running: break
        case .conceded, .stopping, .draining, .finished: return
        }
        // No signal starts a kill, unless a grace was asked for.
        let deadline = plan.grace.map { turn.now.adding($0) }
        announceStop("\(signal)", &turn)
        stage = .conceded(signal, deadline: deadline)
        if let deadline { turn.perform(.arm(.shutdown, at: deadline)) }
        for index in services.indices { send(.concede, to: index, &turn) }
    }
}
