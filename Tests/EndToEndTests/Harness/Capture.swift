import Foundation

/// What a program writes, read by a thread of its own until the last writer is gone.
final class Capture: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var isAtEnd = false
        var isRunning = false
    }

    private let descriptor: Int32
    private let state = Locked(State())

    /// Takes ownership of the reading end of a pipe. Nothing is read before `start`.
    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        // The thread, which holds the object, closes what it reads.
        if !state.withLock({ $0.isRunning }) { close(descriptor) }
    }

    func start() {
        let isFirst = state.withLock { state in
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if isFirst { Thread.detachNewThread { self.readAll() } }
    }

    private func readAll() {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            state.withLock { $0.bytes += buffer[..<count] }
        }
        close(descriptor)
        state.withLock { $0.isAtEnd = true }
    }

    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    var isAtEnd: Bool { state.withLock { $0.isAtEnd } }

    /// Complete lines, without their ends.
    var lines: [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
}
