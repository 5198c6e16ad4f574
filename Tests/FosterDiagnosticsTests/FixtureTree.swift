import FosterSystem
import Foundation

/// A `/proc` and a `/sys` in a directory of the test's own, where this process is pid 7.
final class FixtureTree {
    let root: URL
    var files: KernelFiles { KernelFiles(root: root.path) }

    init(hasProc: Bool = true) throws {
        root = FileManager.default.temporaryDirectory.appending(path: "foster-tree-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        guard hasProc else { return }
        try link("/proc/self", to: "7")
        try write("/proc/uptime", "1000.55 1900.00\n")
        try process(1, parent: 0, "init")
        try process(7, parent: 1, "foster")
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    func link(_ path: String, to target: String) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
    }

    func process(_ pid: Int32, parent: Int32, _ name: String, state: String = "S", status: String = "") throws {
        let zeros = Array(repeating: "0", count: 15).joined(separator: " ")
        try write(
            "/proc/\(pid)/stat", "\(pid) (\(name)) \(state) \(parent) 1 1 \(zeros) 4200 0 0\n")
        try write("/proc/\(pid)/cmdline", "/bin/\(name)\0-x\0")
        try write("/proc/\(pid)/status", "Name:\t\(name)\n\(status)")
    }

    /// The control groups of pid 7, by the lines of `cgroup` and `mountinfo`.
    func groups(_ groups: String, mounts: String) throws {
        try write("/proc/7/cgroup", groups)
        try write("/proc/7/mountinfo", mounts)
    }
}
