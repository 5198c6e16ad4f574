import FosterCore
import FosterSystem

/// An environment that later settings change in place.
struct Environment {
    /// `NAME=value` each, in the order in which the names first came.
    private(set) var entries: [CText] = []
    private var places: [[UInt8]: Int] = [:]

    /// Takes over entries as they are, also those that are no `NAME=value`; of a repeated name the first, as getenv(3) finds it.
    init(_ inherited: [CText], without withheld: [String]) {
        let withheld = Set(withheld.map { Array($0.utf8) })
        for entry in inherited {
            guard let name = Self.name(of: entry) else {
                entries.append(entry)
                continue
            }
            guard places[name] == nil, !withheld.contains(name) else { continue }
            places[name] = entries.count
            entries.append(entry)
        }
    }

    /// The value of a variable, `nil` where it is not set.
    subscript(name: String) -> CText? {
        places[Array(name.utf8)].map { place in
            CText(bytes: entries[place].bytes.dropFirst(name.utf8.count + 1))
        }
    }

    mutating func set(_ name: String, to value: String) {
        let entry = CText("\(name)=\(value)")
        if let place = places[Array(name.utf8)] {
            entries[place] = entry
        } else {
            places[Array(name.utf8)] = entries.count
            entries.append(entry)
        }
    }

    mutating func unset(_ name: String) {
        guard let removed = places.removeValue(forKey: Array(name.utf8)) else { return }
        entries.remove(at: removed)
        for (name, place) in places where place > removed { places[name] = place - 1 }
    }

    /// Sets HOME, USER and LOGNAME for another user: what foster has of them is its own user's.
    ///
    /// A user without an entry has no name, and `/` for a home, as with Docker.
    mutating func describe(_ account: Account) {
        guard account.isOtherUser else { return }
        set("HOME", to: account.home ?? "/")
        for variable in ["USER", "LOGNAME"] {
            if let name = account.name { set(variable, to: name) } else { unset(variable) }
        }
    }

    private static func name(of entry: CText) -> [UInt8]? {
        entry.bytes.firstIndex(of: UInt8(ascii: "=")).map { Array(entry.bytes[..<$0]) }
    }
}
