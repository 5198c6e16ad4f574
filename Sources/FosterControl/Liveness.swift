import FosterWire
import HTTPTypes

/// Whether the init loop turns: one ping at a time, and only when somebody asks.
struct Liveness {
    /// How old an answer may be before the init loop is asked again, and before it counts as stuck.
    static let interval: Duration = .seconds(1)
    static let patience: Duration = .seconds(5)

    private var lastPing: UInt64 = 0
    private var sentAt: Duration?

    private static let alive = Response(.ok, text: "ok\n")
    private static let verbose = Response(.ok, text: "[+] the init loop turns\nok\n")

    /// The ping that is to be posted now, if any. One that did not fit into the mailbox counts as sent: an init loop whose
    /// mailbox stays full does not turn.
    mutating func duePing(answered: UInt64, at now: Duration) -> UInt64? {
        if let sentAt, answered < lastPing || now < sentAt + Self.interval { return nil }
        lastPing &+= 1
        sentAt = now
        return lastPing
    }

    func response(answered: UInt64, verbose: Bool, at now: Duration) -> Response {
        guard let sentAt, answered < lastPing, now >= sentAt + Self.patience else {
            return verbose ? Self.verbose : Self.alive
        }
        let silence = (now - sentAt).components.seconds
        return Response(
            .serviceUnavailable, text: "[-] the init loop has not turned for \(silence) s\n",
            fields: [Response.Field(.retryAfter, "1")])
    }
}
