import Glibc

/// What `/proc` says of one process (proc(5)); a process that is gone is `nil` everywhere.
public struct ProcessFacts: Sendable, Hashable {
    public let pid: Int32
    public let name: String
    /// `R S D Z T …`.
    public let state: UInt8
    public let parent: Int32
    public let group: Int32
    public let session: Int32
    /// Clock ticks since boot: with the pid it names a process for good.
    public let startTime: UInt64
    /// Clock ticks of processor time, of itself alone.
    public let userTime: UInt64
    public let systemTime: UInt64
    public let threads: Int
    /// Bytes of address space.
    public let virtualBytes: UInt64
    /// Pages.
    public let residentPages: UInt64

    public var isZombie: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }
}

/// Reads `/proc`. Every call opens and reads small files that the kernel makes up; none of it blocks on a disk.
public enum ProcFS {
    /// Whether `/proc` is mounted and shows this pid namespace.
    ///
    /// One of another namespace (`unshare --pid` without a mount of its own) shows other processes under the numbers of ours:
    /// it is as good as none.
    public static var isAvailable: Bool {
        var target = [CChar](repeating: 0, count: 16)
        let size = readlink("/proc/self", &target, target.count)
        return size > 0 && number(target.prefix(size).map(UInt8.init(bitPattern:))[...], as: Int32.self) == getpid()
    }

    /// Every process that `/proc` shows, in no order.
    public static func processes() -> [ProcessFacts] { pids().compactMap(shownFacts(of:)) }

    /// Every pid that `/proc` shows.
    public static func pids() -> [Int32] { isAvailable ? numbers(in: "/proc") ?? [] : [] }

    /// This process's open descriptors; `nil` where they cannot be listed.
    static func ownDescriptors() -> [Int32]? { isAvailable ? numbers(in: "/proc/self/fd") : nil }

    private static func numbers(in path: String) -> [Int32]? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var result: [Int32] = []
        while let entry = readdir(directory) {
            let pid = withUnsafeBytes(of: &entry.pointee.d_name) { decimal($0.prefix { $0 != 0 }) }
            if let pid { result.append(pid) }
        }
        return result
    }

    private static func decimal(_ digits: Slice<UnsafeRawBufferPointer>) -> Int32? {
        guard !digits.isEmpty, digits.count < 10 else { return nil }
        var value: Int32 = 0
        for digit in digits {
            guard digit >= 48, digit <= 57 else { return nil }
            value = value * 10 + Int32(digit - 48)
        }
        return value
    }

    public static func facts(of pid: Int32) -> ProcessFacts? { isAvailable ? shownFacts(of: pid) : nil }

    private static func shownFacts(of pid: Int32) -> ProcessFacts? {
        read("/proc/\(pid)/stat", limit: 4096).flatMap(parse(stat:))
    }

    /// The command line, words as they stand; empty for a zombie or a kernel thread.
    public static func commandLine(of pid: Int32) -> [String] {
        guard let bytes = read("/proc/\(pid)/cmdline", limit: 65_536), !bytes.isEmpty else { return [] }
        let words = bytes.last == 0 ? bytes.dropLast() : bytes[...]
        return words.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Real uid, from `/proc/PID/status`.
    public static func uid(of pid: Int32) -> UInt32? {
        guard let bytes = read("/proc/\(pid)/status", limit: 16_384) else { return nil }
        for line in bytes.split(separator: 10) where line.starts(with: "Uid:".utf8) {
            let words = line.dropFirst(4).split { $0 == 9 || $0 == 32 }
            return words.first.flatMap { UInt32(String(decoding: $0, as: UTF8.self)) }
        }
        return nil
    }

    /// The children of this process's main thread, which is where orphans come to; `nil` where the kernel has no such file
    /// (CONFIG_PROC_CHILDREN).
    public static func ownChildren() -> [Int32]? {
        let pid = getpid()
        guard isAvailable, let bytes = read("/proc/\(pid)/task/\(pid)/children", limit: 1 << 20) else { return nil }
        return bytes.split(separator: 32).compactMap { number($0, as: Int32.self) }
    }

    /// A variable of the environment that a process was started with; `nil` where it has none or may not be read.
    public static func environmentVariable(_ name: String, of pid: Int32) -> String? {
        guard isAvailable, let bytes = read("/proc/\(pid)/environ", limit: 1 << 18) else { return nil }
        let prefix = Array("\(name)=".utf8)
        for entry in bytes.split(separator: 0) where entry.starts(with: prefix) {
            return String(decoding: entry.dropFirst(prefix.count), as: UTF8.self)
        }
        return nil
    }

    /// How many descriptors this process has open.
    public static func openDescriptors() -> Int? {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Without `.`, `..` and the descriptor of the listing itself.
        return max(0, count - 3)
    }

    /// Parses a `stat` line. The name may hold blanks and parentheses: it ends at the last `)`.
    package static func parse(stat bytes: [UInt8]) -> ProcessFacts? {
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
            open < close
        else { return nil }
        let before = bytes[..<open].split(separator: 32)
        guard before.count == 1, let pid = number(before[0], as: Int32.self) else { return nil }
        let fields = bytes[(close + 1)...].split { $0 == 32 || $0 == 10 }
        guard fields.count >= 22, let state = fields[0].first,
            let parent = number(fields[1], as: Int32.self), let group = number(fields[2], as: Int32.self),
            let session = number(fields[3], as: Int32.self), let user = number(fields[11], as: UInt64.self),
            let system = number(fields[12], as: UInt64.self), let threads = number(fields[17], as: Int.self),
            let start = number(fields[19], as: UInt64.self)
        else { return nil }
        return ProcessFacts(
            pid: pid, name: String(decoding: bytes[(open + 1)..<close], as: UTF8.self), state: state, parent: parent,
            group: group, session: session, startTime: start, userTime: user, systemTime: system, threads: threads,
            virtualBytes: number(fields[20], as: UInt64.self) ?? 0,
            residentPages: number(fields[21], as: UInt64.self) ?? 0)
    }

    private static func number<Value: FixedWidthInteger>(_ digits: ArraySlice<UInt8>, as: Value.Type) -> Value? {
        Value(String(decoding: digits, as: UTF8.self))
    }

    /// Reads a whole small file; `nil` when it cannot be opened or the process is gone.
    package static func read(_ path: String, limit: Int) -> [UInt8]? {
        let raw = open(path, O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { return nil }
        defer { close(raw) }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = 0
            while count < limit {
                let size = Glibc.read(raw, buffer.baseAddress.map { $0 + count }, limit - count)
                if size < 0 {
                    failed = true
                    break
                }
                if size == 0 { break }
                count += size
            }
        }
        return failed ? nil : bytes
    }

    /// Clock ticks a second, for `startTime` and the times.
    public static let ticksPerSecond = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
    public static let pageSize = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
}
