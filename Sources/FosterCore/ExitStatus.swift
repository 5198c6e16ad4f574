/// How a process ended (waitid(2)).
public enum ExitStatus: Hashable, Sendable, Codable, CustomStringConvertible {
    case exited(code: UInt8)
    case signaled(Signal, coreDumped: Bool)

    /// The code a shell would show: the process's own, or 128 + the signal's number.
    public var code: UInt8 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal, _): 128 &+ signal.number
        }
    }

    public var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signaled(let signal, let coreDumped): "killed by \(signal)\(coreDumped ? " (core dumped)" : "")"
        }
    }
}

/// Why a run never reached its program: the step between clone and exec that failed, on what, and the kernel's word for it.
public struct SpawnFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// `exec`, `chdir`, `user` …: the step, by the system call's name where there is one.
    public let stage: String
    /// The path or name the step was about, or empty.
    public let subject: String
    /// `ENOENT`, or a sentence where no system call failed (`no such user`).
    public let reason: String
    /// 127 not found, 126 not executable, 125 anything else.
    public let exitCode: UInt8

    public init(stage: String, subject: String, reason: String, exitCode: UInt8) {
        self.stage = stage
        self.subject = subject
        self.reason = reason
        self.exitCode = exitCode
    }

    public var description: String {
        subject.isEmpty ? "\(stage): \(reason)" : "\(stage) \"\(subject)\": \(reason)"
    }
}
