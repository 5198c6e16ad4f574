import Foundation
import Testing

@testable import FosterAPI

@Suite("JSON texts")
struct JSONTests {
    @Test(
        "are read as RFC 8259 has them",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("\t\r\nfalse", .bool(false)), ("0", .number("0")),
            ("-12.5e+3", .number("-12.5e+3")), ("\"\"", .string("")), ("[]", .array([])), ("{}", .object([:])),
            ("[1, [2], {}]", .array([.number("1"), .array([.number("2")]), .object([:])])),
            ("{\"a\" : {\"b\":null} , \"c\":\"d\"}", .object(["a": .object(["b": .null]), "c": .string("d")])),
            (#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00""#, .string("\"\\/\u{8}\u{c}\n\r\tAé😀")),
            ("\"é😀\"", .string("é😀")),
        ] as [(String, JSONValue)])
    func reads(text: String, expected: JSONValue) throws {
        #expect(try JSONReader.read(Array(text.utf8)) == expected)
    }

    @Test(
        "are refused where anything is wrong with them",
        arguments: [
            "", " ", "nul", "True", "01", "+1", "1.", ".5", "1e", "-", "0x1", "NaN", "\"", "\"a", "\"\\x\"",
            "\"\\u12\"",
            "\"\\u00g0\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"", "\"\u{1}\"", "[", "[1", "[1,",
            "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{1:2}",
            "1 2",
            "{} x", "]", "}", "'a'",
        ])
    func refuses(text: String) {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(text.utf8)) }
    }

    @Test("are refused for a duplicate name, bad UTF-8 and too much depth, which Foundation lets pass in part")
    func refusesMore() throws {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(#"{"a":1,"\u0061":2}"#.utf8)) }
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read([0x22, 0xC3, 0x28, 0x22]) }
        let nested = { (depth: Int) in
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: Never.self) { try JSONReader.read(nested(JSONReader.depthLimit)) }
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(nested(JSONReader.depthLimit + 1)) }
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(nested(100_000)) }
    }

    @Test("survive every change of a byte: read alike by Foundation, or refused")
    func survivesMutations() {
        let text = Array(#"{"signal":"T\u00e9RM\n","scope":"all","ifRunId":12.5e2,"x":[true,null,-0.1,{}]}"#.utf8)
        for position in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[position] = byte
                guard let value = try? JSONReader.read(changed) else { continue }
                let other = try? JSONSerialization.jsonObject(with: Data(changed), options: .fragmentsAllowed)
                #expect(other != nil, "\(String(decoding: changed, as: UTF8.self)) is \(value)")
            }
        }
    }

    @Test(
        "hold the numbers that fit, and only those",
        arguments: [
            ("255", 255), ("0", 0), ("12.0", 12), ("1.2e1", 12), ("256", nil), ("-1", nil), ("1.5", nil),
            ("\"1\"", nil),
            ("1e400", nil), ("99999999999999999999999", nil), ("true", nil),
        ] as [(String, UInt8?)])
    func checksNumbers(text: String, expected: UInt8?) {
        let body = Array("{\"exitCode\":\(text)}".utf8)
        #expect((try? JSONInput.decode(ShutdownRequest.self, from: body))?.exitCode == expected)
    }

    private struct Everything: Codable, Equatable {
        var text = "a\"\\/\n\r\t\u{1}\u{1f}\u{7f}é😀\u{2028}"
        var numbers: [Double] = [0, -1, 0.1, 1e21, 1.5e-7, 9_007_199_254_740_992]
        var large = UInt64.max
        var small = Int64.min
        var flag = true
        var none: Int?
        var nested: [String: [Bool?]] = ["b": [true, nil], "a": []]
        var empty: [String: String] = [:]
    }

    @Test("are written so that Foundation reads the same value, with the names in order")
    func writes() throws {
        let text = JSONOutput.encode(Everything())
        #expect(try JSONDecoder().decode(Everything.self, from: Data(text)) == Everything())
        let names = ["empty", "flag", "large", "nested", "numbers", "small", "text"]
        let string = String(decoding: text, as: UTF8.self)
        let places = names.compactMap { string.range(of: "\"\($0)\":")?.lowerBound }
        #expect(places.count == names.count && places == places.sorted())
    }

    @Test("have no number that is not finite")
    func writesNull() {
        #expect(JSONOutput.encode([Double.nan, .infinity, 2]) == Array("[null,null,2]".utf8))
    }
}
