/// Where a value stands in the text it was read from.
public enum Place: Hashable, Sendable, CustomStringConvertible {
    /// Both count from 1; columns count characters (Unicode scalars), not bytes.
    case text(line: Int, column: Int)
    /// A JSON pointer (RFC 6901), for values that came as JSON.
    case pointer(String)

    public var description: String {
        switch self {
        case .text(let line, let column): "\(line):\(column)"
        case .pointer(let pointer): pointer
        }
    }

    static let start = Place.text(line: 1, column: 1)

    /// The order in which diagnostics are shown: as in the text. Pointers keep the order they were found in.
    func precedes(_ other: Place) -> Bool {
        guard case .text(let line, let column) = self, case .text(let otherLine, let otherColumn) = other else {
            return false
        }
        return (line, column) < (otherLine, otherColumn)
    }
}

/// The keys that lead to a value: `services.web.command[1]`; empty for the whole document.
struct ValuePath: Hashable, Sendable, CustomStringConvertible {
    let description: String

    static let root = ValuePath(description: "")

    func key(_ name: String) -> ValuePath {
        let shown = shortened(name)
        return ValuePath(description: description.isEmpty ? shown : "\(description).\(shown)")
    }

    func index(_ index: Int) -> ValuePath { ValuePath(description: "\(description)[\(index)]") }
}
