extension Syntax {
    /// Splits a command into words by the shell's quoting rules (POSIX.1-2017, shell command language, 2.2), and does
    /// nothing else a shell does: no expansion, no operators, no comments.
    public static func words(_ text: String) throws(InvalidText) -> [String] {
        var splitter = WordSplitter(text)
        return try splitter.split()
    }

    /// The words as a shell would take them, each quoted where it needs to be.
    static func text(ofWords words: [String]) -> String {
        words.map(quotedWord).joined(separator: " ")
    }

    private static func quotedWord(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            default: "-_./:=@%+,".utf8.contains(byte)
            }
        }
        if isPlain, !word.isEmpty { return word }
        var shown = ""
        for scalar in word.unicodeScalars { shown += scalar == "'" ? "'\\''" : scalar == "\"" ? "\"" : scalar.escaped }
        return "'\(shown)'"
    }
}

private struct WordSplitter {
    private var rest: Substring.UnicodeScalarView
    private var words: [String] = []
    /// `nil` between words; empty quotes begin a word that stays empty.
    private var word: String?

    init(_ text: String) { rest = text[...].unicodeScalars }

    mutating func split() throws(InvalidText) -> [String] {
        while let scalar = rest.popFirst() {
            switch scalar {
            case " ", "\t", "\n", "\r": endWord()
            case "'": try takeSingleQuoted()
            case "\"": try takeDoubleQuoted()
            case "\\": try takeEscaped()
            default: append(scalar)
            }
        }
        endWord()
        return words
    }

    private mutating func takeSingleQuoted() throws(InvalidText) {
        word = word ?? ""
        while let scalar = rest.popFirst() {
            if scalar == "'" { return }
            append(scalar)
        }
        throw InvalidText("a single quote is not closed")
    }

    private mutating func takeDoubleQuoted() throws(InvalidText) {
        word = word ?? ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return
            case "\\":
                // In double quotes a backslash is itself except before these.
                switch rest.first {
                case "\n": rest.removeFirst()
                case .some(let next) where "\"\\$`".unicodeScalars.contains(next): append(rest.removeFirst())
                default: append(scalar)
                }
            default: append(scalar)
            }
        }
        throw InvalidText("a double quote is not closed")
    }

    private mutating func takeEscaped() throws(InvalidText) {
        guard let scalar = rest.popFirst() else { throw InvalidText("a backslash at the end escapes nothing") }
        // An escaped line break joins the lines.
        if scalar != "\n" { append(scalar) }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        word = word ?? ""
        word?.unicodeScalars.append(scalar)
    }

    private mutating func endWord() {
        if let word { words.append(word) }
        word = nil
    }
}
