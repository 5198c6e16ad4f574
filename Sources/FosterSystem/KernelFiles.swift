import Glibc

/// The small files of `/proc` and `/sys`, below a root that tests choose. What cannot be read is `nil`, never an error: a process may be
/// gone and a file forbidden at any time.
public struct KernelFiles: Sendable, Hashable {
    /// Put before every path; empty for the system's own files.
    public let root: String

    public init(root: String = "") { self.root = root }

    /// The first bytes of a file.
    public func read(_ path: String, limit: Int = 16_384) -> [UInt8]? { ProcFS.read(root + path, limit: limit) }

    /// A file's text without the blanks at its end; what is not UTF-8 is replaced.
    public func text(_ path: String, limit: Int = 16_384) -> String? {
        guard var bytes = read(path, limit: limit)?[...] else { return nil }
        while let last = bytes.last, last == 10 || last == 32 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    public func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }

    /// What a symbolic link says.
    public func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 4096)
        let size = readlink(root + path, &target, target.count)
        return size > 0 ? String(decoding: target.prefix(size).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// The numbers among the names in a directory: the pids of `/proc`.
    public func numbers(in path: String) -> [Int32] {
        guard let directory = opendir(root + path) else { return [] }
        defer { closedir(directory) }
        var result: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = Int32(name) { result.append(number) }
        }
        return result
    }

    /// What `/proc/PID/stat` says.
    public func process(_ pid: Int32) -> ProcessFacts? {
        read("/proc/\(pid)/stat", limit: 4096).flatMap(ProcFS.parse(stat:))
    }
}
