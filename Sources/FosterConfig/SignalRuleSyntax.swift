public import FosterCore

// What the options `--rewrite`, `--delay` and `--exit-map` take: `NAME=VALUE`, several of them divided by commas, because an
// environment variable has but one value.
extension Syntax {
    /// `TERM=QUIT`, or `TERM=none` to drop it.
    public static func rewrites(_ text: String) throws(InvalidText) -> [SignalRules.Rewrite] {
        try pairs(text, like: "TERM=QUIT or HUP=none") { name, value throws(InvalidText) in
            SignalRules.Rewrite(try catchable(name), becomes: value == "none" ? nil : try signal(value))
        }
    }

    /// `TERM=5s`.
    public static func delays(_ text: String) throws(InvalidText) -> [SignalRules.Delay] {
        try pairs(text, like: "TERM=5s") { name, value throws(InvalidText) in
            SignalRules.Delay(try catchable(name), by: try duration(value))
        }
    }

    /// `143=0`.
    public static func exitMap(_ text: String) throws(InvalidText) -> [ExitMapping] {
        try pairs(text, like: "143=0") { code, value throws(InvalidText) in
            ExitMapping(try exitCode(code), becomes: try exitCode(value))
        }
    }

    private static func exitCode(_ text: String) throws(InvalidText) -> UInt8 {
        guard !text.hasPrefix("+"), let code = UInt8(text) else {
            throw InvalidText("invalid exit code \(quoted(text)); expected 0 to 255")
        }
        return code
    }

    /// A signal that foster can get.
    private static func catchable(_ text: String) throws(InvalidText) -> Signal {
        let signal = try signal(text)
        guard signal != .kill, signal != .stop, signal != .child else {
            throw InvalidText("\(signal) never comes to be passed on")
        }
        return signal
    }

    private static func pairs<Value>(
        _ text: String, like example: String, _ read: (String, String) throws(InvalidText) -> Value
    ) throws(InvalidText) -> [Value] {
        var values: [Value] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let equals = part.firstIndex(of: "=") else {
                throw InvalidText("invalid \(quoted(String(part))); expected a pair such as \(example)")
            }
            values.append(try read(String(part[..<equals]), String(part[part.index(after: equals)...])))
        }
        return values
    }
}
