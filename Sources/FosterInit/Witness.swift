public import FosterCore
public import SystemPackage

/// Sees processes and signals as they come, on the init thread: for who tells of them in words of its own. Must not block for long.
public protocol Witness: AnyObject {
    func saw(_ sight: Sight)
}

public enum Sight {
    /// The command has been executed.
    case launched(pid: Int32)
    /// The process, if there was one, did not get as far as the command: the step by its system call's name.
    case launchFailed(pid: Int32?, stage: String, Errno)
    /// Also SIGCHLD, and before anything is done about it.
    case signal(Signal)
    case reaped(pid: Int32, ExitStatus, isMain: Bool)
    /// No more dead children for now.
    case reapedAll(hasChildren: Bool)
}
