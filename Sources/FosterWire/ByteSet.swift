/// A set of ASCII bytes as two words: membership is a shift and a mask, without a table in memory.
///
/// Bytes of 0x80 and above are in no set.
struct ByteSet: Sendable {
    let low: UInt64
    let high: UInt64

    /// `tchar` of RFC 9110, section 5.6.2: what methods, field names and codings are made of.
    static let token = ByteSet(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe)

    /// `pchar` and `/` of RFC 3986, section 3.3; the percent sign still needs its two digits.
    static let path = ByteSet(low: 0x2fff_fff2_0000_0000, high: 0x47ff_fffe_87ff_ffff)

    /// `query` of RFC 3986, section 3.4.
    static let query = ByteSet(low: 0xafff_fff2_0000_0000, high: 0x47ff_fffe_87ff_ffff)

    /// `host` and `port` of RFC 3986, section 3.2, without user information (RFC 9110, section 4.2.4).
    static let authority = ByteSet(low: 0x2fff_7ff2_0000_0000, high: 0x47ff_fffe_afff_fffe)

    func contains(_ byte: UInt8) -> Bool {
        // Smart shifts: a distance of 64 and more gives zero, so bytes above ASCII fall out by themselves.
        byte < 64 ? (low >> UInt64(byte)) & 1 == 1 : (high >> (UInt64(byte) &- 64)) & 1 == 1
    }
}
