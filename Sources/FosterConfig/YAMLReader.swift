/// Reads a YAML text into a tree of nodes.
///
/// Takes the plain part of YAML: one document, no anchors, aliases or tags, and little depth. What does not stop the
/// reading (an alias) is put into the report; what does is thrown.
struct YAMLReader: ~Copyable {
    static let depthLimit = 32
    /// Flow syntax packs a node into two bytes, and a node takes some fifty times that.
    static let nodeLimit = 100_000

    private var events: YAMLEvents
    private var nodes = 0

    private init(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLProblem) {
        events = try YAMLEvents(text)
    }

    /// The document, or `nil` where there is none that could be read; then the report says why.
    static func read(_ bytes: [UInt8], report: inout Report) -> Node? {
        do throws(YAMLProblem) {
            let text = try TextCheck.text(of: bytes)
            return try text.withUnsafeBufferPointer { buffer throws(YAMLProblem) in
                do throws(YAMLProblem) {
                    var reader = try YAMLReader(buffer)
                    return try reader.document(report: &report)
                } catch {
                    throw error.explained(by: buffer)
                }
            }
        } catch {
            report.error(error.place, error.path, error.message)
            return nil
        }
    }

    private mutating func document(report: inout Report) throws(YAMLProblem) -> Node? {
        var root: Node?
        while true {
            let event = try events.next()
            switch event.kind {
            case .documentStart where root != nil:
                report.error(event.place, .root, "only one document is allowed in a file")
                return root
            case .documentStart: root = try node(from: try events.next(), path: .root, depth: 1, report: &report)
            case .streamEnd: return root
            default: continue
            }
        }
    }

    private mutating func node(
        from event: YAMLEvent, path: ValuePath, depth: Int, report: inout Report
    ) throws(YAMLProblem) -> Node {
        nodes += 1
        guard depth <= Self.depthLimit else {
            throw YAMLProblem(
                place: event.place, path: path, message: "nested more than \(Self.depthLimit) levels deep")
        }
        guard nodes <= Self.nodeLimit else {
            throw YAMLProblem(place: event.place, message: "more than \(Self.nodeLimit) values in a file")
        }
        if event.hasAnchor { report.error(event.place, path, "anchors are not allowed") }
        if event.hasTag { report.error(event.place, path, "tags are not allowed: each key knows what it expects") }
        return Node(place: event.place, content: try content(of: event, path: path, depth: depth, report: &report))
    }

    private mutating func content(
        of event: YAMLEvent, path: ValuePath, depth: Int, report: inout Report
    ) throws(YAMLProblem) -> Node.Content {
        switch event.kind {
        case .scalar(let scalar): return .scalar(scalar)
        case .sequenceStart:
            var items: [Node] = []
            while true {
                let next = try events.next()
                if next.kind == .sequenceEnd { return .sequence(items) }
                items.append(try node(from: next, path: path.index(items.count), depth: depth + 1, report: &report))
            }
        case .mappingStart:
            var pairs: [Node.Pair] = []
            while true {
                let next = try events.next()
                if next.kind == .mappingEnd { return .mapping(pairs) }
                if let pair = try pair(from: next, path: path, depth: depth + 1, report: &report) { pairs.append(pair) }
            }
        case .alias:
            report.error(event.place, path, "aliases are not allowed")
            return .unreadable
        case .documentStart, .sequenceEnd, .mappingEnd, .streamEnd, .other:
            // libyaml's grammar does not put these here.
            throw YAMLProblem(place: event.place, path: path, message: "not valid YAML: a value is missing")
        }
    }

    private mutating func pair(
        from event: YAMLEvent, path: ValuePath, depth: Int, report: inout Report
    ) throws(YAMLProblem) -> Node.Pair? {
        let key = try node(from: event, path: path, depth: depth, report: &report)
        guard case .scalar(let scalar) = key.content else {
            if key.content != .unreadable { report.error(key.place, path, "a key must be a text") }
            _ = try node(from: try events.next(), path: path, depth: depth, report: &report)
            return nil
        }
        let value = try node(from: try events.next(), path: path.key(scalar.text), depth: depth, report: &report)
        return Node.Pair(key: scalar.text, keyPlace: key.place, value: value)
    }
}

extension YAMLProblem {
    /// Says what libyaml does not: that the character it stumbled over is a tab.
    fileprivate func explained(by text: UnsafeBufferPointer<UInt8>) -> YAMLProblem {
        guard message.hasPrefix("not valid YAML: found character that cannot start any token") else { return self }
        let found = String(decoding: text, as: UTF8.self).unicodeScalars.dropFirst(offset).first
        guard let found else { return self }
        var problem = self
        problem.message =
            found == "\t"
            ? "not valid YAML: a tab cannot indent; use spaces"
            : "not valid YAML: a value cannot begin with \(quoted(String(found))); put it in quotes"
        return problem
    }
}
