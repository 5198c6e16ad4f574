public import FosterCore

/// How single values are written, in the file and in the options of the command line alike.
///
/// Each reader takes the text and gives the value, or says what is wrong with it and what is allowed.
public enum Syntax {}

/// Why a text is not what was expected: `unknown value "alwyas"; allowed: …; did you mean "always"?`
public struct InvalidText: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    static func unknown(_ text: String, allowed: [String], names: [String]? = nil) -> InvalidText {
        InvalidText(
            "unknown value \(quoted(text)); allowed: \(list(allowed))\(suggestion(for: text, among: names ?? allowed))")
    }
}

extension Syntax {
    /// One of the names of an enumeration: `prefix`, `leader`, `shutdown`.
    public static func choice<Value: RawRepresentable & CaseIterable>(
        _ text: String, of type: Value.Type = Value.self
    ) throws(InvalidText) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw .unknown(text, allowed: Value.allCases.map(\.rawValue))
        }
        return value
    }

    /// `prefix` or `inherit`, as `--output` takes it.
    public static func output(_ text: String) throws(InvalidText) -> OutputMode { try choice(text) }

    /// `adopt` or `terminate`, as `--orphans` takes it.
    public static func orphans(_ text: String) throws(InvalidText) -> OrphanPolicy { try choice(text) }

    static func boolean(_ text: String) throws(InvalidText) -> Bool {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: throw .unknown(text, allowed: ["true", "false"])
        }
    }

    /// `TERM`, `SIGTERM`, `15`, `RTMIN+3`.
    public static func signal(_ text: String) throws(InvalidText) -> Signal {
        if let signal = Signal(name: text) { return signal }
        let names = (1...31).compactMap { Signal(number: $0)?.description.dropFirst(3) }.map(String.init)
        let isLong = text.uppercased().hasPrefix("SIG")
        let near = suggestion(for: isLong ? String(text.dropFirst(3)) : text, among: names)
        throw InvalidText(
            "unknown signal \(quoted(text)); "
                + "allowed: a name such as TERM or SIGTERM, a number from 1 to 64, RTMIN+N, RTMAX-N\(near)")
    }

    /// The permission bits of a file in octal digits, as chmod(1) takes them: `0660`.
    static func mode(_ text: String) throws(InvalidText) -> UInt16 {
        let digits = text.hasPrefix("0o") ? text.dropFirst(2) : text[...]
        let isOctal = digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
        guard (3...4).contains(digits.utf8.count), isOctal, let mode = UInt16(digits, radix: 8), mode <= 0o777 else {
            throw InvalidText("invalid mode \(quoted(text)); expected octal digits from 0000 to 0777, such as \"0660\"")
        }
        return mode
    }

    /// An absolute path that the kernel can take: no NUL (which `text` has refused), at most `limit` bytes.
    static func path(_ text: String, limit: Int = 4095) throws(InvalidText) -> String {
        guard text.hasPrefix("/") else {
            throw InvalidText("invalid path \(quoted(text)); expected an absolute path, which begins with /")
        }
        guard text.utf8.count <= limit else { throw InvalidText("the path is longer than \(limit) bytes") }
        return text
    }

    /// The path of a unix socket: 108 bytes with the NUL at its end (unix(7)).
    static func socketPath(_ text: String) throws(InvalidText) -> String { try path(text, limit: 107) }

    /// `none`, or the path of the control socket, as `--control` takes it.
    public static func control(_ text: String) throws(InvalidText) -> ControlListener {
        if text == "none" { return .off }
        guard text.hasPrefix("/"), !text.utf8.contains(0) else {
            throw InvalidText("invalid control socket \(quoted(text)); expected an absolute path, or \"none\"")
        }
        return .socket(path: try socketPath(text), mode: ControlListener.defaultMode, group: nil)
    }
}

extension ControlListener {
    /// For foster's own user alone.
    static let defaultMode: UInt16 = 0o600
}
