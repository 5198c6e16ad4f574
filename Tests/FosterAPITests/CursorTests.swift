import FosterAPI
import Testing

@Suite struct CursorTests {
    @Test func aCursorIsReadAsItWasWritten() {
        let cursor = Cursor(epoch: 0xC0FFEE, revision: 42)
        #expect(cursor.description == "0000000000c0ffee-42")
        #expect(Cursor(cursor.description) == cursor)
        #expect(Cursor(Cursor(epoch: .max, revision: .max).description)?.revision == .max)
    }

    @Test(arguments: [
        "", "-", "42", "c0ffee-42", "0000000000c0ffee-", "0000000000c0ffee-4-2", "0000000000c0ffee-+4",
        "+000000000c0ffee-4", "-000000000c0ffee-4", "0000000000c0ffeg-4", "0000000000c0ffee-18446744073709551616",
    ])
    func whatIsNoCursorIsNotRead(text: String) {
        #expect(Cursor(text) == nil)
    }
}
