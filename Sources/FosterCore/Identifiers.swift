/// A service's name, as the configuration spells it.
public struct ServiceID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let name: String

    public init(_ name: String) { self.name = name }
    public init(stringLiteral name: String) { self.name = name }

    public var description: String { name }
    public static func < (left: Self, right: Self) -> Bool { left.name < right.name }

    /// The one service of the init form.
    public static let main: ServiceID = "main"
}

/// The count of a service's launches, from 1. Every event about a process carries it, so that late news of run 7 cannot disturb run 8.
public struct RunID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, ExpressibleByIntegerLiteral {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
    public init(integerLiteral number: UInt64) { self.number = number }

    public var next: RunID { RunID(number &+ 1) }
    public var description: String { String(number) }
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// Names one command. Whoever posts the command chooses it, unique for the life of the process, and finds the outcome
/// in the snapshot's operations by it: nothing is ever mailed back.
public struct CommandID: Hashable, Sendable, Codable, CustomStringConvertible {
    public let number: UInt64
    public init(_ number: UInt64) { self.number = number }
    public var description: String { String(number) }
}

/// Names one operation (`op-12`), counted from 1 by the supervisor.
public struct OperationID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let number: UInt64
    public init(_ number: UInt64) { self.number = number }
    public var description: String { "op-\(number)" }
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
