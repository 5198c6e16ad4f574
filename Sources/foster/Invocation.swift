import FosterConfig
import FosterCore
import FosterSystem

/// What foster was called to do.
enum Invocation: Hashable {
    case help
    case version
    /// `foster check [--config PATH]`.
    case check(path: String)
    /// `foster [options] -- command [args…]`: the words after `--` are taken from the kernel, as bytes.
    case command(CommandOptions)
    /// `foster doctor [--control PATH] [-o text|json]`.
    case doctor(DoctorCommand)
    /// `foster run [--config PATH] [options]`.
    case services(path: String, Options)

    struct CommandOptions: Hashable {
        var options: Options
        /// The command's words, its own name first; never empty.
        var words: [CText]
    }

    static let defaultPath = "/etc/foster/foster.yaml"

    /// Reads the words after foster's own name. An option may be written `--grace 9s` or `--grace=9s`; of two the last wins,
    /// and both win over the environment.
    init(_ words: some Collection<String>, environment: Environment) throws(UsageError) {
        var parser = Parser(rest: Array(words)[...])
        switch words.first {
        case "run":
            try self.init(services: &parser, environment)
        case "check":
            parser.rest.removeFirst()
            let parsed = try parser.options(allowing: [])
            self = parsed.end ?? .check(path: parsed.config ?? environment["FOSTER_CONFIG"] ?? Self.defaultPath)
        case "doctor":
            parser.rest.removeFirst()
            self = try parser.doctor(environment)
        case nil:
            throw UsageError("nothing to run; type: foster -- command [args…], or foster run --config PATH")
        default:
            try self.init(command: &parser, environment)
        }
    }

    private init(services parser: inout Parser, _ environment: Environment) throws(UsageError) {
        parser.rest.removeFirst()
        let rules = OptionRule.all.filter { !$0.isForCommand }
        var options = try environment.options(rules)
        let parsed = try parser.options(allowing: rules, into: &options)
        if let end = parsed.end {
            self = end
            return
        }
        self = .services(path: parsed.config ?? environment["FOSTER_CONFIG"] ?? Self.defaultPath, options)
    }

    private init(command parser: inout Parser, _ environment: Environment) throws(UsageError) {
        var options = try environment.options(OptionRule.all)
        let parsed = try parser.options(allowing: OptionRule.all, into: &options, takesConfig: false)
        if let end = parsed.end {
            self = end
            return
        }
        guard parsed.sawSeparator else {
            throw UsageError("nothing to run; type: foster [options] -- command [args…]")
        }
        guard !parser.rest.isEmpty else { throw UsageError("a command is missing after --") }
        self = .command(CommandOptions(options: options, words: Arguments.words().suffix(parser.rest.count)))
    }
}

/// What is wrong with the command line, and what to type instead.
struct UsageError: Error, CustomStringConvertible {
    let description: String
    /// 125 for an agent, 2 for a client command.
    let exitCode: UInt8

    init(_ description: String, exitCode: UInt8 = ExitCodes.ownError) {
        self.description = description
        self.exitCode = exitCode
    }
}

/// The words that are not read yet.
private struct Parser {
    var rest: ArraySlice<String>

    struct Parsed {
        var config: String?
        /// `--help` and `--version` end the reading.
        var end: Invocation?
        var sawSeparator = false
    }

    mutating func options(allowing rules: [OptionRule]) throws(UsageError) -> Parsed {
        var none = Options()
        return try options(allowing: rules, into: &none)
    }

