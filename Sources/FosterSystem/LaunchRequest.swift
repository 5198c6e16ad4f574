import CFoster
import Glibc
public import SystemPackage

/// Everything that is needed to start a program, looked up beforehand: nothing of it can block.
public struct LaunchRequest: Sendable {
    /// Absolute or relative paths, tried in this order as execvp(3) does; never empty.
    public var paths: [CText]
    /// The program's words, its own name first.
    public var arguments: [CText]
    /// `NAME=value` each.
    public var environment: [CText]
    /// Variables of `environment` whose value is to be the program's own pid, whatever it is there.
    public var pidVariables: [String] = []
    public var workingDirectory: String?
    public var input: SharedDescriptor?
    public var output: SharedDescriptor?
    public var error: SharedDescriptor?
    public var session: SessionKind = .inherited
    /// Whether descriptors above stderr are kept from the program.
    public var closesOthers = false
    /// Whose foreground group `session` speaks of, where that is not stdin.
    public var terminal: SharedDescriptor?
    public var identity: Identity?
    public var openFiles: OpenFilesLimit?
    public var deathSignal: UInt8 = 0
    public var signalMask: SignalMask
    public var ignoresChildSignal = false
    public var method: Method = .copy

    public enum SessionKind: Sendable {
        case inherited
        /// A process group of its own, which becomes the terminal's foreground group where there is a terminal.
        case group(foreground: Bool)
        case newSession
        /// The same, and stdin becomes its controlling terminal, where it is a terminal without a session.
        case newSessionOnTerminal
    }

    public enum Method: Sendable, CaseIterable {
        /// Nothing is shared, nothing is waited for.
        case copy
        /// As vfork(2): the caller waits until exec.
        case share
        /// What remains where the kernel refuses the flags of the others.
        case fork
    }

    /// The user and groups that a program runs as.
    public struct Identity: Sendable, Hashable {
        public var uid: UInt32
        public var gid: UInt32
        public var groups: [UInt32]

        public init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
            self.uid = uid
            self.gid = gid
            self.groups = groups
        }
    }

    public init(paths: [CText], arguments: [CText], environment: [CText], signalMask: SignalMask) {
        self.paths = paths
        self.arguments = arguments
        self.environment = environment
        self.signalMask = signalMask
    }
}

/// A process between clone and exec.
public final class Launch: Sendable {
    public let child: ChildHandle
    private let report: Descriptor

    /// To be watched for reading: it becomes readable when `outcome` is known.
    public var reportDescriptor: Descriptor { _read { yield report } }

    public enum Outcome: Sendable, Hashable {
        case pending
        case executed
        /// The step, by the name of its system call, and why it failed.
        case failed(stage: String, Errno)
    }

    /// Starts it. Init thread only, which `deathSignal` is tied to. Throws when there is no process at all (EAGAIN, ENOMEM, EMFILE).
    public init(_ request: borrowing LaunchRequest) throws(Errno) {
        var spawned = foster_spawned()
        try Self.spawn(request, &spawned)
        child = ChildHandle(
            pid: spawned.pid, pidfd: spawned.pidfd >= 0 ? Descriptor(owning: spawned.pidfd) : nil)
        report = Descriptor(owning: spawned.report)
    }

    /// What became of it; does not block. The answer is told once: only while it is `pending` there is a reason to ask again.
    public func outcome() -> Outcome {
        var message = foster_spawn_report()
        do {
            let size = try withUnsafeMutableBytes(of: &message) { bytes throws(Errno) in
                try report.read(into: bytes)
            }
            guard size == MemoryLayout<foster_spawn_report>.size else { return .executed }
            return .failed(stage: Self.name(of: message.stage), Errno(rawValue: message.error))
        } catch {
            return error == .wouldBlock
                ? .pending : .failed(stage: "report", error)
        }
    }

    private static func name(of stage: Int32) -> String {
        switch UInt32(bitPattern: stage) {
        case FOSTER_STAGE_SESSION.rawValue: "setsid"
        case FOSTER_STAGE_DESCRIPTORS.rawValue: "dup"
        case FOSTER_STAGE_LIMITS.rawValue: "setrlimit"
        case FOSTER_STAGE_DIRECTORY.rawValue: "chdir"
        case FOSTER_STAGE_GROUPS.rawValue: "setgroups"
        case FOSTER_STAGE_GID.rawValue: "setgid"
        case FOSTER_STAGE_UID.rawValue: "setuid"
        case FOSTER_STAGE_DEATH_SIGNAL.rawValue: "prctl"
        case FOSTER_STAGE_SIGNALS.rawValue: "sigprocmask"
        default: "exec"
        }
    }

