/// The body of `start`, which has no member.
public struct StartRequest: Codable, Hashable, Sendable {
    public init() {}

    private enum CodingKeys: CodingKey, CaseIterable {}

    public init(from decoder: any Decoder) throws { try decoder.refuseOthers(than: CodingKeys.self) }
    public func encode(to encoder: any Encoder) throws { _ = encoder.container(keyedBy: CodingKeys.self) }
}

/// The body of `stop` and `restart`.
public struct RunRequest: Codable, Hashable, Sendable {
    /// Acts only on this run, the one that the caller saw.
    public var ifRunId: UInt64?

    public init(ifRunId: UInt64? = nil) { self.ifRunId = ifRunId }

    private enum CodingKeys: CodingKey, CaseIterable { case ifRunId }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: CodingKeys.self)
        ifRunId = try decoder.container(keyedBy: CodingKeys.self).decodeUnlessAbsent(UInt64.self, forKey: .ifRunId)
    }
}

/// The body of `signal`.
public struct SignalRequest: Codable, Hashable, Sendable {
    /// Whom it reaches: the run's first process, its process group, or all that came from the service.
    public enum Scope: String, Codable, CaseIterable, Sendable {
        case main, group, all
    }

    /// `TERM`, `SIGTERM`, `15` or `RTMIN+3`.
    public var signal: String
    public var scope: Scope
    public var ifRunId: UInt64?

    public init(signal: String, scope: Scope = .main, ifRunId: UInt64? = nil) {
        self.signal = signal
        self.scope = scope
        self.ifRunId = ifRunId
    }

    private enum CodingKeys: CodingKey, CaseIterable { case signal, scope, ifRunId }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        signal = try container.decode(String.self, forKey: .signal)
        scope = try container.decodeUnlessAbsent(Scope.self, forKey: .scope) ?? .main
        ifRunId = try container.decodeUnlessAbsent(UInt64.self, forKey: .ifRunId)
    }
}

/// The body of `shutdown`.
public struct ShutdownRequest: Codable, Hashable, Sendable {
    /// What foster exits with, instead of the code that the stop would give.
    public var exitCode: UInt8?

    public init(exitCode: UInt8? = nil) { self.exitCode = exitCode }

    private enum CodingKeys: CodingKey, CaseIterable { case exitCode }

    public init(from decoder: any Decoder) throws {
        try decoder.refuseOthers(than: CodingKeys.self)
        exitCode = try decoder.container(keyedBy: CodingKeys.self).decodeUnlessAbsent(UInt8.self, forKey: .exitCode)
    }
}

/// A member that the body must not have.
public struct UnknownMember: Error, Hashable, Sendable {
    public let name: String
    public let allowed: [String]
}

extension Decoder {
    /// Throws ``UnknownMember`` for the first member, in alphabetical order, that is not one of the keys.
    fileprivate func refuseOthers<Keys: CodingKey & CaseIterable>(than keys: Keys.Type) throws {
        let allowed = Keys.allCases.map(\.stringValue)
        let names = try container(keyedBy: AnyName.self).allKeys.map(\.stringValue)
        if let name = names.sorted().first(where: { !allowed.contains($0) }) {
            throw UnknownMember(name: name, allowed: allowed)
        }
    }
}

extension KeyedDecodingContainer {
    /// `null` is no value, and not taken for an absent member: a guard such as `ifRunId` must not vanish unnoticed.
    fileprivate func decodeUnlessAbsent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        try contains(key) ? decode(type, forKey: key) : nil
    }
}

private struct AnyName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
