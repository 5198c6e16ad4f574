import FosterWire

/// Whether the init loop turns: one ping at a time, and only when somebody asks.
struct Liveness {
    /// How old an answer may be before the init loop is asked again, and before it counts as stuck.
    static let interval: Duration = .seconds(1)
    static let patience: Duration = .seconds(5)

    private var lastPing: UInt64 = 0
    private var sentAt: Duration?
    private var isPosted = false

    private static let alive = Response(.ok, text: "ok\n")
    private static let verbose = Response(.ok, text: "[+] the init loop turns\nok\n")

    /// Posts a ping, where one is due; `post` says whether there was room.
    ///
    /// One that did not fit counts as sent, since an init loop whose mailbox stays full does not turn; but it is posted again,
    /// because the next ping waits for its answer.
    mutating func ask(answered: UInt64, at now: Duration, _ post: (UInt64) -> Bool) {
        if let sentAt {
            if answered < lastPing {
                if !isPosted { isPosted = post(lastPing) }
                return
            }
            guard now >= sentAt + Self.interval else { return }
        }
        lastPing &+= 1
        sentAt = now
        isPosted = post(lastPing)
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
