public import FosterCore

extension Syntax {
    /// `0.0.0.0:9110`, `[::]:9110`, or `:9110` for every address of both families: as `--probe` takes it.
    ///
    /// Names are not resolved: init never waits for a name server, and a listener's address is no matter of luck.
    public static func endpoint(_ text: String) throws(InvalidText) -> ProbeListener {
        let expected = "expected an IP address and a port, such as \"0.0.0.0:9110\", \"[::]:9110\" or \":9110\""
        guard let colon = text.lastIndex(of: ":") else {
            throw InvalidText("invalid address \(quoted(text)); \(expected)")
        }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = UInt16(digits), port > 0
        else {
            throw InvalidText("invalid port \(quoted(String(digits))) in \(quoted(text)); allowed: 1 to 65535")
        }
        let host = text[..<colon]
        if host.isEmpty || isIPv4(host) { return ProbeListener(host: String(host), port: port) }
        if host.hasPrefix("["), host.hasSuffix("]"), isIPv6(host.dropFirst().dropLast()) {
            return ProbeListener(host: String(host.dropFirst().dropLast()), port: port)
        }
        let hint =
            isIPv6(host)
            ? "; did you mean \"[\(host)]:\(port)\"?"
            : host == "localhost" ? "; did you mean \"127.0.0.1:\(port)\"?" : ""
        throw InvalidText("invalid address \(quoted(text)); \(expected)\(hint)")
    }

    /// Four decimal numbers without leading zeros, which some readers take for octal.
    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
                    && UInt8(part) != nil && (part == "0" || !part.hasPrefix("0"))
            }
    }

    /// RFC 4291, section 2.2: eight groups, of which one run may be `::`, the last two perhaps as IPv4. No zones.
    private static func isIPv6(_ text: Substring) -> Bool {
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return false }
        // A `::` at either end gives two empty groups where one in the middle gives one.
        if groups.first == "" {
            guard groups[1] == "" else { return false }
            groups.removeFirst()
        }
        if groups.last == "", groups.count > 1 {
            guard groups[groups.count - 2] == "" else { return false }
            groups.removeLast()
        }
        var width = 0
        for (index, group) in groups.enumerated() where group != "" {
            if index == groups.count - 1, isIPv4(group) {
                width += 2
            } else if group.utf8.count <= 4, group.utf8.allSatisfy(isHexadecimal) {
                width += 1
            } else {
                return false
            }
        }
        switch groups.count(where: \.isEmpty) {
        case 0: return width == 8
        case 1: return width <= 7
        default: return false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
