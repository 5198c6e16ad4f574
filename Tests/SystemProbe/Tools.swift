import FosterSystem
import Glibc
import SystemPackage

/// Prints one fact, unbuffered: a probe may be killed at any time.
func show(_ words: Any...) {
    let line = words.map { word in
        if let errno = word as? Errno { errno.name } else { String(describing: word) }
    }
    emit(line.joined(separator: " ") + "\n")
}

/// Where facts go: probes that play with the standard descriptors set another number.
nonisolated(unsafe) var factDescriptor: Int32 = 1  // one thread only

private func emit(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(factDescriptor, $0.baseAddress, $0.count) }
}

/// `/proc/self/status`, by field.
func ownStatus() -> [String: String] {
    guard let file = fopen("/proc/self/status", "re") else { return [:] }
    defer { fclose(file) }
    var result: [String: String] = [:]
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1)
        if parts.count == 2 { result[String(parts[0])] = String(parts[1].drop { $0 == "\t" || $0 == " " }.dropLast()) }
    }
    return result
}

/// A request with nothing blocked.
func request(_ words: String...) -> LaunchRequest {
    LaunchRequest(
        paths: [CText(words[0])], arguments: words.map { CText($0) },
        environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
        signalMask: SignalMask(bits: 0))
}

/// Waits until the outcome is known.
func outcome(of launch: Launch) -> Launch.Outcome {
    while true {
        let outcome = launch.outcome()
        if outcome != .pending { return outcome }
        var entry = pollfd(fd: launch.reportDescriptor.number, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
    }
}

/// Waits for the death of one child, whichever comes first, and reaps it.
func nextDeath() -> DeadChild? {
    var info = siginfo_t()
    guard waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0, case .dead(let child) = Children.peek() else { return nil }
    Children.reap(child)
    return child
}

func describe(_ outcome: Launch.Outcome) -> String {
    switch outcome {
    case .pending: "pending"
    case .executed: "executed"
    case .failed(let stage, let errno): "\(stage) \(errno.name)"
    }
}

func describe(_ peek: Children.Peek) -> String {
    switch peek {
    case .none: "none"
    case .allAlive: "all alive"
    case .dead(let child): describe(child.end)
    }
}

func describe(_ end: DeadChild.End) -> String {
    switch end {
    case .exited(let code): "exited \(code)"
    case .signaled(let number, let coreDumped): "signaled \(number)\(coreDumped ? " core" : "")"
    }
}
