import FosterAPI
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (951_868_799_999, "2000-02-29T23:59:59.999Z"),
        (1_700_000_000_120, "2023-11-14T22:13:20.120Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func aMomentIsWrittenInUTCAndReadBack(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSince1970: milliseconds).description == text)
        #expect(Timestamp(text)?.millisecondsSince1970 == milliseconds)
    }

    @Test(arguments: [
        (Duration.milliseconds(-1), "1970-01-01T00:00:00.000Z"),
        (.nanoseconds(1_999_999), "1970-01-01T00:00:00.001Z"),
        (.seconds(Int64.max), "9999-12-31T23:59:59.000Z"),
    ])
    func aDurationIsCutOffAndClamped(duration: Duration, text: String) {
        #expect(Timestamp(since1970: duration).description == text)
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T09:05:07Z", "2026-13-01T00:00:00.000Z", "2026-02-30T00:00:00.000Z",
        "2026-11-23T24:00:00.000Z", "2026-11-23 09:05:07.120Z", "2026-11-23T09:05:07.120+00:00", "20261123090507120",
        "0000-00-00T00:00:00.000Z", "9999-99-99T99:99:99.999Z",
    ])
    func whatIsNotWrittenSoIsNotRead(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
