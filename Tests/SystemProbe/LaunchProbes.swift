import CSystemProbe
import FosterSystem
import Glibc
import SystemPackage

/// `[CALL ERRNO]...`: has the kernel refuse these calls from now on.
func refuse(_ arguments: [String]) throws {
    for index in stride(from: 0, to: arguments.count - 1, by: 2) {
        guard let error = Int32(arguments[index + 1]), probe_refuse(arguments[index], error) == 0 else {
            throw Errno(rawValue: errno)
        }
    }
}

/// `METHOD CLOSES-OTHERS PROGRAM [CALL ERRNO]...`: launches, as user ID where that is set; shows the outcome and end.
func launch(_ arguments: [String]) throws {
    try refuse(Array(arguments.dropFirst(3)))
    var request = request("/bin/sh", "-c", arguments[2])
    if arguments[2].hasPrefix("/") { request.paths = [CText(arguments[2])] }
    request.method = arguments[0] == "share" ? .share : arguments[0] == "fork" ? .fork : .copy
    request.closesOthers = arguments[1] == "closed"
    if let id = getenv("ID").flatMap({ UInt32(String(cString: $0)) }) {
        request.identity = LaunchRequest.Identity(uid: id, gid: id, groups: [id])
    }
    if getenv("FOREGROUND") != nil { request.session = .group(foreground: true) }
    let launch = try Launch(request)
    let result = outcome(of: launch)
    let death = nextDeath()
    show(describe(result))
    show(death.map { describe($0.end) } ?? "nothing")
}

/// One of everything that foster opens; what a program that keeps inherited descriptors sees of it.
func ownDescriptors(_: [String]) throws {
    let epoll = try Epoll()
    let event = try EventDescriptor()
    let signals = try SignalDescriptor(SignalMask(bits: 1))
    let notify = try NotifySocket()
    let listener = try Listener.tcp(host: "127.0.0.1", port: 0)
    let pipe = try Pipe()
    let pair = try Descriptor.socketPair()
    let copy = try pipe.writing.descriptor.duplicate()
    let earlier = try Launch(request("/bin/sleep", "60"))
    for method in LaunchRequest.Method.allCases {
        var request = request("/bin/ls", "/proc/self/fd")
        request.method = method
        _ = outcome(of: try Launch(request))
        show(nextDeath().map { describe($0.end) } ?? "nothing")
    }
    try earlier.child.signal(UInt8(SIGKILL), value: nil)
    try epoll.add(event.descriptor, for: .readable, value: 0)
    withExtendedLifetime((listener, pipe, pair)) {}
    _ = (notify.address, copy.number, signals.descriptor.number)
}

/// Descriptors before, while one more is open, and after a thousand launches.
func descriptorCount(_: [String]) throws {
    func count() -> Int { ProcFS.openDescriptors() ?? -1 }
    let before = count()
    let probe = try EventDescriptor()
    show("held", count() - before)
    probe.ring()
    let held = count()
    for index in 0..<1000 {
        var request = request(index % 2 == 0 ? "/bin/true" : "/nonexistent")
        request.method = LaunchRequest.Method.allCases[index % 3]
        let launch = try Launch(request)
        _ = outcome(of: launch)
        _ = nextDeath()
    }
    show("left", count() - held)
    probe.clear()
}

/// `DIRECTORY`: every way to place the descriptors 0, 1 and 2 onto themselves and each other.
func standardPlaces(_ arguments: [String]) throws {
    factDescriptor = fcntl(1, F_DUPFD_CLOEXEC, 10)
    let files = (0..<3).map { "\(arguments[0])/file\($0)" }
    for (number, file) in files.enumerated() {
        let opened = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        _ = dup2(opened, Int32(number))
    }
    let sources: [Int32?] = [nil, 0, 1, 2]
    let shared = try (0..<3).map { SharedDescriptor(try Descriptor(inherited: Int32($0))) }
    for input in sources {
        for output in sources {
            for error in sources {
                let seen = "\(arguments[0])/seen"
                unlink(seen)
                var request = request("/proc/self/exe", "places", seen)
                request.input = input.map { shared[Int($0)] }
                request.output = output.map { shared[Int($0)] }
                request.error = error.map { shared[Int($0)] }
                let result = outcome(of: try Launch(request))
                _ = nextDeath()
                let found = lines(of: seen).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
                // What stays is close-on-exec here, so that a place without a source is closed.
                let wanted = [input, output, error].map { $0.map { "file\($0)" } ?? "closed" }
                show(describe(result), found == wanted ? "right" : "wrong: \(found) instead of \(wanted)")
            }
        }
    }
}

/// `FILE`: writes there what the descriptors 0, 1 and 2 are.
func places(_ arguments: [String]) {
    let found = (0..<3).map { number in
        var target = [CChar](repeating: 0, count: 4096)
        let size = readlink("/proc/self/fd/\(number)", &target, target.count)
        return size < 0 ? "closed" : String(decoding: target.prefix(size).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    factDescriptor = open(arguments[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    for place in found { show(place) }
}

private func lines(of path: String) -> [String] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var result: [String] = []
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), file) != nil {
        result.append(String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    return result
}

/// Started with 0 and 1 closed, so that the report pipe would get their numbers.
func reportNumber(_: [String]) throws {
    factDescriptor = 2
    let errors = SharedDescriptor(try Descriptor(inherited: 2))
    for method in LaunchRequest.Method.allCases {
        var request = request("/nonexistent")
        request.method = method
        request.input = SharedDescriptor(try errors.descriptor.duplicate())
        request.output = request.input
        let launch = try Launch(request)
        show(describe(outcome(of: launch)))
        _ = nextDeath()
    }
}

/// Starts a program that outlives everybody, if the death signal does not end it.
func deathSignal(_ arguments: [String]) throws {
    var request = request("/bin/sleep", "60")
    request.deathSignal = UInt8(SIGKILL)
    request.method = arguments[0] == "share" ? .share : arguments[0] == "fork" ? .fork : .copy
    request.identity = LaunchRequest.Identity(uid: 65534, gid: 65534, groups: [])
    show(describe(outcome(of: try Launch(request))))
}

/// Takes the standard descriptors that it was started without; whether a child would inherit what is there now.
func standardDescriptors(_ arguments: [String]) {
    factDescriptor = Int32(arguments[0]) ?? 2
    Host.occupyStandardDescriptors()
    for number in Int32(0)...2 {
        let flags = fcntl(number, F_GETFD)
        show(number, flags < 0 ? "closed" : flags & FD_CLOEXEC != 0 ? "kept from children" : "inherited")
    }
    let next = open("/dev/null", O_RDONLY | O_CLOEXEC)
    show("next", next > 2)
}
