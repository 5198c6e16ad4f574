import CFoster
import Glibc
public import SystemPackage

/// The terminal behind stdin, and which process group has it (tcsetpgrp(3)).
public enum ControllingTerminal {
    public static var exists: Bool { isatty(0) == 1 }

    /// The controlling terminal itself, also where stdin is something else; `nil` where there is none.
    public static func open() -> SharedDescriptor? {
        let raw = Glibc.open("/dev/tty", O_RDWR | O_CLOEXEC)
        return raw < 0 ? nil : SharedDescriptor(Descriptor(owning: raw))
    }

    /// Lets go of stdin as the controlling terminal (ioctl_tty(2), TIOCNOTTY). Where this process leads the session, it is let go of
    /// by all, and its foreground group gets SIGHUP and SIGCONT; the answer is whether it does.
    public static func leave() throws(Errno) -> Bool {
        try retryingInterrupts { foster_leave_terminal() }
        return getsid(0) == getpid()
    }

    /// Whether stdin is a terminal on which this process stands in the foreground: only then it may give it away.
    public static var isOurs: Bool { isatty(0) == 1 && tcgetpgrp(0) == getpgrp() }

    /// Whether this process group has the terminal.
    public static func isForeground(_ group: Int32) -> Bool { tcgetpgrp(0) == group }

    /// Makes a process group the foreground one. SIGTTOU must be blocked, or the caller is stopped for it.
    public static func give(to group: Int32) throws(Errno) {
        try retryingInterrupts { tcsetpgrp(0, group) }
    }

    /// Takes the terminal back from a process group that has it and is gone, for whoever goes on after this process.
    public static func takeBack(from group: Int32) {
        if tcgetpgrp(0) == group { _ = tcsetpgrp(0, getpgrp()) }
    }
}

extension Children {
    /// The signal that has stopped a child since last asked; `nil` where none has.
    public static func stopSignal(of pid: Int32) -> UInt8? {
        let number = foster_stopped_by(pid)
        return number > 0 ? UInt8(truncatingIfNeeded: number) : nil
    }
}

extension Host {
    /// Stops this process until it is continued. Not for PID 1, for which it does nothing.
    public static func stop() { _ = kill(getpid(), SIGSTOP) }

    /// Stops this process's group as the terminal would, with SIGTSTP by its default action, until it is continued.
    ///
    /// The kernel discards that for a group that nobody could continue (setpgid(2), orphaned process groups), and for PID 1: then it
    /// does nothing. SIGTSTP must be blocked, and at its default.
    public static func stopGroup() {
        _ = kill(0, SIGTSTP)
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTSTP)
        // Here it is delivered, and here this process goes on.
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
