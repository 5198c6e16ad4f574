import FosterCore
import Testing

@testable import FosterInit

@Suite("Readiness datagrams")
struct NotificationReaderTests {
    @Test(
        "are read line by line, and what is unknown or damaged is passed over",
        arguments: [
            ("READY=1", [.ready]),
            ("READY=1\n", [.ready]),
            ("STATUS=warming up\nREADY=1", [.status("warming up"), .ready]),
            ("READY=0", []),
            ("READY=11", []),
            ("READY", []),
            ("ready=1", []),
            (" READY=1", []),
            ("", []),
            ("\n\n", []),
            ("=1", []),
            ("RELOADING=1\nMONOTONIC_USEC=12", [.reloading]),
            ("STOPPING=1", [.stopping]),
            ("STATUS=", [.status("")]),
            ("STATUS=a=b", [.status("a=b")]),
            ("STATUS=a\nREADY=1\nSTATUS=b\nREADY=1", [.status("a"), .ready]),
            ("MAINPID=4\nX_OWN=1\nREADY=1", [.ready]),
        ] as [(String, [Notification])])
    func readsLines(text: String, expected: [Notification]) {
        #expect(NotificationReader.read(Array(text.utf8)) == expected)
    }

    @Test("keep control characters away from whoever reads a status")
    func removesControlCharacters() {
        #expect(NotificationReader.read(Array("STATUS=a\u{1B}[31mb\tc".utf8)) == [.status("a [31mb c")])
    }

    @Test("that are not UTF-8 do no harm")
    func survivesDamage() {
        #expect(NotificationReader.read([0xFF, 0x3D, 0x31]) == [])
        #expect(NotificationReader.read(Array("STATUS=".utf8) + [0xC3, 0x28]) == [.status("\u{FFFD}(")])
    }

    @Test("have their status cut to its limit")
    func cutsStatus() {
        let long = String(repeating: "x", count: 4000)
        let limit = String(repeating: "x", count: NotificationReader.statusLimit)
        #expect(NotificationReader.read(Array("STATUS=\(long)".utf8)) == [.status(limit)])
    }
}
