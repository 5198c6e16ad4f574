import FosterSystem

/// The directories of a PATH, searched as execvp(3) does: exec itself tries the candidates, so that no file is looked at twice.
struct SearchPath {
    /// What is searched where there is no PATH.
    static let standard: CText = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private static let slash = UInt8(ascii: "/")
    private let directories: [ArraySlice<UInt8>]

    init(_ path: CText?) {
        directories = (path ?? Self.standard).bytes.split(
            separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    }

    /// The files that a program's name may mean, in order, never none. Relative ones count from the program's working directory.
    func candidates(for name: CText) -> [CText] {
        if name.bytes.contains(Self.slash) { return [name] }
        // An empty element is the working directory.
        return directories.map { CText(bytes: ($0.isEmpty ? [UInt8(ascii: ".")] : $0) + [Self.slash] + name.bytes) }
    }
}
