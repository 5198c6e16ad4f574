import FosterCore

extension Syntax {
    /// A service's name: it becomes part of paths, of metrics' labels and of log prefixes.
    static func serviceName(_ text: String) throws(InvalidText) -> ServiceID {
        let isValid =
            (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
        guard isValid, let first = text.utf8.first, isAlphanumeric(first) else {
            throw InvalidText(
                "invalid service name \(quoted(text)); expected 1 to 63 letters, digits, \"_\", \".\" and \"-\", "
                    + "the first a letter or a digit")
        }
        return ServiceID(text)
    }

    /// The name of an environment variable, as Kubernetes has it: wider than POSIX, for `discovery.type` and its like.
    static func variableName(_ text: String) throws(InvalidText) -> String {
        let isValid = !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
        guard isValid, let first = text.utf8.first, !(48...57).contains(first) else {
            throw InvalidText(
                "invalid variable name \(quoted(text)); expected letters, digits, \"_\", \".\" and \"-\", "
                    + "the first no digit")
        }
        return text
    }

    /// A name, a uid, or `uid:gid`. Whether there is such a user is seen when the service starts.
    static func user(_ text: String) throws(InvalidText) -> String {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let isValid = parts.count == 1 ? isAccount(text) : parts.count == 2 && parts.allSatisfy { isNumericID($0) }
        guard isValid else {
            throw InvalidText(
                "invalid user \(quoted(text)); expected a name, a uid, or uid:gid, such as www-data or 1000:1000")
        }
        return text
    }

    /// A name or a gid.
    static func group(_ text: String) throws(InvalidText) -> String {
        guard isAccount(text) else {
            throw InvalidText("invalid group \(quoted(text)); expected a name or a gid, such as www-data or 1000")
        }
        return text
    }

    /// Digits are an id; anything else is a name, of which only what /etc/passwd cannot hold is refused.
    private static func isAccount(_ text: String) -> Bool {
        if text.utf8.allSatisfy({ (48...57).contains($0) }) { return isNumericID(text) }
        return !text.hasPrefix("-") && text.utf8.count <= 256
            && text.utf8.allSatisfy { $0 > 32 && $0 != 127 && !":/,".utf8.contains($0) }
    }

    /// (uid_t)-1 means "unchanged" to the kernel (setresuid(2)).
    private static func isNumericID(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let id = UInt32(text) else { return false }
        return id != .max
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: false
        }
    }
}
