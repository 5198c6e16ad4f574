import FosterSystem

/// What `/proc` says of one process, as far as findings are made of it.
public struct ProcessRecord: Hashable, Sendable {
    public var pid: Int32
    public var parent: Int32
    /// `comm`: whatever the process has chosen, at most 15 bytes.
    public var name: String
    /// The words of the command line; empty for zombies and where they may not be read.
    public var words: [String] = []
    public var isZombie = false
    /// Clock ticks since boot.
    public var startTime: UInt64 = 0
    /// What it does with signals; `nil` where `status` could not be read.
    public var signals: Signals?
    /// Its pid in each pid namespace that it is in, outermost first, beginning with the examiner's.
    public var namespacePids: [Int32] = []

    /// Whether it waits in sigwait(3), as far as that is of interest: while it does, the kernel shows the signals that it waits for as
    /// unblocked.
    public var isInSignalWait = false

    /// Bit n - 1 stands for signal n.
    public struct Signals: Hashable, Sendable {
        public var blocked: UInt64
        public var ignored: UInt64
        public var caught: UInt64

        public init(blocked: UInt64 = 0, ignored: UInt64 = 0, caught: UInt64 = 0) {
            self.blocked = blocked
            self.ignored = ignored
            self.caught = caught
        }
    }

    public init(pid: Int32, parent: Int32, name: String) {
        self.pid = pid
        self.parent = parent
        self.name = name
    }

    /// Reads one process; `nil` when it is gone.
    init?(_ pid: Int32, from files: KernelFiles) {
        guard let facts = files.process(pid) else { return nil }
        self.init(pid: pid, parent: facts.parent, name: facts.name)
        isZombie = facts.isZombie
        startTime = facts.startTime
        guard !isZombie else { return }
        if let bytes = files.read("/proc/\(pid)/cmdline", limit: 4096), !bytes.isEmpty {
            let whole = bytes.last == 0 ? bytes.dropLast() : bytes[...]
            words = whole.split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
        }
        if let status = files.read("/proc/\(pid)/status") { read(status: status) }
        guard pid == 1 || namespacePids.last == 1 else { return }
        let call = files.text("/proc/\(pid)/syscall", limit: 256)?.split(separator: " ").first
        isInSignalWait =
            call == Self.signalWait
            || files.text("/proc/\(pid)/wchan", limit: 256)?.hasPrefix("do_sigtimedwait") ?? false
    }

    /// The number of rt_sigtimedwait(2).
    #if arch(x86_64)
        private static let signalWait: Substring = "128"
    #else
        private static let signalWait: Substring = "137"
    #endif

    /// Takes what is of use from proc_pid_status(5). The name is escaped there: no line of it can look like another.
    mutating func read(status bytes: [UInt8]) {
        var masks: [String: UInt64] = [:]
        for line in bytes.split(separator: 10) {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2, let key = parts.first, let rest = parts.last else { continue }
            let values = rest.split { $0 == 9 || $0 == 32 }.map { String(decoding: $0, as: UTF8.self) }
            switch String(decoding: key, as: UTF8.self) {
            case "NSpid": namespacePids = values.compactMap { Int32($0) }
            case let name where ["SigBlk", "SigIgn", "SigCgt"].contains(name):
                masks[name] = values.first.flatMap { UInt64($0, radix: 16) }
            default: break
            }
        }
        guard let blocked = masks["SigBlk"], let ignored = masks["SigIgn"], let caught = masks["SigCgt"] else { return }
        signals = Signals(blocked: blocked, ignored: ignored, caught: caught)
    }
}

extension ProcessRecord {
    /// `pid 1: comm=sh, cmdline="sh -c nginx"`.
    var description: String {
        let line = words.isEmpty ? "" : ", cmdline=\(Printable.commandLine(words))"
        return "pid \(pid): comm=\(Printable.text(name))\(line)"
    }

    /// What it does with a signal, in the kernel's words: `SigIgn 0000000000004000 has SIGTERM`.
    enum Disposition: Hashable { case handled, ignored, unhandled, unknown }

    func disposition(of signal: UInt8) -> Disposition {
        guard let signals, (1...64).contains(signal) else { return .unknown }
        // SIGKILL and SIGSTOP need no handler.
        if signal == 9 || signal == 19 { return .handled }
        let bit = UInt64(1) << UInt64(signal - 1)
        if signals.ignored & bit != 0 { return .ignored }
        // Who blocks a signal takes it by signalfd(2) or sigwait(3).
        return isInSignalWait || (signals.caught | signals.blocked) & bit != 0 ? .handled : .unhandled
    }

    /// Whether it is a shell that runs a script given by `-c`, which it has not replaced itself with by exec.
    var isShellWithCommand: Bool {
        var rest = words[...]
        guard var program = rest.popFirst().map(Self.baseName) else { return false }
        if program == "busybox", let applet = rest.popFirst() { program = Self.baseName(applet) }
        guard Self.shells.contains(program) else { return false }
        while let word = rest.popFirst(), word.hasPrefix("-") || word.hasPrefix("+") {
            if word == "-" || word == "--" { return false }
            if word.hasPrefix("--") { continue }
            if word.hasPrefix("-"), word.contains("c") { return true }
            // Its value is a word of its own.
            if word.hasSuffix("o") { _ = rest.popFirst() }
        }
        return false
    }

    private static let shells: Set<String> = ["sh", "ash", "bash", "dash", "ksh", "mksh", "yash", "zsh"]

    /// Without directories, and without the dash of a login shell.
    private static func baseName(_ word: String) -> String {
        let name = word.split(separator: "/").last.map(String.init) ?? ""
        return name.hasPrefix("-") ? String(name.dropFirst()) : name
    }

    /// Whether it is PID 1 of a pid namespace below the examiner's.
    func isInnerInit(parent: ProcessRecord?) -> Bool {
        guard namespacePids.count > 1, namespacePids.last == 1 else { return false }
        return (parent?.namespacePids.count ?? 1) < namespacePids.count
    }
}
