import CFoster
import Glibc
public import SystemPackage

/// A dead child, peeked at or reaped.
public struct DeadChild: Sendable, Hashable {
    public enum End: Sendable, Hashable {
        case exited(code: UInt8)
        case signaled(number: UInt8, coreDumped: Bool)
    }

    public let pid: Int32
    public let end: End
}

/// What there is to know about children (waitid(2)).
public enum Children {
    public enum Peek: Sendable, Hashable {
        case dead(DeadChild)
        /// There are children, and all live.
        case allAlive
        /// There are no children at all.
        case none
    }

    /// Looks at one dead child without reaping it: its pid stays reserved while its group can still be signalled.
    public static func peek() -> Peek {
        var exit = foster_exit()
        while foster_peek_exit(&exit) < 0 {
            if Errno.current != .interrupted { return .none }
        }
        guard exit.pid > 0 else { return .allAlive }
        let status = UInt8(truncatingIfNeeded: exit.status)
        let end: DeadChild.End =
            exit.code == CLD_EXITED
            ? .exited(code: status) : .signaled(number: status, coreDumped: exit.code == CLD_DUMPED)
        return .dead(DeadChild(pid: exit.pid, end: end))
    }

    /// Reaps a child that `peek` showed.
    public static func reap(_ child: DeadChild) { _ = foster_reap(child.pid) }
}

/// A process that foster started: signals go to it through its pidfd, so that they never reach a recycled pid.
public final class ChildHandle: Sendable {
    public let pid: Int32
    private let pidfd: Descriptor?

    init(pid: Int32, pidfd: consuming Descriptor?) {
        self.pid = pid
        self.pidfd = pidfd
    }

    /// Sends a signal to the process alone. ESRCH when it is dead and reaped; a zombie takes every signal in silence.
    public func signal(_ number: UInt8, value: Int64?) throws(Errno) {
        let (flag, payload): (Int32, Int64) = value.map { (1, $0) } ?? (0, 0)
        let pid = pid
        switch pidfd {
        case .some(let pidfd):
            let raw = pidfd.raw
            do throws(Errno) {
                try retryingInterrupts { foster_pidfd_signal(raw, Int32(number), flag, payload) }
                return
            } catch {
                // Seccomp profiles that know CLONE_PIDFD but not this call refuse it; for all others kill(2) says EPERM again.
                guard error == .noFunction || error == .notPermitted else { throw error }
            }
        case .none: break
        }
        // Without pidfds the pid is safe too: foster alone reaps it, and not before it has let go of this handle.
        try retryingInterrupts { foster_signal(pid, Int32(number), flag, payload) }
    }

    /// Sends a signal to the process group that the process leads.
    public func signalGroup(_ number: UInt8) throws(Errno) {
        try ProcessGroup(leader: pid).signal(number)
    }
}

/// A process group by its leader's pid. The number is reserved while the leader is unreaped or a member lives.
public struct ProcessGroup: Sendable, Hashable {
    public let leader: Int32
    public init(leader: Int32) { self.leader = leader }

    /// ESRCH when no member is left. Zombies count as members.
    public func signal(_ number: UInt8) throws(Errno) {
        // kill(-1) and kill(0) mean something else entirely.
        guard leader > 1 else { throw .invalidArgument }
        let group = -leader
        try retryingInterrupts { kill(group, Int32(number)) }
    }

    /// Whether a child of this process is a member; zombies count.
    public var hasChildren: Bool { leader > 1 && foster_group_has_children(leader) != 0 }
}

/// Facts about this process, and switches that belong to it as a whole.
public enum Host {
    public static var pid: Int32 { getpid() }
    public static var uid: UInt32 { geteuid() }
    public static var gid: UInt32 { getegid() }
    public static var isInit: Bool { getpid() == 1 }

    /// Makes the calling process the parent of its descendants' orphans (prctl(2), PR_SET_CHILD_SUBREAPER).
    public static func becomeSubreaper() throws(Errno) {
        try retryingInterrupts { foster_become_subreaper() }
    }

    /// Whether the calling process gets its descendants' orphans without being PID 1.
    public static var isSubreaper: Bool { foster_is_subreaper() != 0 }

    /// Has the kernel send this signal to the calling process when its parent's thread ends (prctl(2), PR_SET_PDEATHSIG).
    public static func setDeathSignal(_ number: UInt8) throws(Errno) {
        try retryingInterrupts { foster_set_death_signal(Int32(number)) }
    }

    /// Undoes an inherited "ignore" of SIGCHLD, under which no child could be waited for; answers whether it was there.
    public static func takeChildSignal() -> Bool { foster_take_child_signal() != 0 }

    /// Takes back the crash handlers of the Swift runtime. With them, `kill -SEGV 1` from inside would reach PID 1 and run a
    /// backtracer in it, which can hang; without them the kernel discards it (kill(2)), and a real fault still ends foster.
    public static func dropCrashHandlers() { foster_drop_handlers() }

    /// Makes every disposition the default, also of what was inherited as ignored: children inherit that.
    public static func resetDispositions() { foster_reset_dispositions() }

    /// Goes to the root, so that no file system is kept busy.
    public static func leaveDirectory() { _ = chdir("/") }

    /// Occupies the standard descriptors that foster was started without, so that no other descriptor gets their numbers.
    /// Close-on-exec: children find them closed, as foster did.
    public static func occupyStandardDescriptors() {
        for fd in Int32(0)...2 where fcntl(fd, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDWR | O_CLOEXEC)
        }
    }

    /// Closes what this process inherited above stderr: all that is not close-on-exec, as everything of foster's own is.
    ///
    /// Without it the other end of a pipe would not see that the program to which it was passed on has closed it.
    public static func closeInherited() {
        // Without /proc: up to a number that can be tried in a moment.
        for fd in ProcFS.ownDescriptors() ?? Array(3..<1024) where fd > 2 && fcntl(fd, F_GETFD) == 0 {
            _ = close(fd)
        }
    }

    /// `/dev/null`, for programs that get no stdin.
    public static func openNull() throws(Errno) -> SharedDescriptor {
        SharedDescriptor(Descriptor(owning: try retryingInterrupts { open("/dev/null", O_RDWR | O_CLOEXEC) }))
    }

    /// Sends a signal to a process by pid: only for a descendant that was just seen in `/proc`.
    public static func signal(pid: Int32, _ number: UInt8) throws(Errno) {
        guard pid > 1 else { throw .invalidArgument }
        try retryingInterrupts { kill(pid, Int32(number)) }
    }

    /// Random bytes of the kernel's, for names that nobody shall guess (getrandom(2)).
    public static func random64() -> UInt64 { foster_random() }
}

/// The number of open descriptors that a process may have (getrlimit(2)).
public struct OpenFilesLimit: Sendable, Hashable {
    public var soft: UInt64
    public var hard: UInt64

    public init(soft: UInt64, hard: UInt64) {
        self.soft = soft
        self.hard = hard
    }

    public static func current() -> OpenFilesLimit {
        var limit = rlimit()
        _ = getrlimit(__rlimit_resource_t(7), &limit)
        return OpenFilesLimit(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
    }

    public func apply() throws(Errno) {
        var limit = rlimit(rlim_cur: rlim_t(soft), rlim_max: rlim_t(hard))
        try retryingInterrupts { setrlimit(__rlimit_resource_t(7), &limit) }
    }
}
