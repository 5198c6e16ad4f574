import FosterConfig
import FosterWire

/// The query of a request, every name known and used once.
struct Query {
    private var values: [String: String?] = [:]

    init(_ request: Request, allowed: [String]) throws(Refusal) {
        guard request.hasQuery else { return }
        for (name, value) in request.query {
            guard allowed.contains(name) else {
                let list = allowed.isEmpty ? "none" : allowed.joined(separator: ", ")
                throw Refusal(
                    .badRequest, "unknown-parameter", "unknown query parameter \"\(name.prefix(64))\"; allowed: \(list)"
                )
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Refusal(.badRequest, "repeated-parameter", "the query parameter \"\(name)\" occurs twice")
            }
        }
    }

    /// A value; an empty one, and none at all, are the same mistake.
    func text(_ name: String) throws(Refusal) -> String? {
        guard let item = values[name] else { return nil }
        guard let value = item, !value.isEmpty else { throw Self.invalid(name, "it needs a value") }
        return value
    }

    /// Values separated by commas.
    func list(_ name: String) throws(Refusal) -> [String]? {
        try text(name)?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// Values of an enumeration, separated by commas.
    func choices<Value: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, of type: Value.Type = Value.self
    ) throws(Refusal) -> Set<Value>? where Value.RawValue == String {
        guard let list = try list(name) else { return nil }
        var chosen: Set<Value> = []
        for text in list {
            guard let value = Value(rawValue: text) else {
                throw Self.invalid(name, "allowed: \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            chosen.insert(value)
        }
        return chosen
    }

    func boolean(_ name: String) throws(Refusal) -> Bool? {
        switch try text(name) {
        case nil: nil
        case "true": true
        case "false": false
        default: throw Self.invalid(name, "allowed: true, false")
        }
    }

    /// A parameter that needs no value: `?verbose`.
    func flag(_ name: String) throws(Refusal) -> Bool {
        guard let item = values[name] else { return false }
        return item == nil || item == "" ? true : try boolean(name) ?? true
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
        guard let text = try text(name) else { return nil }
        guard text.utf8.first != UInt8(ascii: "+"), let number = Int(text), range.contains(number) else {
            throw Self.invalid(name, "allowed: \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func invalid(_ name: String, _ reason: String) -> Refusal {
        Refusal(.badRequest, "invalid-parameter", "invalid value of the query parameter \"\(name)\"; \(reason)")
    }
}

/// How long a client is willing to wait for the end of an operation.
enum Patience {
    static let longest: Duration = .seconds(3600)

    /// `?wait=30s`, else `Prefer: wait=30` (RFC 7240, section 4.3), at most an hour; `nil` for not at all.
    static func read(_ query: Query, _ request: Request) throws(Refusal) -> Duration? {
        if let text = try query.text("wait") {
            do throws(InvalidText) {
                return min(try Syntax.duration(text), longest)
            } catch {
                throw Query.invalid("wait", error.description)
            }
        }
        guard let preferences = request[.prefer] else { return nil }
        for preference in preferences.split(separator: ",") {
            let parts = preference.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
                .lowercased().split(separator: "=")
            // A preference that makes no sense is passed over (section 2).
            if parts.count == 2, parts[0] == "wait", let seconds = UInt64(parts[1]) {
                return min(.seconds(Int64(clamping: seconds)), longest)
            }
        }
        return nil
    }
}
