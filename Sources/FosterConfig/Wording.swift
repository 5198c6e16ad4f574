/// Text of the file or the command line in quotes, fit for one line of a message.
func quoted(_ text: String) -> String {
    "\"\(shortened(text))\""
}

/// At most 64 characters, with control characters and quotes escaped: a message never carries raw text from outside.
func shortened(_ text: String) -> String {
    var shown = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
        if count == 64 { return shown + "…" }
        shown += scalar.escaped
    }
    return shown
}

/// A list for people: `a, b, c`.
func list(_ names: [String]) -> String {
    names.joined(separator: ", ")
}

/// `; did you mean "always"?`, or nothing where no name is near.
func suggestion(for text: String, among names: [String]) -> String {
    guard let nearest = nearest(to: text, among: names) else { return "" }
    return "; did you mean \"\(nearest)\"?"
}

/// The name that was probably meant: the first of those with the fewest typing errors, if these are few enough.
///
/// Case, `_` and `-` do not count, so that `depends_on` finds `dependsOn`.
func nearest(to text: String, among names: [String]) -> String? {
    let typed = plain(text)
    guard !typed.isEmpty, typed.count <= 64 else { return nil }
    var limit = typed.count <= 5 ? 1 : typed.count <= 9 ? 2 : 3
    var found: String?
    for name in names {
        let candidate = plain(name)
        // Names that share too little are no typing errors of each other.
        guard abs(candidate.count - typed.count) <= limit, let distance = editDistance(typed, candidate),
            distance <= limit, distance < candidate.count
        else { continue }
        if found == nil || distance < limit {
            found = name
            limit = distance
        }
        if distance == 0 { break }
    }
    return found
}

private func plain(_ text: String) -> [Unicode.Scalar] {
    text.lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" }
}

/// Insertions, deletions, replacements and swaps of neighbours between two names (optimal string alignment distance).
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int? {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var row = [i + 1]
        row.reserveCapacity(right.count + 1)
        for (j, b) in right.enumerated() {
            var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a == b ? 0 : 1))
            if i > 0, j > 0, a == right[j - 1], b == left[i - 1] { best = min(best, beforeLast[j - 1] + 1) }
            row.append(best)
        }
        beforeLast = last
        last = row
    }
    return last.last
}

extension Unicode.Scalar {
    /// The scalar as it may stand in a message or a summary: what is invisible or steers a terminal is spelled out.
    var escaped: String {
        switch self {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        case "\"": "\\\""
        default: isVisible ? String(self) : codePoint
        }
    }

    /// `U+001B`.
    var codePoint: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private var isVisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
        default: true
        }
    }
}

extension Syntax {
    /// `; did you mean "--grace"?`, or nothing where no name is near: for the command line's own messages.
    public static func nearestName(to text: String, among names: [String]) -> String {
        suggestion(for: text, among: names)
    }
}
