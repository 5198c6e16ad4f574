import FosterSystem
import Glibc
import SystemPackage

/// The life of one child as `peek` and `reap` show it.
func children(_: [String]) throws {
    show(describe(Children.peek()))
    let launch = try Launch(request("/bin/sleep", "60"))
    show(describe(outcome(of: launch)))
    show(describe(Children.peek()))
    try launch.child.signal(UInt8(SIGKILL), value: nil)
    var info = siginfo_t()
    _ = waitid(P_ALL, 0, &info, WEXITED | WNOWAIT)
    show(describe(Children.peek()))
    show(describe(Children.peek()), ProcFS.facts(of: launch.child.pid)?.isZombie == true ? "zombie" : "gone")
    if case .dead(let child) = Children.peek() { Children.reap(child) }
    show(describe(Children.peek()), ProcFS.facts(of: launch.child.pid) == nil ? "gone" : "there")
    for code in [0, 1, 255] {
        _ = try Launch(request("/bin/sh", "-c", "exit \(code)"))
        show(nextDeath().map { describe($0.end) } ?? "nothing")
    }
    show(describe(Children.peek()))
}

/// Started with SIGCHLD ignored, under which the kernel would reap behind our back.
func childrenIgnored(_: [String]) throws {
    show(Host.takeChildSignal())
    show(Host.takeChildSignal())
    _ = try Launch(request("/bin/sh", "-c", "exit 5"))
    show(nextDeath().map { describe($0.end) } ?? "nothing")
}

/// A shell leaves a child behind that lives until it is told to end.
func adoptOrphan(_ arguments: [String]) throws {
    if arguments.first == "subreaper" { try Host.becomeSubreaper() }
    // Blocking, as a shell's stdin should be.
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
    let writing = try Descriptor(inherited: ends[1])
    var request = request("/bin/sh", "-c", "exec 3<&0; sh -c 'read line; exit 9' <&3 & exit 3")
    request.input = SharedDescriptor(try Descriptor(inherited: ends[0]))
    _ = try Launch(request)
    show(nextDeath().map { describe($0.end) } ?? "nothing")
    show(describe(Children.peek()))
    _ = try [UInt8(10)].withUnsafeBytes { bytes throws(Errno) in try writing.write(bytes) }
    show(nextDeath().map { describe($0.end) } ?? "nothing")
}

/// A kernel that gives pidfds and refuses to signal through them.
func refusedPidfdSignal(_ arguments: [String]) throws {
    try refuse(arguments)
    let launch = try Launch(request("/bin/sleep", "60"))
    show(describe(outcome(of: launch)))
    try launch.child.signal(UInt8(SIGTERM), value: nil)
    show(nextDeath().map { describe($0.end) } ?? "nothing")
}

/// What `/proc` says of the own children: none, one alive, one dead, none, an adopted one.
func ownChildren(_: [String]) throws {
    guard ProcFS.ownChildren() == [] else { return show("unknown") }
    show("none")
    let launch = try Launch(request("/bin/sleep", "60"))
    _ = outcome(of: launch)
    show(ProcFS.ownChildren() == [launch.child.pid] ? "the launched" : "others")
    try launch.child.signal(UInt8(SIGKILL), value: nil)
    var info = siginfo_t()
    _ = waitid(P_ALL, 0, &info, WEXITED | WNOWAIT)
    show(ProcFS.ownChildren() == [launch.child.pid] ? "a zombie too" : "others")
    _ = nextDeath()
    show(ProcFS.ownChildren() == [] ? "none" : "others")
    try Host.becomeSubreaper()
    let shell = try Launch(request("/bin/sh", "-c", "sleep 60 & exit 3"))
    _ = outcome(of: shell)
    _ = nextDeath()
    guard let orphan = ProcFS.ownChildren()?.first else { return show("nobody") }
    show(orphan != shell.child.pid ? "an orphan" : "the shell")
    try Host.signal(pid: orphan, UInt8(SIGKILL))
    _ = nextDeath()
}

/// What `/proc` says of a process in its own pid namespace, where `/proc` may be that of another.
func shownProcesses(_: [String]) {
    show("pid", getpid())
    show(ProcFS.isAvailable)
    show(ProcFS.processes().count)
    show(ProcFS.ownChildren() as Any)
    show(ProcFS.facts(of: getpid()).map(\.pid) as Any)
    show(ProcFS.environmentVariable("SHOWN", of: getpid()) as Any)
}
