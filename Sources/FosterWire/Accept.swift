/// Chooses among the media types that a resource can be had in, by the Accept field (RFC 9110, section 12.5.1).
public enum Accept {
    /// The offer that the client likes best, nil when it accepts none of them.
    ///
    /// Of equally liked offers the first wins. No field accepts everything. Elements that are not media ranges are
    /// passed over. A parameter counts only when offer and range both name it, so that `version=1.0.0` chooses a version while
    /// Prometheus' `escaping=…` does not rule an offer out.
    ///
    /// - Parameter offers: media types such as `text/plain; version=0.0.4`.
    public static func best(of offers: [String], for accept: String?) -> String? {
        guard let accept else { return offers.first }
        let ranges = split(accept, at: Byte.comma).compactMap(MediaRange.init)
        guard !ranges.isEmpty else { return offers.first }
        var best: (offer: String, quality: Int)?
        for offer in offers {
            guard let type = MediaRange(Substring(offer)) else { continue }
            let match = ranges.filter { $0.matches(type) }.max { $0.specificity < $1.specificity }
            guard let match, match.quality > 0, match.quality > best?.quality ?? 0 else { continue }
            best = (offer, match.quality)
        }
        return best?.offer
    }

    /// Splits outside of quoted strings.
    fileprivate static func split(_ text: some StringProtocol, at separator: UInt8) -> [Substring] {
        var parts: [Substring] = []
        var quoted = false
        var escaped = false
        var part: [UInt8] = []
        for byte in text.utf8 {
            if byte == separator, !quoted {
                parts.append(Substring(decoding: part, as: UTF8.self))
                part.removeAll(keepingCapacity: true)
                continue
            }
            if byte == UInt8(ascii: "\""), !escaped { quoted.toggle() }
            escaped = quoted && byte == UInt8(ascii: "\\") && !escaped
            part.append(byte)
        }
        parts.append(Substring(decoding: part, as: UTF8.self))
        return parts
    }
}

/// `type/subtype;parameter=value;q=0.5`, with `*` for any.
private struct MediaRange {
    let type: String
    let subtype: String
    let parameters: [String: String]
    /// In thousandths.
    let quality: Int

    init?(_ text: Substring) {
        let parts = Accept.split(text, at: Byte.semicolon).map(Self.normalise)
        guard let names = parts.first?.split(separator: "/", omittingEmptySubsequences: false), names.count == 2,
            names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(ByteSet.token.contains) }),
            names[0] != "*" || names[1] == "*"
        else { return nil }
        type = String(names[0])
        subtype = String(names[1])
        var quality = 1000
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let name = Self.normalise(part[..<equals])
            let value = Self.normalise(part[part.index(after: equals)...])
            if name == "q" {
                guard let weight = Self.weight(value) else { return nil }
                quality = weight
                break
            }
            parameters[name] = value.filter { $0 != "\"" }
        }
        self.parameters = parameters
        self.quality = quality
    }

    /// Which range decides when several match: the one that says most.
    var specificity: Int {
        (type == "*" ? 0 : 1) + (subtype == "*" ? 0 : 1) + (subtype == "*" ? 0 : parameters.count)
    }

    func matches(_ offer: MediaRange) -> Bool {
        guard type == "*" || type == offer.type, subtype == "*" || subtype == offer.subtype else { return false }
        return parameters.allSatisfy { name, value in offer.parameters[name].map { $0 == value } ?? true }
    }

    /// Without white space around it and in small ASCII letters.
    private static func normalise(_ text: some StringProtocol) -> String {
        String(decoding: Array(text.utf8)[...].trimmingWhitespace().map(Byte.lowercase), as: UTF8.self)
    }

    /// `qvalue` of RFC 9110, section 12.4.2: `0`, `1`, or one of them with up to three decimals.
    private static func weight(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"), bytes.count <= 5 else {
            return nil
        }
        guard bytes.count < 2 || bytes[1] == UInt8(ascii: ".") else { return nil }
        var weight = Int(first &- UInt8(ascii: "0")) * 1000
        var scale = 100
        for byte in bytes.dropFirst(2) {
            guard byte &- UInt8(ascii: "0") < 10 else { return nil }
            weight += Int(byte &- UInt8(ascii: "0")) * scale
            scale /= 10
        }
        return weight <= 1000 ? weight : nil
    }
}
