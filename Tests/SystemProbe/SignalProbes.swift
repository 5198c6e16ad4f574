import CFoster
import CFosterStart
import FosterSystem
import Glibc

/// What the constructor left, as the first statement of `main` saw it.
func maskAtStart(_: [String]) {
    show("blocked", statusAtStart["SigBlk"] ?? "?")
    show("inherited", String(foster_inherited_signal_mask(), radix: 16))
    show("faults", String(foster_fault_signals(), radix: 16))
}

/// Every signal that can be blocked, sent one by one: CONT would take the stop signals away, and they it.
func allSignals(_: [String]) throws {
    let all = SignalMask(bits: .max)
    try all.apply()
    let signals = try SignalDescriptor(all)
    for number in UInt8(1)...64 where number != UInt8(SIGKILL) && number != UInt8(SIGSTOP) {
        _ = foster_signal(getpid(), Int32(number), 0, 0)
        show(number, signals.received().map { "\($0.number) \(value($0)) \($0.sender == getpid() ? "self" : "?")" })
    }
}

func signalValues(_: [String]) throws {
    let all = SignalMask(bits: .max)
    try all.apply()
    let signals = try SignalDescriptor(all)
    for value in [0, 1, -1, Int64.min, Int64.max] { _ = foster_signal(getpid(), 40, 1, value) }
    _ = foster_signal(getpid(), 36, 1, 7)
    _ = foster_signal(getpid(), SIGUSR1, 1, 9)
    show(signals.received().map { "\($0.number) \(value($0))" })
    show(signals.received().isEmpty)
}

/// More than one drain takes.
func signalBacklog(_: [String]) throws {
    let all = SignalMask(bits: .max)
    try all.apply()
    let signals = try SignalDescriptor(all)
    for value in 0..<100 { _ = foster_signal(getpid(), 50, 1, Int64(value)) }
    let first = signals.received()
    let second = signals.received()
    show(first.count, second.count)
    show((first + second).map(\.value) == (0..<100).map { Int64($0) })
}

/// Says "ready", then each signal on a line, until a turn that brought SIGTERM is over.
func receiveSignals(_: [String]) throws {
    let signals = try SignalDescriptor(SignalMask(bits: ~foster_fault_signals()))
    show("ready")
    while true {
        var entry = pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
        let received = signals.received()
        for signal in received { show(signal.number, value(signal)) }
        if received.contains(where: { $0.number == UInt8(SIGTERM) }) { return }
    }
}

private func value(_ signal: ReceivedSignal) -> String { signal.value.map(String.init) ?? "-" }

extension SignalDescriptor {
    fileprivate borrowing func received() -> [ReceivedSignal] {
        var all: [ReceivedSignal] = []
        drain { all.append($0) }
        return all
    }
}
