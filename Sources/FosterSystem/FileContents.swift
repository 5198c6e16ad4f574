import Glibc
public import SystemPackage

/// Reads whole files. It may block on a disk or a network: never on the init thread while services run.
public enum FileContents {
    /// The whole of a file; EFBIG where it is larger than `limit` bytes.
    ///
    /// A FIFO in the file's place cannot hold the thread, unless `waiting`: then all that its writers say is read.
    public static func read(_ path: String, limit: Int, waiting: Bool = false) throws(Errno) -> [UInt8] {
        let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (waiting ? 0 : O_NONBLOCK)
        let file = Descriptor(owning: try retryingInterrupts { open(path, flags) })
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
