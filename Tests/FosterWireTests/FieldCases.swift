import FosterWire

let fieldCases: [CorpusCase] = [
    accept("no space after the colon", "9112 §5", "GET / HTTP/1.1\r\nHost:a\r\n\r\n", "GET /"),
    accept("white space around the value", "9112 §5", "GET / HTTP/1.1\r\nHost: \t a \t\r\n\r\n", "GET /"),
    accept("empty value", "9110 §5.5", get("X:\r\n"), "GET /"),
    accept("empty Host", "9112 §3.2", "GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET /"),
    accept("Host with port", "9110 §7.2", "GET / HTTP/1.1\r\nHost: a:65535\r\n\r\n", "GET /"),
    accept("Host with an IPv6 address", "9110 §7.2", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /"),
    accept("Host in capitals", "9110 §5.1", "GET / HTTP/1.1\r\nHOST: a\r\n\r\n", "GET /"),
    accept("bytes above ASCII in a value", "9110 §5.5", get("X: caf\u{e9}\r\n"), "GET /"),
    accept("colons in a value", "9110 §5.5", get("X: a:b:c\r\n"), "GET /"),
    accept("every token character in a name", "9110 §5.6.2", get("!#$%&'*+-.^_`|~09aZ: x\r\n"), "GET /"),
    accept("100 fields", "9110 §5.4", get(String(repeating: "X: y\r\n", count: 99)), "GET /"),
    reject("missing Host", "9112 §3.2", .missingHost, "GET / HTTP/1.1\r\n\r\n"),
    reject("missing Host beside an absolute target", "9112 §3.2", .missingHost, "GET http://a/ HTTP/1.1\r\n\r\n"),
    reject("repeated Host", "9112 §3.2", .repeatedHost, get("Host: b\r\n")),
    reject("repeated equal Host", "9112 §3.2", .repeatedHost, get("host: a\r\n")),
    reject("repeated Host in HTTP/1.0", "9112 §3.2", .repeatedHost, "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    reject("Host with a path", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    reject("Host with user information", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: x@a\r\n\r\n"),
    reject("Host with a space", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    reject("Host list", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    reject("Host with a port that is no number", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
    reject("Host with two ports", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n"),
    reject("Host that is only a port", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
    reject("Host with an open bracket", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    reject("Host with text behind the bracket", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n"),
    reject("Host with bad percent-encoding", "9112 §3.2", .badHost, "GET / HTTP/1.1\r\nHost: a%\r\n\r\n"),
    reject("obsolete fold", "9112 §5.2", .obsoleteFold, get("X: a\r\n b\r\n")),
    reject("obsolete fold with a tab", "9112 §5.2", .obsoleteFold, get("X: a\r\n\tb\r\n")),
    reject("white space before the first field", "9112 §2.2", .obsoleteFold, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    reject(
        "line of spaces instead of the empty line", "9112 §2.2", .obsoleteFold, "GET / HTTP/1.1\r\nHost: a\r\n \r\n"),
    reject("space before the colon", "9112 §5.1", .whitespaceBeforeColon, get("X : a\r\n")),
    reject("tab before the colon", "9112 §5.1", .whitespaceBeforeColon, get("X\t: a\r\n")),
    reject("space in a name", "9110 §5.1", .badFieldName, get("X Y: a\r\n")),
    reject("no colon", "9112 §5", .badFieldName, get("X\r\n")),
    reject("empty name", "9112 §5", .badFieldName, get(": a\r\n")),
    reject("bracket in a name", "9110 §5.1", .badFieldName, get("X(: a\r\n")),
    reject("NUL in a name", "9110 §5.1", .badFieldName, get("X\0: a\r\n")),
    reject("a letter above ASCII in a name", "9110 §5.1", .badFieldName, get("H\u{f6}st: a\r\n")),
    reject("NUL in a value", "9110 §5.5", .badFieldValue, get("X: a\0b\r\n")),
    reject("bell in a value", "9110 §5.5", .badFieldValue, get("X: a\u{7}b\r\n")),
    reject("DEL in a value", "9110 §5.5", .badFieldValue, get("X: a\u{7f}\r\n")),
    reject("bare CR in a value", "9112 §2.2", .bareCR, get("X: a\rb\r\n")),
    reject("bare CR in a name", "9112 §2.2", .bareCR, get("X\rY: b\r\n")),
    reject("CR CR LF after a field", "9112 §2.2", .bareCR, get("X: a\r\r\n")),
    reject("bare LF after a field", "9112 §2.2", .bareLF, get("X: a\n")),
    reject("bare LF as the empty line", "9112 §2.2", .bareLF, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
    reject(
        "101 fields", "6585 §5", .tooManyFields, get(String(repeating: "X: y\r\n", count: 100)), allowed: [400, 431]),
    reject(
        "one field over 16 KiB", "6585 §5", .fieldsTooLarge,
        get("X: " + String(repeating: "y", count: 16384) + "\r\n"), allowed: [400, 431]),
    reject(
        "many fields over 16 KiB", "6585 §5", .fieldsTooLarge,
        get(String(repeating: "X: " + String(repeating: "y", count: 500) + "\r\n", count: 40)), allowed: [400, 431]),
    reject(
        "endless field", "6585 §5", .fieldsTooLarge,
        "GET / HTTP/1.1\r\nX: " + String(repeating: "y", count: 16384), allowed: [400, 431]),
    accept("100-continue", "9110 §10.1.1", post("Expect: 100-Continue\r\nContent-Length: 1\r\n", "x"), "POST / [x]"),
    reject("unknown expectation", "9110 §10.1.1", .unknownExpectation, get("Expect: wonders\r\n"), allowed: [417]),
]

let framingCases: [CorpusCase] = [
    accept("body by length", "9112 §6.3", post("Content-Length: 3\r\n", "abc"), "POST / [abc]"),
    accept("body of length 0", "9112 §6.3", post("Content-Length: 0\r\n"), "POST /"),
    accept("no length, no body", "9112 §6.3", post("") + get(), "POST /", "GET /"),
    accept("leading zeros in a length", "9110 §8.6", post("Content-Length: 003\r\n", "abc"), "POST / [abc]"),
    accept("GET with a body", "9110 §9.3.1", get("Content-Length: 2\r\n") + "ab" + get(), "GET / [ab]", "GET /"),
    accept(
        "a body that looks like a request", "9112 §6",
        post("Content-Length: \(get(target: "/x").utf8.count)\r\n", get(target: "/x")) + get(),
        "POST / [\(get(target: "/x"))]", "GET /"),
    reject(
        "body over 1 MiB by length", "9110 §15.5.14", .bodyTooLarge, post("Content-Length: 1048577\r\n"), allowed: [413]
    ),
    reject(
        "length that overflows 64 bits", "9110 §8.6", .bodyTooLarge,
        post("Content-Length: 18446744073709551617\r\n"), allowed: [400, 413]),
    reject(
        "length of 400 digits", "9110 §8.6", .bodyTooLarge,
        post("Content-Length: " + String(repeating: "9", count: 400) + "\r\n"), allowed: [400, 413]),
    reject(
        "chunked in HTTP/1.0", "9112 §6.1", .encodingInOldVersion,
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
]
