import Glibc
public import SystemPackage

/// Reads regular files. It may block on a disk or a network: never on the init thread while services run.
public enum FileContents {
    /// The whole of a file; EFBIG where it is larger than `limit` bytes.
    public static func read(_ path: String, limit: Int) throws(Errno) -> [UInt8] {
        // Non-blocking, so that a FIFO in the file's place cannot hold the thread.
        let file = Descriptor(
            owning: try retryingInterrupts { open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) })
        var contents: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let size: Int
            do {
                size = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
            } catch let error as Errno {
                throw error
            } catch {
                throw .ioError
            }
            if size == 0 { return contents }
            contents.append(contentsOf: piece.prefix(size))
            if contents.count > limit { throw .fileTooLarge }
        }
    }
}
