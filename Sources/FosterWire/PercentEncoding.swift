/// Percent-encoding of RFC 3986, section 2.1.
enum PercentEncoding {
    /// Whether every percent sign has two digits and the decoded bytes are UTF-8 without NUL.
    ///
    /// Checked for path and query as wholes when the request line is parsed: a `/`, `&` or `=` between two percent signs
    /// is ASCII, so a sequence that is UTF-8 as a whole is so in each part.
    static func isValid(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.contains(Byte.percent) else { return true }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == Byte.percent else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(Byte.hexadecimal),
                let low = rest.popFirst().flatMap(Byte.hexadecimal), high | low != 0
            else { return false }
            decoded.append(high << 4 | low)
        }
        return String(validating: decoded, as: UTF8.self) != nil
    }

    /// The text that valid bytes stand for.
    static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == Byte.percent, let high = rest.first.flatMap(Byte.hexadecimal),
                let low = rest.dropFirst().first.flatMap(Byte.hexadecimal)
            {
                decoded.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? Byte.space : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
