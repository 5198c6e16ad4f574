import Glibc
public import SystemPackage

/// Reading and sending for those who have arrays and no pointers.
extension Descriptor {
    /// Reads what is there into the array, from its start, at most `bytes.count`; 0 is the end of the stream.
    public borrowing func read(into bytes: inout [UInt8]) throws(Errno) -> Int {
        let raw = raw
        return try retryingInterrupts {
            bytes.withUnsafeMutableBytes { Glibc.read(raw, $0.baseAddress, $0.count) }
        }
    }

    /// Sends what a socket takes at once of the bytes from `start` on, without SIGPIPE: EPIPE when the peer is gone.
    public borrowing func send(_ bytes: [UInt8], from start: Int) throws(Errno) -> Int {
        let raw = raw
        return try retryingInterrupts {
            bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all.dropFirst(start))
                return Glibc.send(raw, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
        }
    }
}
