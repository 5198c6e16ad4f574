public import FosterWire

/// What a listener is called in metrics and logs; several listeners may share a name.
public struct ListenerName: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }
}

/// Counts of one listener since it was added, for metrics.
public struct ListenerStatistics: Sendable {
    public let name: ListenerName
    /// Connections taken, refused ones included.
    public internal(set) var accepted: UInt64 = 0
    /// Connections open now, those that only linger included.
    public internal(set) var open = 0
    /// Complete requests.
    public internal(set) var requests: UInt64 = 0
    /// Rejections by their reason.
    public internal(set) var rejections: [WireError: UInt64] = [:]
    /// Responses that could not be encoded and became 500: mistakes of ours.
    public internal(set) var unencodable: UInt64 = 0
    /// Connections cut because too many bytes waited for peers that do not read.
    public internal(set) var shed: UInt64 = 0
    /// Times that accepting had to rest because the system had no descriptors or memory left.
    public internal(set) var exhaustions: UInt64 = 0
}
