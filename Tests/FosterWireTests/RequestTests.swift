import FosterWire
import Testing

@Suite struct `A request` {
    @Test(arguments: [
        ("/", []), ("/livez", ["livez"]), ("/a/", ["a", ""]), ("//a", ["", "a"]), ("/a%2Fb/c", ["a/b", "c"]),
        ("/%c3%a9/%20", ["é", " "]), ("/a+b", ["a+b"]), ("/../%2e", ["..", "."]), ("http://h/x/y?z", ["x", "y"]),
        ("http://h?z", []),
    ])
    func `decodes each path segment by itself`(_ target: String, _ segments: [String]) throws {
        #expect(try firstRequest(get(target: target)).pathSegments == segments)
    }

    @Test(arguments: [
        ("/", []), ("/?", []), ("/?verbose", ["verbose"]), ("/?a=1&b=2", ["a=1", "b=2"]), ("/?a=", ["a="]),
        ("/?a=b=c", ["a=b=c"]), ("/?a%26b=%3d", ["a&b=="]), ("/?a+b=c%2Bd", ["a b=c+d"]), ("/?&&a&", ["a"]),
        ("/?=x", ["=x"]),
    ])
    func `decodes its query as forms are encoded`(_ target: String, _ items: [String]) throws {
        let query = try firstRequest(get(target: target)).query
        #expect(query.map { $0.name + ($0.value.map { "=" + $0 } ?? "") } == items)
    }

    @Test func `finds fields whatever their capitals and joins repeated ones`() throws {
        let request = try firstRequest(get("ACCEPT: a\r\nX: 1\r\naccept:  b \r\n"))
        #expect(request[.accept] == "a, b")
        #expect(request[.authorization] == nil)
        #expect(request.fields.map(\.name) == ["Host", "ACCEPT", "X", "accept"])
        #expect(request.fields.map(\.value) == ["a", "a", "1", "b"])
    }

    @Test(arguments: [
        ("http://b:1/x", "b:1"), ("/x", "a"),
    ])
    func `is for the authority of an absolute target before that of Host`(_ target: String, _ expected: String) throws {
        #expect(try firstRequest(get(target: target)).authority == expected)
    }

    @Test(arguments: [
        ("Content-Type: Application/JSON; charset=utf-8\r\n", "application/json"),
        ("Content-Type:text/plain ;x\r\n", "text/plain"), ("X: y\r\n", String?.none),
    ])
    func `names the type of its content`(_ field: String, _ expected: String?) throws {
        #expect(try firstRequest(get(field)).mediaType == expected)
    }

    @Test(arguments: [
        ("Bearer", "bEARER", true), ("a", "ab", false), ("k", "\u{212a}", false), ("\u{e9}", "\u{c9}", false),
    ])
    func `is compared without regard to case in ASCII only`(_ one: String, _ other: String, _ equal: Bool) {
        #expect(ASCII.equalIgnoringCase(one, other) == equal)
    }

    @Test func `tells its path as sent`() throws {
        let request = try firstRequest(get(target: "/livez?verbose"))
        #expect(request.hasRawPath("/livez"))
        #expect(!request.hasRawPath("/live"))
        #expect(!request.hasRawPath("/livezz"))
        #expect(request.rawPath == "/livez")
        #expect(request.hasQuery)
        #expect(request.rawTarget == "/livez?verbose")
    }

    @Test func `asks for 100 Continue once, and not when the body is there already`() {
        let head = Array(post("Expect: 100-continue\r\nContent-Length: 2\r\n").utf8)
        var parser = RequestParser()
        var unread = 0..<head.count
        _ = parser.parse(head, &unread)
        #expect(parser.phase == .body)
        let answers = [parser.takeContinue(), parser.takeContinue()]
        #expect(answers == [true, false])

        var eager = RequestParser()
        let early = head + [UInt8(ascii: "x")]
        unread = 0..<early.count
        _ = eager.parse(early, &unread)
        let eagerAnswer = eager.takeContinue()
        #expect(!eagerAnswer)

        var old = RequestParser()
        let oldHead = Array("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".utf8)
        unread = 0..<oldHead.count
        _ = old.parse(oldHead, &unread)
        let oldAnswer = old.takeContinue()
        #expect(!oldAnswer)
    }

    @Test func `is one message, and what follows stays unread`() {
        let bytes = Array((get() + get(target: "/b")).utf8)
        var parser = RequestParser()
        var unread = 0..<bytes.count
        guard case .complete = parser.parse(bytes, &unread) else {
            Issue.record("no request")
            return
        }
        #expect(unread == get().utf8.count..<bytes.count)
    }
}
