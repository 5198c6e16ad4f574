import FosterSystem

/// The directories of a PATH, searched as execvp(3) does: exec itself tries the candidates, so that no file is looked at twice.
struct SearchPath {
    /// What is searched where there is no PATH.
    static let standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private let directories: [Substring]

    init(_ path: CText?) {
        directories = (path?.description ?? Self.standard).split(separator: ":", omittingEmptySubsequences: false)
    }

    /// The files that a program's name may mean, in order, never none. Relative ones count from the program's working directory.
    func candidates(for name: String) -> [String] {
        if name.contains("/") { return [name] }
        // An empty element is the working directory.
        return directories.map { $0.isEmpty ? "./\(name)" : "\($0)/\(name)" }
    }
}
