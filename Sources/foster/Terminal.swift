import Glibc

/// Foster's own words outside of the loops: before they start and after they end. Blocks as long as the reader does.
enum Terminal {
    /// To stdout.
    static func say(_ text: String) { write(text, to: 1) }

    /// To stderr, without a name before it.
    static func warn(_ text: String) { write(text, to: 2) }

    /// To stderr, behind foster's name.
    static func complain(_ message: String) { write("foster: \(message)\n", to: 2) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Nobody reads: there is nobody to tell.
            if count < 0 && errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
