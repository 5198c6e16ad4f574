/// Signals that foster itself gets.
extension Supervisor {
    /// A second SIGINT this long after the first means it: skip to the kill. Sooner, it is one that came twice.
    static let interruptInterval: Duration = .seconds(1)

    mutating func receive(_ message: SignalMessage, _ turn: inout Turn) {
        turn.announce(.signalReceived(message.signal))
        let isStop = plan.stopSignals.contains(message.signal)
        if isStop, message.signal == .int, insists(&turn) { return }
        switch plan.form {
        case .command: forward(message, isStop: isStop, &turn)
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
