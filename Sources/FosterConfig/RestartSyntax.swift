public import FosterCore

extension Syntax {
    static let restartPolicies = ["no", "on-failure[:N]", "always", "unless-stopped"]

    /// `no`, `on-failure`, `on-failure:5`, `always` or `unless-stopped`: as `--restart` takes it.
    public static func restart(_ text: String) throws(InvalidText) -> RestartRule {
        if let policy = RestartPolicy(rawValue: text) { return RestartRule(policy: policy) }
        let prefix = "\(RestartPolicy.onFailure.rawValue):"
        guard text.hasPrefix(prefix) else {
            throw .unknown(text, allowed: restartPolicies, names: RestartPolicy.allCases.map(\.rawValue))
        }
        return RestartRule(policy: .onFailure, maxRetries: try retries(String(text.dropFirst(prefix.count))))
    }

    /// A count from 1. Zero would mean "no limit" to Docker's users and "never" to others.
    static func retries(_ text: String) throws(InvalidText) -> UInt32 {
        guard !text.hasPrefix("+"), let count = UInt32(text), count > 0 else {
            throw InvalidText(
                "invalid count \(quoted(text)); expected 1 to \(UInt32.max)")
        }
        return count
    }
}