    private static func spawn(
        _ request: borrowing LaunchRequest, _ spawned: inout foster_spawned
    ) throws(Errno) {
        let paths = CStringArray(request.paths)
        let arguments = CStringArray(request.arguments)
        let script = CStringArray(["/bin/sh", ""] + request.arguments.dropFirst())
        let pidVariables = request.pidVariables
        let environment = CStringArray(request.environment, reserving: Int(FOSTER_PID_ROOM)) { entry in
            pidVariables.isEmpty ? nil : entry.valueOffset(among: pidVariables)
        }
        let directory = request.workingDirectory.map { CStringArray([CText($0)]) }
        let groups = request.identity?.groups ?? []

        var raw = foster_spawn()
        raw.directory = directory?.first
        raw.input = request.input?.descriptor.raw ?? -1
        raw.output = request.output?.descriptor.raw ?? -1
        raw.error = request.error?.descriptor.raw ?? -1
        raw.terminal = request.terminal?.descriptor.raw ?? 0
        raw.flags = flags(of: request)
        raw.uid = request.identity?.uid ?? 0
        raw.gid = request.identity?.gid ?? 0
        raw.open_files_soft = request.openFiles?.soft ?? 0
        raw.open_files_hard = request.openFiles?.hard ?? 0
        raw.death_signal = Int32(request.deathSignal)
        raw.signal_mask = request.signalMask.bits
        let method =
            switch request.method {
            case .copy: FOSTER_SPAWN_COPY
            case .share: FOSTER_SPAWN_SHARE
            case .fork: FOSTER_SPAWN_FORK
            }
        let failure: Errno? = groups.withUnsafeBufferPointer { groups in
            raw.groups = groups.baseAddress
            raw.group_count = groups.count
            raw.paths = paths.pointer
            raw.argv = arguments.pointer
            raw.script_argv = script.mutablePointer
            raw.envp = environment.pointer
            raw.pid_places = environment.places.map { UnsafePointer($0) }
            return foster_spawn(&raw, method, &spawned) < 0 ? Errno.current : nil
        }
        // The strings must outlive the call, and with `share` the child's use of them, which ends before the call does.
        withExtendedLifetime((paths, arguments, script, environment, directory)) {}
        if let failure { throw failure }
    }

    private static func flags(of request: borrowing LaunchRequest) -> UInt32 {
        var flags: UInt32 = 0
        switch request.session {
        case .inherited: break
        case .group(let foreground):
            flags |= FOSTER_SPAWN_NEW_GROUP.rawValue
            if foreground { flags |= FOSTER_SPAWN_FOREGROUND.rawValue }
        case .newSession: flags |= FOSTER_SPAWN_NEW_SESSION.rawValue
        case .newSessionOnTerminal:
            flags |= FOSTER_SPAWN_NEW_SESSION.rawValue | FOSTER_SPAWN_TAKE_TERMINAL.rawValue
        }
        if request.closesOthers { flags |= FOSTER_SPAWN_CLOSE_OTHERS.rawValue }
        if request.identity != nil { flags |= FOSTER_SPAWN_IDENTITY.rawValue }
        if request.openFiles != nil { flags |= FOSTER_SPAWN_OPEN_FILES.rawValue }
        if request.ignoresChildSignal { flags |= FOSTER_SPAWN_IGNORE_CHILD.rawValue }
        return flags
    }
}

/// A NULL-terminated array of C strings, freed with its owner.
private final class CStringArray {
    private let storage: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    /// Apart from the array, in which a child that shares memory replaces the name of a script.
    private let strings: [UnsafeMutablePointer<CChar>]

    /// Where in some of the strings something else is to be written; NULL at the end.
    let places: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

    /// `place` says where in a text something else will be written, which is given `room` bytes from there on.
    init(_ texts: [CText], reserving room: Int = 0, at place: (CText) -> Int? = { _ in nil }) {
        var found: [UnsafeMutablePointer<CChar>] = []
        strings = texts.map { text in
            let offset = place(text)
            let needed = max(text.bytes.count + 1, offset.map { $0 + room } ?? 0)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: needed)
            for (offset, byte) in text.bytes.enumerated() { copy[offset] = CChar(bitPattern: byte) }
            copy[text.bytes.count] = 0
            if let offset { found.append(copy + offset) }
            return copy
        }
        places = found.isEmpty ? nil : .allocate(capacity: found.count + 1)
        for (index, place) in found.enumerated() { places?[index] = place }
        places?[found.count] = nil
        storage = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { storage[index] = string }
        storage[strings.count] = nil
    }

    deinit {
        for string in strings { string.deallocate() }
        storage.deallocate()
        places?.deallocate()
    }

    var first: UnsafePointer<CChar>? { UnsafePointer(storage[0]) }

    var pointer: UnsafePointer<UnsafePointer<CChar>?> {
        UnsafeRawPointer(storage).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }

    var mutablePointer: UnsafeMutablePointer<UnsafePointer<CChar>?> {
        UnsafeMutableRawPointer(storage).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }
}
