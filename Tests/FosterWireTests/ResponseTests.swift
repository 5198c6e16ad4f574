import FosterWire
import Testing

private let lasting = ResponseForm(omitsBody: false, isOldVersion: false, keepsAlive: true)
private let head = ResponseForm(omitsBody: true, isOldVersion: false, keepsAlive: true)
private let old = ResponseForm(omitsBody: false, isOldVersion: true, keepsAlive: false)

private func encode(_ response: Response, _ form: ResponseForm, standing: [UInt8] = []) throws -> String {
    var output: [UInt8] = []
    try ResponseEncoder.append(response, form, standing: standing, to: &output)
    return String(decoding: output, as: UTF8.self)
}

@Suite struct `A response` {
    @Test func `is written with its length, head and body together`() throws {
        let response = Response(
            .ok, contentType: "text/plain", fields: [.init(.retryAfter, "1")], body: Array("ok\n".utf8))
        #expect(
            try encode(response, lasting, standing: Array("Date: x\r\n".utf8))
                == "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Type: text/plain\r\nRetry-After: 1\r\nContent-Length: 3\r\n\r\nok\n"
        )
    }

    @Test func `to HEAD has the length of the body that it leaves out`() throws {
        #expect(
            try encode(Response(.notFound, body: Array(repeating: 0x78, count: 1234)), head)
                == "HTTP/1.1 404 Not Found\r\nContent-Length: 1234\r\n\r\n")
    }

    @Test(arguments: [HTTPStatus.noContent, .notModified])
    func `without content by definition has neither length nor body`(_ status: HTTPStatus) throws {
        let text = try encode(Response(status, body: [0x78]), lasting)
        #expect(!text.contains("Content-Length"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test func `says that the connection ends`() throws {
        var response = Response(.ok)
        #expect(try encode(response, .last).contains("Connection: close\r\n"))
        #expect(try encode(response, lasting).contains("Connection") == false)
        response.closes = true
        #expect(try encode(response, lasting).contains("Connection: close\r\n"))
    }

    @Test(arguments: ["a\r\nX: b", "a\nb", "a\rb", "a\0b", "a\u{7}", "\u{7f}"])
    func `with a control character in a value is refused and leaves nothing behind`(_ value: String) {
        var output: [UInt8] = [1]
        #expect(throws: ResponseError.badFieldValue) {
            try ResponseEncoder.append(
                Response(.ok, fields: [.init(.location, value)]), lasting, standing: [], to: &output)
        }
        #expect(throws: ResponseError.badFieldValue) {
            try ResponseEncoder.append(Response(.ok, contentType: value), lasting, standing: [], to: &output)
        }
        #expect(throws: ResponseError.badFieldValue) {
            try ResponseEncoder.appendStreamHead(Response(.ok, contentType: value), lasting, standing: [], to: &output)
        }
        #expect(throws: ResponseError.badFieldValue) { try ResponseEncoder.fieldLines([.init(.location, value)]) }
        #expect(output == [1])
    }

    @Test(arguments: [HTTPFieldName.contentLength, .transferEncoding, .connection])
    func `leaves framing to the encoder`(_ name: HTTPFieldName) {
        #expect(throws: ResponseError.reservedField) { try encode(Response(.ok, fields: [.init(name, "1")]), lasting) }
    }

    @Test func `is never an interim one`() {
        #expect(throws: ResponseError.interimStatus) { try encode(Response(.continue), lasting) }
    }

    @Test func `can be streamed in chunks`() throws {
        var output: [UInt8] = []
        try ResponseEncoder.appendStreamHead(
            Response(.ok, contentType: "text/event-stream"), lasting, standing: [], to: &output)
        ResponseEncoder.append(chunk: Array(repeating: 0x78, count: 26), lasting, to: &output)
        ResponseEncoder.append(chunk: [], lasting, to: &output)
        ResponseEncoder.appendEnd(lasting, to: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1a\r\n\(String(repeating: "x", count: 26))\r\n0\r\n\r\n")
    }

    @Test func `is streamed to HTTP/1.0 until the connection ends`() throws {
        var output: [UInt8] = []
        try ResponseEncoder.appendStreamHead(Response(.ok), old, standing: [], to: &output)
        ResponseEncoder.append(chunk: [0x78], old, to: &output)
        ResponseEncoder.appendEnd(old, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx")
    }

    @Test func `streamed to HEAD is its head`() throws {
        var output: [UInt8] = []
        try ResponseEncoder.appendStreamHead(Response(.ok), head, standing: [], to: &output)
        ResponseEncoder.append(chunk: [0x78], head, to: &output)
        ResponseEncoder.appendEnd(head, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    }
}

@Suite struct `A date` {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (Int64.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func `is written as HTTP wants it`(_ seconds: Int64, _ text: String) {
        #expect(HTTPDate.text(secondsSince1970: seconds) == text)
    }
}

@Suite struct `An Accept field` {
    static let json = "application/json"
    static let stream = "text/event-stream"
    static let lines = "application/x-ndjson"
    static let plain = "text/plain; version=0.0.4"
    static let open = "application/openmetrics-text; version=1.0.0"

    @Test(arguments: [
        (String?.none, String?.some(json)), ("", json), ("*/*", json), ("text/event-stream", stream),
        ("TEXT/*", stream),
        ("application/*;q=0.5, text/event-stream;q=0.4", json), ("application/json;q=0, */*", stream),
        ("application/json;q=0.1, */*;q=0.2", stream), ("image/png", nil), ("*/*;q=0", nil), ("nonsense", json),
        ("application/x-ndjson ; q=1.000 , application/json;q=0.999", lines), ("application/json;q=2", json),
        ("application/x-ndjson;a=\",;\", application/json;q=0.9", lines),
    ])
    func `chooses the offer that the client likes best`(_ field: String?, _ expected: String?) {
        #expect(Accept.best(of: [Self.json, Self.stream, Self.lines], for: field) == expected)
    }

    @Test(arguments: [
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", open
        ),
        ("application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3", plain),
        ("text/html,*/*;q=0.8", plain), ("text/plain", plain),
    ])
    func `understands what Prometheus and browsers send`(_ field: String, _ expected: String) {
        #expect(Accept.best(of: [Self.plain, Self.open], for: field) == expected)
    }
}
