import Glibc
public import SystemPackage

extension Descriptor {
    /// A copy of a descriptor that this process was given and keeps, such as stdout. Close-on-exec; what the two share, such
    /// as being blocking, is as it was.
    public init(copying inherited: Int32) throws(Errno) {
        self.init(owning: try retryingInterrupts { fcntl(inherited, F_DUPFD_CLOEXEC, 3) })
    }

    /// How many bytes a pipe or socket holds that can be read now; `nil` where that cannot be known (ioctl(2), FIONREAD).
    public borrowing func readableBytes() -> Int? {
        var count: Int32 = 0
        return ioctl(raw, UInt(FIONREAD), &count) == 0 ? Int(count) : nil
    }

    /// Whether both are the same file, pipe or terminal; `false` where that cannot be known.
    public borrowing func isSameFile(as other: borrowing Descriptor) -> Bool {
        var mine = stat()
        var others = stat()
        guard fstat(raw, &mine) == 0, fstat(other.raw, &others) == 0 else { return false }
        return mine.st_dev == others.st_dev && mine.st_ino == others.st_ino
    }
}
