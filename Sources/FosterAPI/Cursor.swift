/// A place in the journal: `<epoch>-<revision>`. The epoch is new at each start of foster, so that a cursor of an earlier
/// life is never taken for one of this.
public struct Cursor: Hashable, Sendable, LosslessStringConvertible {
    public let epoch: UInt64
    public let revision: UInt64

    public init(epoch: UInt64, revision: UInt64) {
        self.epoch = epoch
        self.revision = revision
    }

    /// `00c0ffee00c0ffee-42`: 16 hexadecimal digits and a decimal number.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 16, parts[0].utf8.allSatisfy({ $0 != 43 }),
            let epoch = UInt64(parts[0], radix: 16), let revision = UInt64(parts[1]), parts[1].utf8.first != 43
        else { return nil }
        self.init(epoch: epoch, revision: revision)
    }

    public var description: String { "\(epochText)-\(revision)" }

    /// The epoch as 16 hexadecimal digits.
    public var epochText: String {
        let digits = String(epoch, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension Cursor: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let cursor = Cursor(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a cursor")
        }
        self = cursor
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
