import Foundation

/// A directory with just enough in it to be a container's root: some programs and the libraries that they load.
final class RootFileSystem {
    private let directory: TemporaryDirectory
    var path: String { directory.path }

    init(_ programs: String...) throws {
        directory = try TemporaryDirectory()
        for name in ["bin", "dev", "etc", "proc", "root", "run", "sys", "tmp", "usr/bin", "var"] {
            try FileManager.default.createDirectory(atPath: directory.file(name), withIntermediateDirectories: true)
        }
        try write("etc/os-release", "ID=test\n")
        for program in programs {
            // Where a PATH finds it, and where nothing is mounted over.
            try copy(program, to: "/bin/\(URL(fileURLWithPath: program).lastPathComponent)")
            for library in try Self.libraries(of: program) { try copy(library, to: library) }
        }
    }

    func write(_ name: String, _ text: String) throws { try directory.write(name, text) }

    private func copy(_ file: String, to place: String) throws {
        let target = URL(fileURLWithPath: path + place)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        guard access(target.path, F_OK) != 0 else { return }
        try FileManager.default.copyItem(at: URL(fileURLWithPath: file).resolvingSymlinksInPath(), to: target)
    }

    /// What ldd(1) names with a path; nothing for a static program.
    private static func libraries(of program: String) throws -> [String] {
        let words = try Finished.run(Programs.path("ldd"), [program]).output.split {
            $0 == " " || $0 == "\n" || $0 == "\t"
        }
        return words.filter { $0.hasPrefix("/") }.map { String($0.prefix { $0 != ":" }) }
    }
}
