/// A signal by its Linux number, 1 to 64 (signal(7); the numbering of x86-64 and arm64).
public struct Signal: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let number: UInt8

    /// `nil` unless the number is one of 1 to 64.
    public init?(number: Int) {
        guard (1...64).contains(number) else { return nil }
        self.number = UInt8(number)
    }

    private init(known number: UInt8) { self.number = number }

    public static let hup = Signal(known: 1)
    public static let int = Signal(known: 2)
    public static let quit = Signal(known: 3)
    public static let kill = Signal(known: 9)
    public static let usr1 = Signal(known: 10)
    public static let usr2 = Signal(known: 12)
    public static let pipe = Signal(known: 13)
    public static let term = Signal(known: 15)
    public static let child = Signal(known: 17)
    public static let cont = Signal(known: 18)
    public static let stop = Signal(known: 19)
    public static let terminalStop = Signal(known: 20)
    public static let terminalInput = Signal(known: 21)
    public static let terminalOutput = Signal(known: 22)
    public static let fileSizeExceeded = Signal(known: 25)

    /// The first real-time signal that programs may use: glibc keeps 32 and 33.
    public static let firstRealTime: UInt8 = 34

    /// Reads `TERM`, `SIGTERM`, `15`, `RTMIN+3` and `RTMAX-1`, whatever the case of the letters.
    public init?(name: some StringProtocol) {
        if let number = Self.number(name) {
            self.init(number: number)
            return
        }
        let upper = name.uppercased()
        let short = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        if let index = Self.names.firstIndex(of: short) {
            self.init(number: index + 1)
        } else if let alias = Self.aliases[short] {
            self = alias
        } else if short == "RTMIN" || short.hasPrefix("RTMIN+"), let offset = Self.offset(short.dropFirst(5)) {
            self.init(number: Int(Self.firstRealTime) + offset)
        } else if short == "RTMAX" || short.hasPrefix("RTMAX-"), let offset = Self.offset(short.dropFirst(5)) {
            self.init(realTime: 64 - offset)
        } else {
            return nil
        }
    }

    private init?(realTime number: Int) {
        guard (Int(Self.firstRealTime)...64).contains(number) else { return nil }
        self.init(number: number)
    }

    /// Digits only: `Int` would take a sign as well.
    private static func number(_ text: some StringProtocol) -> Int? {
        text.allSatisfy { ("0"..."9").contains($0) } ? Int(text) : nil
    }

    /// Reads an empty text as 0 and `+3` or `-3` as 3; at most 30, the real-time signals there are.
    private static func offset(_ text: Substring) -> Int? {
        if text.isEmpty { return 0 }
        guard text.count <= 3, let value = number(text.dropFirst()), (0...30).contains(value) else { return nil }
        return value
    }

    /// `SIGTERM`, `SIGRTMIN+3`; the plain number for the two that glibc keeps.
    public var description: String {
        let index = Int(number) - 1
        if Self.names.indices.contains(index) { return "SIG\(Self.names[index])" }
        switch number {
        case Self.firstRealTime: return "SIGRTMIN"
        case 64: return "SIGRTMAX"
        case Self.firstRealTime...: return "SIGRTMIN+\(number - Self.firstRealTime)"
        default: return String(number)
        }
    }

    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }

    private static let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM",
        "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",
        "IO",
        "PWR", "SYS",
    ]
    private static let aliases = [
        "IOT": Signal(known: 6), "CLD": Signal(known: 17), "POLL": Signal(known: 29), "UNUSED": Signal(known: 31),
    ]
}

/// A signal on its way: real-time and queued signals carry a value (sigqueue(3)), which is passed on.
public struct SignalMessage: Hashable, Sendable, Codable {
    public var signal: Signal
    public var value: Int64?

    public init(_ signal: Signal, value: Int64? = nil) {
        self.signal = signal
        self.value = value
    }
}

/// Whom a signal reaches: the run's first process, its process group, or all that came from the service.
public enum SignalScope: String, CaseIterable, Sendable, Codable {
    case leader, group, tree
}
