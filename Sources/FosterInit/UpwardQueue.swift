import FosterSystem
import SystemPackage

/// Messages to the supervisor above, in their order. Its queue is short (net.unix.max_dgram_qlen): what does not fit waits here.
struct UpwardQueue {
    enum Message {
        /// Foster's own.
        case own(String)
        /// The command's, passed on as it came.
        case relayed([UInt8])

        var isStatusOnly: Bool {
            switch self {
            case .own(let text): text.hasPrefix("STATUS=")
            case .relayed(let bytes): bytes.starts(with: "STATUS=".utf8) && !bytes.contains(UInt8(ascii: "\n"))
            }
        }
    }

    private static let limit = 256
    private static let longestPause: Duration = .seconds(1)

    private let notifier: UpwardNotifier
    private var waiting: [Message] = []
    private var pause: Duration = .milliseconds(10)

    init(_ notifier: UpwardNotifier) { self.notifier = notifier }

    /// Sends it, or what waits before it. Of too many the oldest that are only words are lost first.
    mutating func send(_ message: Message) {
        if waiting.count >= Self.limit { waiting.remove(at: waiting.firstIndex(where: \.isStatusOnly) ?? 0) }
        waiting.append(message)
        flush()
    }

    /// Sends it if that is possible at once.
    func sendNow(_ text: String) {
        if waiting.isEmpty { try? notifier.send(text) }
    }

    mutating func flush() {
        var sent = 0
        for message in waiting {
            do throws(Errno) {
                switch message {
                case .own(let text): try notifier.send(text)
                case .relayed(let bytes): try notifier.pass(bytes)
                }
            } catch {
                if error == .wouldBlock || error == .noBufferSpace { break }
                // Nobody there to listen is no reason to do anything else.
            }
            sent += 1
        }
        waiting.removeFirst(sent)
        if sent > 0 { pause = .milliseconds(10) }
    }

    /// How long until it is to be flushed again; `nil` where nothing waits.
    mutating func nextPause() -> Duration? {
        guard !waiting.isEmpty else { return nil }
        defer { pause = min(pause * 2, Self.longestPause) }
        return pause
    }
}
