import FosterSystem
import SystemPackage

/// Moves a connection's bytes. Today they go as they are; each call may already answer with either wish, because with
/// TLS a read may first have to write and the other way round.
struct Transport: ~Copyable {
    enum Outcome {
        case moved(Int)
        case wantsRead
        case wantsWrite
        /// The peer will send nothing more.
        case ended
        case failed(Errno)
    }

    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Reads into the array from its start.
    borrowing func read(into bytes: inout [UInt8]) -> Outcome {
        do throws(Errno) {
            let count = try descriptor.read(into: &bytes)
            return count == 0 ? .ended : .moved(count)
        } catch {
            return error == .wouldBlock ? .wantsRead : .failed(error)
        }
    }

    /// Writes what is taken at once of the bytes from `start` on.
    borrowing func write(_ bytes: [UInt8], from start: Int) -> Outcome {
        do throws(Errno) {
            return .moved(try descriptor.send(bytes, from: start))
        } catch {
            return error == .wouldBlock ? .wantsWrite : .failed(error)
        }
    }

    /// Tells the peer that nothing more is coming.
    borrowing func shutDownWriting() {
        descriptor.shutDownWriting()
    }
}
