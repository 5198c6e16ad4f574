import Foundation
import Testing

/// The programs that tests run: Debian's, and small ones in C that are compiled when they are first needed.
enum Programs {
    static let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"]?.isEmpty == false

    /// The environment of everything that tests start.
    static let environment = ["PATH": searchPath, "LANG": "C", "HOME": "/tmp"]
    private static let searchPath =
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin"

    /// Where a program is, or `nil` where it is not installed.
    static func find(_ name: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Where a program is that the test cannot do without.
    static func path(_ name: String) throws -> String {
        guard let path = find(name) else { throw MissingProgram(name: name) }
        return path
    }

    struct MissingProgram: Error, CustomStringConvertible {
        let name: String
        var description: String { "\(name) is not installed" }
    }

    static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The binary under test.
    static let foster: String = {
        if let path = ProcessInfo.processInfo.environment["FOSTER_BINARY"], !path.isEmpty {
            return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        }
        // Beside the test bundle, which is a program of its own.
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = bundle.deletingLastPathComponent().appendingPathComponent("foster").path
        let path = access(beside, X_OK) == 0 ? beside : "\(packageRoot)/.build/debug/foster"
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }()

    // MARK: Ours

    private static let compiled = Locked<[String: String]>([:])
    private static let directory = Locked<TemporaryDirectory?>(nil)

    /// The path of the program `Tests/Programs/NAME.c`.
    static func compile(_ name: String) throws -> String {
        try compiled.withLock { compiled in
            if let path = compiled[name] { return path }
            let directory = try directory.withLock { directory in
                let made = try directory ?? TemporaryDirectory()
                directory = made
                return made
            }
            atexit { Programs.directory.withLock { $0 = nil } }
            let compiler = try find("clang") ?? path("cc")
            let source = "\(packageRoot)/Tests/Programs/\(name).c"
            let arguments = ["-std=gnu11", "-O2", "-Wall", "-Werror", "-o", directory.file(name), source]
            let result = try Finished.run(compiler, arguments)
            try #require(result.ending == .exited(0), "\(result.errors)")
            compiled[name] = directory.file(name)
            return directory.file(name)
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test where a program is missing; in continuous integration it runs, and fails.
    static func needs(_ programs: String...) -> Self {
        let missing = programs.filter { Programs.find($0) == nil }
        return .enabled(
            if: missing.isEmpty || Programs.isContinuousIntegration,
            "not installed: \(missing.joined(separator: ", "))")
    }

    /// Skips the test where it does not run as root, which alone may become another user.
    static var needsRoot: Self { .enabled(if: getuid() == 0, "not root") }
}