    /// Reads options up to `--` or the end.
    mutating func options(
        allowing rules: [OptionRule], into options: inout Options, takesConfig: Bool = true
    ) throws(UsageError) -> Parsed {
        var parsed = Parsed()
        while let word = rest.popFirst() {
            let (flag, attached) = split(word)
            switch flag {
            case "--" where !takesConfig:
                parsed.sawSeparator = true
                return parsed
            case "--help", "-h":
                parsed.end = .help
                return parsed
            case "--version", "-V":
                parsed.end = .version
                return parsed
            case "--config" where takesConfig:
                parsed.config = try value(of: flag, attached)
            default:
                guard let rule = rules.first(where: { $0.flag == flag }) else {
                    throw unknown(word, among: rules, takesConfig: takesConfig)
                }
                let text = try value(of: flag, attached)
                do throws(InvalidText) {
                    try rule.read(text, &options)
                } catch {
                    throw UsageError("\(flag): \(error)")
                }
            }
        }
        return parsed
    }

    /// The words after `doctor`.
    mutating func doctor(_ environment: Environment) throws(UsageError) -> Invocation {
        var command = DoctorCommand()
        do throws(UsageError) {
            if let text = environment["FOSTER_CONTROL"] { command.place = try place(text, "FOSTER_CONTROL") }
            while let word = rest.popFirst() {
                let (flag, attached) = split(word)
                switch flag {
                case "--help", "-h": return .help
                case "--control": command.place = try place(value(of: flag, attached), flag)
                case "-o":
                    let text = try value(of: flag, attached)
                    // Client commands call what is for people a table.
                    guard let format = text == "table" ? .text : DoctorCommand.Format(rawValue: text) else {
                        throw UsageError("-o: unknown format \"\(text)\"; allowed: text, json")
                    }
                    command.format = format
                default:
                    let hint = Syntax.nearestName(to: flag, among: ["--control", "-o", "--help"])
                    throw UsageError("unexpected \"\(word)\"\(hint); see foster --help")
                }
            }
        } catch {
            throw UsageError(error.description, exitCode: ExitCodes.clientUsage)
        }
        return .doctor(command)
    }

    private func place(_ text: String, _ source: String) throws(UsageError) -> DoctorCommand.Place {
        do throws(InvalidText) {
            switch try Syntax.control(text) {
            case .socket(let path, _, _): return .path(path)
            case .off: return .none
            case .automatic: return .wellKnown
            }
        } catch {
            throw UsageError("\(source): \(error)")
        }
    }

    private func split(_ word: String) -> (flag: String, value: String?) {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return (word, nil) }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private mutating func value(of flag: String, _ attached: String?) throws(UsageError) -> String {
        if let attached { return attached }
        guard let next = rest.popFirst() else { throw UsageError("\(flag) needs a value; see foster --help") }
        return next
    }

    private func unknown(_ word: String, among rules: [OptionRule], takesConfig: Bool) -> UsageError {
        let flag = split(word).flag
        guard word.hasPrefix("-") else {
            if takesConfig { return UsageError("unexpected \"\(word)\"; see foster --help") }
            let command = ([word] + rest).joined(separator: " ")
            return UsageError("\"\(word)\" is not a foster command; to run a program, type: foster -- \(command)")
        }
        let known = rules.map(\.flag) + ["--help", "--version"] + (takesConfig ? ["--config"] : [])
        return UsageError("unknown option \"\(flag)\"\(Syntax.nearestName(to: flag, among: known)); see foster --help")
    }
}

/// The environment's variables that are for foster.
struct Environment {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    var isEmpty: Bool { values.isEmpty }

    static func current() -> Environment {
        var values: [String: String] = [:]
        for entry in CText.environment() where entry.bytes.starts(with: "FOSTER_".utf8) {
            let text = entry.description
            guard let equals = text.firstIndex(of: "=") else { continue }
            values[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return Environment(values)
    }

    /// An empty variable is as good as none.
    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

    func options(_ rules: [OptionRule]) throws(UsageError) -> Options {
        var options = Options()
        if values.isEmpty { return options }
        for rule in rules {
            guard let text = self[rule.variable] else { continue }
            do throws(InvalidText) {
                try rule.read(text, &options)
            } catch {
                throw UsageError("\(rule.variable): \(error)")
            }
        }
        return options
    }
}
