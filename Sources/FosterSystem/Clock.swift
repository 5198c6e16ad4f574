import Glibc

/// The two clocks. Deciders are given their readings; only loops read them.
public enum Clock {
    /// Time since boot, without suspension (CLOCK_MONOTONIC): what deadlines are made of.
    public static func uptime() -> Duration { read(CLOCK_MONOTONIC) }

    /// Time since 1970-01-01 00:00 UTC.
    public static func wall() -> Duration { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Duration {
        var time = timespec()
        // It cannot fail: both clocks exist since Linux 2.6.
        _ = clock_gettime(clock, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

extension Duration {
    /// Whole nanoseconds, held within Int64.
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, over) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return over ? (seconds < 0 ? .min : .max) : sum
    }
}

extension Clock {
    /// Sleeps: only for a loop that cannot wait on its reactor.
    public static func pause(_ duration: Duration) {
        let nanoseconds = max(0, duration.nanoseconds)
        var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        nanosleep(&time, nil)
    }
}
