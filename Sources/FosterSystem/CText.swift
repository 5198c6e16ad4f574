import CFoster
import Glibc

/// The bytes of a C string, as the kernel has them: file names, arguments and environment need not be UTF-8.
public struct CText: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// Without the NUL at the end; what follows a NUL in the text is cut off, as C would.
    public let bytes: [UInt8]

    public init(_ text: String) { bytes = Array(text.utf8.prefix { $0 != 0 }) }
    public init(stringLiteral text: String) { self.init(text) }

    public init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes.prefix { $0 != 0 }) }

    /// Copies a C string that somebody else owns.
    public init(copying pointer: UnsafePointer<CChar>) {
        bytes = Array(UnsafeBufferPointer(start: pointer, count: strlen(pointer))).map(UInt8.init(bitPattern:))
    }

    /// For people and comparisons: what is not UTF-8 is replaced.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Copies an array of C strings that somebody else owns.
    public static func list(_ strings: UnsafePointer<UnsafePointer<CChar>?>?, count: Int32) -> [CText] {
        UnsafeBufferPointer(start: strings, count: strings == nil ? 0 : max(0, Int(count)))
            .compactMap { $0.map { CText(copying: $0) } }
    }

    /// Where the value begins, where this is `NAME=value` with one of these names.
    func valueOffset(among names: [String]) -> Int? {
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        return names.contains(String(decoding: bytes[..<equals], as: UTF8.self)) ? equals + 1 : nil
    }

    /// This process's environment, `NAME=value` each.
    public static func environment() -> [CText] {
        var result: [CText] = []
        var pointer = foster_environment()
        while let entry = pointer?.pointee {
            result.append(CText(copying: entry))
            pointer = pointer?.advanced(by: 1)
        }
        return result
    }
}
