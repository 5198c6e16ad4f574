import FosterSystem
import Glibc
import SystemPackage
import Testing

/// How a launch went to its end.
struct Launched {
    let outcome: Launch.Outcome
    /// What the program wrote to stdout, if that was not placed elsewhere.
    let bytes: [UInt8]
    /// The exit code, or 128 and the signal.
    let code: Int32
    let pid: Int32

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// A field of `/proc/self/status` or such, where the program printed it.
    func field(_ name: String) -> String? {
        lines.first { $0.hasPrefix(name + ":") }.map { String($0.dropFirst(name.count + 1).drop { $0 == "\t" }) }
    }
}

/// A request with nothing blocked.
func request(_ words: [String], by method: LaunchRequest.Method = .copy) -> LaunchRequest {
    var request = LaunchRequest(
        paths: [CText(words[0])], arguments: words.map { CText($0) },
        environment: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
        signalMask: SignalMask(bits: 0))
    request.method = method
    return request
}

/// Launches a program and waits for its end.
func launch(
    _ words: String..., by method: LaunchRequest.Method = .copy,
    _ configure: (inout LaunchRequest) throws -> Void = { _ in }
) throws -> Launched {
    let (launch, reading) = try launchCaptured(words, by: method, configure)
    let outcome = settled(launch)
    let bytes = readToEnd(reading.descriptor.number) { kill(launch.child.pid, SIGKILL) }
    return Launched(outcome: outcome, bytes: bytes, code: endOf(launch.child.pid), pid: launch.child.pid)
}

/// Launches a program; only it can write to what is read from.
func launchCaptured(
    _ words: [String], by method: LaunchRequest.Method = .copy,
    _ configure: (inout LaunchRequest) throws -> Void = { _ in }
) throws -> (Launch, SharedDescriptor) {
    let pipe = try Pipe()
    var request = request(words, by: method)
    request.output = pipe.writing
    try configure(&request)
    return (try Launch(request), pipe.reading)
}

/// Waits until the outcome is known.
func settled(_ launch: Launch) -> Launch.Outcome {
    while true {
        let outcome = launch.outcome()
        if outcome != .pending { return outcome }
        var entry = pollfd(fd: launch.reportDescriptor.number, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
    }
}

/// The bytes as they are, UTF-8 or not.
func text(_ bytes: [UInt8]) -> CText {
    (bytes + [0]).withUnsafeBytes { raw in
        raw.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { CText(copying: $0) } ?? "" }
    }
}
