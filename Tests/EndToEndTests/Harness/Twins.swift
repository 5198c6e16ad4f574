import Foundation
import Testing

/// Another init and foster, called by the same name: what one does in a scenario the other has to do too.
final class Twins {
    struct Twin {
        /// The link by which it is called.
        let path: String
        let isFoster: Bool
        /// Keeps the link there.
        fileprivate let directory: TemporaryDirectory
    }

    let all: [Twin]

    init(_ name: String, of program: String? = nil) throws {
        let root = try TemporaryDirectory()
        all = try [false, true].map { isFoster in
            let place = root.file(isFoster ? "foster" : "other")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let target = isFoster ? Programs.foster : try Programs.path(program ?? name)
            try FileManager.default.createSymbolicLink(atPath: "\(place)/\(name)", withDestinationPath: target)
            return Twin(path: "\(place)/\(name)", isFoster: isFoster, directory: root)
        }
    }

    /// What is seen of a program from outside.
    struct Seen: Equatable, CustomStringConvertible {
        var output: String
        var errors: String
        var code: Int32
        /// Whether two processes write at the same time, and tear each other's lines.
        var isTorn = false

        static func == (left: Self, right: Self) -> Bool {
            guard left.isTorn else {
                return left.code == right.code && left.output == right.output && left.errors == right.errors
            }
            return left.code == right.code && left.output.sorted() == right.output.sorted()
                && left.errors.sorted() == right.errors.sorted()
        }

        var description: String { "code \(code)\n--- stdout\n\(output)--- stderr\n\(errors)---" }
    }

    /// Runs both, and expects the same of them. `torn`: two processes write at the same time.
    func compare(
        _ arguments: [String], _ environment: [String: String] = [:], torn: Bool = false, isChild: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let seen = try all.map { twin in
            var settings = Container.Settings(environment: environment.merging(["INIT": twin.path]) { $1 })
            settings.isChild = isChild
            return try see(twin, arguments, settings, torn: torn)
        }
        #expect(seen.first == seen.last, "\(arguments) \(environment)", sourceLocation: sourceLocation)
    }

    /// Has a script of a shell, which is PID 1 then, call both as `$INIT`, and expects it to show the same.
    func compare(script: String, environment: [String: String] = [:]) throws {
        let seen = try all.map { twin in
            var settings = Container.Settings(environment: environment.merging(["INIT": twin.path]) { $1 })
            settings.program = try Programs.path("bash")
            return try see(twin, ["-c", script], settings, torn: false)
        }
        #expect(seen.first == seen.last)
        #expect(seen.first?.output.isEmpty == false)
    }

    private func see(_ twin: Twin, _ arguments: [String], _ settings: Container.Settings, torn: Bool) throws -> Seen {
        var settings = settings
        if settings.program == Programs.foster { settings.program = twin.path }
        var seen = Seen(output: "", errors: "", code: -1, isTorn: torn)
        try Container.run(arguments, settings) { container in
            seen.code = try container.finish()
            seen.output = readable(container.output, twin, container)
            seen.errors = readable(container.errors, twin, container)
        }
        return seen
    }

    private func readable(_ capture: Capture, _ twin: Twin, _ container: Container) -> String {
        capture.text
            .replacingOccurrences(of: twin.path, with: "INIT")
            .replacingOccurrences(of: container.directory.path, with: "DIR")
    }

    /// Runs the same story with each of them as PID 1, or as a child of the shell that is.
    func each(
        _ arguments: [String], _ settings: Container.Settings = .init(), _ body: (Container) throws -> Void
    ) throws {
        for twin in all {
            var settings = settings
            settings.program = twin.path
            try Container.run(arguments, settings, body)
        }
    }

    /// What a command gets of signals 1 to 64 that are sent to PID 1: as `NUMBER VALUE` lines.
    func signalsReceived(options: [String]) throws -> [Set<String>] {
        var received: [Set<String>] = []
        try each(options + ["--", Programs.compile("signals"), "\(SIGTERM)", "3"]) { container in
            try container.waitForOutput("ready")
            let stops: [Int32] = [SIGTSTP, SIGTTIN, SIGTTOU]
            for signal: Int32 in 1...64 where ![SIGKILL, SIGSTOP, SIGTERM].contains(signal) && !stops.contains(signal) {
                try container.signal(signal)
            }
            try container.waitForOutput("\n64 0\n")
            for signal in stops {
                try container.signal(signal)
                try container.signal(SIGCONT)
            }
            try container.signal(SIGTERM)
            // Behind a stop that has overtaken the first.
            try eventually("its end") {
                try? container.signal(SIGCONT)
                return container.hasEnded
            }
            try container.expectExit(3)
            received.append(Set(container.output.lines))
        }
        return received
    }
}
