import Glibc

/// What the supervisor above wants of the watchdog protocol (sd_watchdog_enabled(3)).
public enum WatchdogInterval {
    /// How often it is to be told: half of WATCHDOG_USEC. `nil` where nothing is wanted, or of another process.
    public static func given() -> Duration? {
        if let pid = value(of: "WATCHDOG_PID"), pid != UInt64(getpid()) { return nil }
        guard let microseconds = value(of: "WATCHDOG_USEC"), microseconds > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds) / 2)
    }

    private static func value(of name: String) -> UInt64? {
        guard let text = getenv(name) else { return nil }
        // What is no number is nobody's pid.
        return UInt64(String(cString: text)) ?? 0
    }
}
