/// A value of the file together with the key path that leads to it: what the schema reads from.
///
/// Every reader gives `nil` when it has put the reason into the report.
struct Value {
    let node: Node
    let path: ValuePath

    var place: Place { node.place }

    /// `true` for a key with nothing after it.
    var isNull: Bool {
        guard case .scalar(let scalar) = node.content else { return false }
        return scalar.isNull
    }

    /// The text of a scalar, free of NUL: none can be in an argument, a variable, a path or a name.
    func text(_ report: inout Report, expected: String = "a single value") -> String? {
        switch node.content {
        case .unreadable: return nil
        case .sequence, .mapping: report.error(place, path, "expected \(expected), found \(kind)")
        case .scalar(let scalar) where scalar.isNull:
            report.error(place, path, "the value is missing; write \"\" for an empty text")
        case .scalar(let scalar) where scalar.text.unicodeScalars.contains("\0"):
            report.error(place, path, "NUL is not allowed")
        case .scalar(let scalar): return scalar.text
        }
        return nil
    }

    /// A scalar as one of the readers of `Syntax` takes it.
    func read<Result>(_ report: inout Report, as parse: (String) throws(InvalidText) -> Result) -> Result? {
        guard let text = text(&report) else { return nil }
        do throws(InvalidText) {
            return try parse(text)
        } catch {
            report.error(place, path, error.description)
            return nil
        }
    }

    /// The items of a list.
    func items(_ report: inout Report, expected: String = "a list") -> [Value]? {
        guard case .sequence(let nodes) = node.content else {
            refuse(&report, expected: expected)
            return nil
        }
        return nodes.enumerated().map { Value(node: $0.element, path: path.index($0.offset)) }
    }

    /// The entries of a map whose keys are the user's own, without those given twice.
    func entries(_ report: inout Report, expected: String = "a map") -> [Entry]? {
        guard case .mapping(let pairs) = node.content else {
            refuse(&report, expected: expected)
            return nil
        }
        var first: [String: Place] = [:]
        var entries: [Entry] = []
        for pair in pairs {
            if let earlier = first[pair.key] {
                report.error(pair.keyPlace, path, "the key \(quoted(pair.key)) is given twice, first at \(earlier)")
                continue
            }
            first[pair.key] = pair.keyPlace
            entries.append(
                Entry(key: pair.key, keyPlace: pair.keyPlace, value: Value(node: pair.value, path: path.key(pair.key))))
        }
        return entries
    }

    /// The entries of a map whose keys the schema knows.
    func fields(_ names: [String], _ report: inout Report, expected: String? = nil) -> Fields? {
        guard let entries = entries(&report, expected: expected ?? "a map with the keys \(list(names))") else {
            return nil
        }
        var fields = Fields(place: place, path: path)
        for entry in entries {
            if names.contains(entry.key) {
                fields.values[entry.key] = entry
            } else {
                let near = suggestion(for: entry.key, among: names)
                report.error(entry.keyPlace, path, "unknown key \(quoted(entry.key)); allowed: \(list(names))\(near)")
            }
        }
        return fields
    }

    func refuse(_ report: inout Report, expected: String) {
        if node.content == .unreadable { return }
        report.error(place, path, "expected \(expected), found \(kind)")
    }

    private var kind: String {
        switch node.content {
        case .scalar(let scalar): scalar.isNull ? "nothing" : quoted(scalar.text)
        case .sequence: "a list"
        case .mapping: "a map"
        case .unreadable: "something unreadable"
        }
    }
}

/// One entry of a map.
struct Entry {
    let key: String
    let keyPlace: Place
    let value: Value
}

/// A map whose keys are known.
struct Fields {
    let place: Place
    let path: ValuePath
    fileprivate(set) var values: [String: Entry] = [:]

    subscript(name: String) -> Value? { values[name]?.value }

    func keyPlace(_ name: String) -> Place? { values[name]?.keyPlace }

    /// The value of a key that must be there.
    func required(_ name: String, _ report: inout Report) -> Value? {
        if let value = self[name] { return value }
        report.error(place, path, "the key \"\(name)\" is missing")
        return nil
    }
}
