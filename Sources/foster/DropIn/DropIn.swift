import CFosterStart
import FosterCore
import FosterInit
import FosterSystem
import SystemPackage

/// Foster in the place of another init: called by its name, it takes that program's options and environment variables, with its
/// messages and exit codes.
enum DropIn {
    /// The programs by whose names foster can be called.
    enum Name {
        case tini, dockerInit, dumbInit, catatonit

        /// What a name, with or without a directory, ends with decides. Podman calls catatonit `podman-init`.
        init?(_ called: CText) {
            var name = called.bytes[...]
            if name.ends(with: "-static") { name = name.dropLast("-static".utf8.count) }
            if name.ends(with: "docker-init") {
                self = .dockerInit
            } else if name.ends(with: "tini") {
                self = .tini
            } else if name.ends(with: "dumb-init") {
                self = .dumbInit
            } else if name.ends(with: "catatonit") || name.ends(with: "podman-init") {
                self = .catatonit
            } else {
                return nil
            }
        }
    }

    /// What a program's words come to.
    enum Reading {
        /// It has said what it was asked for, or what is wrong.
        case answered(UInt8)
        case pause
        case part(Part)
    }

    /// One program's part: what foster does in its place.
    struct Part {
        /// The command's words, its own name first; never empty.
        var words: [CText]
        var conduct = Conduct()
        var signals = SignalRules()
        var scope = SignalScope.leader
        var exitMap: [ExitMapping] = []
        var deathSignal: Signal?
        /// What is blocked and read; all others keep their default action.
        var receivedSignals: SignalMask
        var commandMask = SignalMask(bits: foster_inherited_signal_mask())
        var pidVariables: [String] = []
        var leavesDirectory = false
        let voice: any Voice
    }

    /// Foster's own options come from its environment variables alone, and nothing listens unless one says so.
    static func run(as name: Name) -> UInt8 {
        let reading =
            switch name {
            case .tini: Tini(version: "0.19.0").read()
            case .dockerInit: Tini(version: "0.19.0 - git.de40ad0").read()
            case .dumbInit: DumbInit.read()
            case .catatonit: Catatonit.read()
            }
        switch reading {
        case .answered(let code): return code
        case .pause: return Pause.run()
        case .part(let part):
            do throws(UsageError) {
                let environment = Environment.current()
                let options = environment.isEmpty ? Options() : try environment.options(OptionRule.all)
                return Agent.runCommand(part, options)
            } catch {
                Terminal.complain(error.description)
                return ExitCodes.ownError
            }
        }
    }

    /// Where a program prints its license: the code that runs is foster's.
    static let license = """
        This is foster \(Version.number) in the place of the program by whose name it was called.
        It contains no code of that program. Licensed under the Apache License 2.0:
        <https://www.apache.org/licenses/LICENSE-2.0>

        """
}

/// Tells in a program's words what happens, and what became of a command that could not be started.
protocol Voice: Witness {
    /// What to exit with, where foster would with `code`; says the last word.
    func code(for code: UInt8, failure: SpawnFailure?) -> UInt8
}

extension SignalMask {
    /// Every signal but these and the two that glibc keeps for itself.
    static func all(except signals: [Int32]) -> SignalMask {
        SignalMask(bits: ([32, 33] + signals).reduce(UInt64.max) { $0 & ~(1 << UInt64($1 - 1)) })
    }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
    fileprivate func ends(with text: StaticString) -> Bool {
        text.withUTF8Buffer { suffix($0.count).elementsEqual($0) }
    }
}
