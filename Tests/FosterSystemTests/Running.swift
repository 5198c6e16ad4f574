import CSystemProbe
import Foundation
import Glibc
import SystemPackage
import Testing

/// What a program wrote to stdout and stderr, and how it ended.
struct Finished {
    let bytes: [UInt8]
    /// The exit code, or 128 and the signal.
    let code: Int32

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var lines: [String] { text.split(separator: "\n").map(String.init) }
}

/// The probe stands where the tests stand.
let probePath: String = {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("SystemProbe").path
}()

let isRoot = geteuid() == 0

func probe(_ arguments: String..., environment: [String: String] = [:]) throws -> Finished {
    try run([probePath] + arguments, environment: environment)
}

/// Runs the probe (`"$0" "$@"`) at the end of a shell's line, which prepares the process for it.
func probe(under shell: String, _ arguments: String..., environment: [String: String] = [:]) throws -> Finished {
    // dash knows no descriptor above 9.
    try run(["/bin/bash", "-c", shell, probePath] + arguments, environment: environment)
}

/// Runs a program to its end without FosterSystem, with nothing open but the standard descriptors. After 60 s it is killed.
func run(_ words: [String], environment: [String: String] = [:]) throws -> Finished {
    let variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 }
    let argv = words.map { strdup($0) } + [nil]
    let envp = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var output: Int32 = -1
    let pid = probe_spawn(argv, envp, &output)
    guard pid > 0 else { throw Errno(rawValue: errno) }
    defer { close(output) }
    let bytes = readToEnd(output) { kill(pid, SIGKILL) }
    return Finished(bytes: bytes, code: endOf(pid))
}

/// Waits for a child and reaps it: its exit code, or 128 and the signal.
func endOf(_ pid: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
        if errno != EINTR { return -1 }
    }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
}

/// Reads until nobody can write any more; after 60 s it records that and calls `giveUp`.
func readToEnd(_ descriptor: Int32, giveUp: () -> Void) -> [UInt8] {
    let end = ContinuousClock.now + .seconds(60)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 1000) > 0 else {
            if ContinuousClock.now < end { continue }
            Issue.record("not done after 60 s")
            giveUp()
            return bytes
        }
        let size = read(descriptor, &buffer, buffer.count)
        if size <= 0 { return bytes }
        bytes += buffer.prefix(size)
    }
}

/// An empty directory, removed with its owner.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/foster-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Makes a file through another program: a child that some test starts at this moment could keep it open for writing,
    /// and then it could not be executed.
    func file(_ name: String, _ text: String = "", mode: Int = 0o644) throws -> String {
        let file = path + "/" + name
        let shell = "printf %s \"$1\" > \"$0\" && chmod \(String(mode, radix: 8)) \"$0\""
        #expect(try run(["/bin/sh", "-c", shell, file, text]).code == 0)
        return file
    }
}
