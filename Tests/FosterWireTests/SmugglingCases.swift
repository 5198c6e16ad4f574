import FosterWire

/// The tricks by which one server's body is another's request (RFC 9112, section 11.2).
let smugglingCases: [CorpusCase] = [
    reject(
        "CL.TE", "9112 §6.3", .lengthAndEncoding,
        post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nG")),
    reject(
        "TE.CL", "9112 §6.3", .lengthAndEncoding,
        post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "5c\r\nGPOST / HTTP/1.1\r\n\r\n0\r\n\r\n")),
    reject(
        "CL.0 with chunked", "9112 §6.3", .lengthAndEncoding,
        post("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    reject(
        "TE.TE with an unknown coding", "9112 §6.3", .repeatedTransferEncoding,
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n", "0\r\n\r\n")),
    reject(
        "TE.TE, unknown coding first", "9112 §6.3", .chunkedNotFinal,
        post("Transfer-Encoding: cow\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), allowed: [400, 501]),
    reject(
        "TE.TE, chunked twice", "9112 §6.1", .repeatedTransferEncoding,
        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    reject(
        "chunked twice in one field", "9112 §6.1", .badTransferEncoding,
        post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
    reject(
        "xchunked", "9112 §6.3", .chunkedNotFinal, post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        allowed: [400, 501]),
    reject(
        "identity", "9112 §6.1", .chunkedNotFinal, post("Transfer-Encoding: identity\r\n", "x"), allowed: [400, 501]),
    reject("gzip alone", "9112 §6.3", .chunkedNotFinal, post("Transfer-Encoding: gzip\r\n", "x"), allowed: [400, 501]),
    reject(
        "chunked not last", "9112 §6.3", .chunkedNotFinal, post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
    reject(
        "gzip, chunked", "9112 §6.1", .unsupportedTransferEncoding,
        post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), allowed: [501]),
    reject(
        "identity, chunked", "9112 §6.1", .unsupportedTransferEncoding,
        post("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"), allowed: [400, 501]),
    reject("empty coding", "9112 §6.1", .badTransferEncoding, post("Transfer-Encoding:\r\n", "0\r\n\r\n")),
    reject(
        "comma before chunked", "9112 §6.1", .badTransferEncoding, post("Transfer-Encoding: , chunked\r\n", "0\r\n\r\n")
    ),
    reject(
        "comma behind chunked", "9112 §6.1", .badTransferEncoding, post("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n")),
    reject(
        "chunked in quotes", "9112 §6.1", .badTransferEncoding, post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
    reject(
        "chunked with a parameter", "9112 §6.1", .badTransferEncoding,
        post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), allowed: [400, 501]),
    reject(
        "vertical tab before chunked", "9110 §5.5", .badFieldValue,
        post("Transfer-Encoding: \u{b}chunked\r\n", "0\r\n\r\n")),
    reject(
        "no-break space before chunked", "9112 §6.1", .badTransferEncoding,
        post("Transfer-Encoding: \u{a0}chunked\r\n", "0\r\n\r\n")),
    reject("bare CR before chunked", "9112 §2.2", .bareCR, post("Transfer-Encoding: \rchunked\r\n", "0\r\n\r\n")),
    reject("folded chunked", "9112 §5.2", .chunkedNotFinal, post("Transfer-Encoding: x\r\n chunked\r\n", "0\r\n\r\n")),
    reject("folded name", "9112 §5.2", .badFieldName, post("Transfer-\r\n Encoding: chunked\r\n", "0\r\n\r\n")),
    reject(
        "space before the colon of Transfer-Encoding", "9112 §5.1", .whitespaceBeforeColon,
        post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
    reject(
        "space before the colon of Content-Length", "9112 §5.1", .whitespaceBeforeColon,
        post("Content-Length : 1\r\n", "x")),
    reject(
        "space before Transfer-Encoding", "9112 §5.2", .obsoleteFold,
        post(" Transfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    reject(
        "NUL behind the name of Transfer-Encoding", "9110 §5.1", .badFieldName,
        post("Transfer-Encoding\0: chunked\r\n", "0\r\n\r\n")),
    reject(
        "LF before Transfer-Encoding", "9112 §2.2", .bareLF, post("X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    reject(
        "CR before Transfer-Encoding", "9112 §2.2", .bareCR, post("X: y\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    accept(
        "an underscore makes another name", "9110 §5.1",
        post("Transfer_Encoding: chunked\r\nContent-Length: 1\r\n", "x"), "POST / [x]"),
    accept(
        "capitals make no other name", "9110 §5.1", post("TRANSFER-encoding: ChUnKeD\r\n", "1\r\nx\r\n0\r\n\r\n"),
        "POST / [x]"),
    reject(
        "differing lengths", "9110 §8.6", .differingContentLength,
        post("Content-Length: 1\r\nContent-Length: 2\r\n", "xx")),
    reject(
        "equal lengths", "9110 §8.6", .repeatedContentLength, post("Content-Length: 1\r\ncontent-length: 1\r\n", "x")),
    reject("list of lengths", "9110 §8.6", .badContentLength, post("Content-Length: 1, 2\r\n", "xx")),
    reject("list of equal lengths", "9110 §8.6", .badContentLength, post("Content-Length: 1, 1\r\n", "x")),
    reject("plus sign in a length", "9110 §8.6", .badContentLength, post("Content-Length: +1\r\n", "x")),
    reject("minus sign in a length", "9110 §8.6", .badContentLength, post("Content-Length: -1\r\n", "x")),
    reject("hexadecimal length", "9110 §8.6", .badContentLength, post("Content-Length: 0x1\r\n", "x")),
    reject("decimal point in a length", "9110 §8.6", .badContentLength, post("Content-Length: 1.0\r\n", "x")),
    reject("underscore in a length", "9110 §8.6", .badContentLength, post("Content-Length: 1_0\r\n", "x")),
    reject("space in a length", "9110 §8.6", .badContentLength, post("Content-Length: 1 0\r\n", "x")),
    reject("empty length", "9110 §8.6", .badContentLength, post("Content-Length:\r\n", "x")),
    reject("length in other digits", "9110 §8.6", .badContentLength, post("Content-Length: \u{661}\r\n", "x")),
    reject("length in quotes", "9110 §8.6", .badContentLength, post("Content-Length: \"1\"\r\n", "x")),
    reject(
        "a request behind the body", "9112 §9.3.2", .missingHost,
        post("Content-Length: 1\r\n", "xGET /admin HTTP/1.1\r\n\r\n"), after: ["POST / [x]"]),
]

let chunkCases: [CorpusCase] = [
    accept("one chunk", "9112 §7.1", chunked("3\r\nabc\r\n0\r\n\r\n"), "POST / [abc]"),
    accept("several chunks", "9112 §7.1", chunked("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n") + get(), "POST / [abc]", "GET /"),
    accept("no chunk but the last", "9112 §7.1", chunked("0\r\n\r\n"), "POST /"),
    accept(
        "capital and small digits", "9112 §7.1", chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
        "POST / [01234567890123456789]"),
    accept("leading zeros", "9112 §7.1", chunked("0003\r\nabc\r\n000\r\n\r\n"), "POST / [abc]"),
    accept("data that looks like an end", "9112 §7.1", chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"), "POST / [0\r\n\r\n]"),
    accept("extensions", "9112 §7.1.1", chunked("1;a;b=c ; d = \"e;\\\"\" \r\nx\r\n0;z\r\n\r\n"), "POST / [x]"),
    accept("trailers", "9112 §7.1.2", chunked("1\r\nx\r\n0\r\nX: y\r\nZ: 1\r\n\r\n") + get(), "POST / [x]", "GET /"),
    reject("no size", "9112 §7.1", .badChunkSize, chunked("\r\n")),
    reject("size that is no number", "9112 §7.1", .badChunkSize, chunked("g\r\n")),
    reject("minus sign", "9112 §7.1", .badChunkSize, chunked("-1\r\nx\r\n0\r\n\r\n")),
    reject("plus sign", "9112 §7.1", .badChunkSize, chunked("+1\r\nx\r\n0\r\n\r\n")),
    reject("0x", "9112 §7.1", .badChunkSize, chunked("0x1\r\nx\r\n0\r\n\r\n")),
    reject("underscore", "9112 §7.1", .badChunkSize, chunked("1_0\r\nx")),
    reject("space before the size", "9112 §7.1", .badChunkSize, chunked(" 1\r\nx\r\n0\r\n\r\n")),
    reject("space behind the size", "9112 §7.1", .badChunkSize, chunked("1 \r\nx\r\n0\r\n\r\n")),
    reject("NUL behind the size", "9112 §7.1", .badChunkSize, chunked("1\0\r\nx\r\n0\r\n\r\n")),
    reject("17 digits", "9112 §7.1", .badChunkSize, chunked("10000000000000001\r\nx\r\n0\r\n\r\n")),
    reject(
        "16 digits that wrap when signed", "9112 §7.1", .bodyTooLarge, chunked("ffffffffffffffff\r\nx"),
        allowed: [400, 413]),
    reject(
        "8 digits that wrap in 32 bits", "9112 §7.1", .bodyTooLarge, chunked("100000001\r\nx"), allowed: [400, 413]),
    reject("a chunk over 1 MiB", "9110 §15.5.14", .bodyTooLarge, chunked("100001\r\nx"), allowed: [413]),
    reject(
        "chunks over 1 MiB together", "9110 §15.5.14", .bodyTooLarge, chunked("1\r\nx\r\n100000\r\ny"), allowed: [413]),
    reject("bare LF behind the size", "9112 §7.1", .bareLF, chunked("1\nx\r\n0\r\n\r\n")),
    reject("bare CR behind the size", "9112 §7.1", .bareCR, chunked("1\rx\r\n0\r\n\r\n")),
    reject("more data than said", "9112 §7.1", .badChunkEnd, chunked("1\r\nxy\r\n0\r\n\r\n")),
    reject("bare LF behind the data", "9112 §7.1", .badChunkEnd, chunked("1\r\nx\n0\r\n\r\n")),
    reject("bare CR behind the data", "9112 §7.1", .badChunkEnd, chunked("1\r\nx\r0\r\n\r\n")),
    reject("LF LF behind the data", "9112 §7.1", .badChunkEnd, chunked("1\r\nx\n\n0\r\n\r\n")),
    reject("bare LF in an extension", "9112 §7.1.1", .bareLF, chunked("1;a\nx\r\n0\r\n\r\n")),
    reject("bare CR in an extension", "9112 §7.1.1", .bareCR, chunked("1;a\rb\r\nx\r\n0\r\n\r\n")),
    reject("extension without a name", "9112 §7.1.1", .badChunkExtension, chunked("1;\r\nx\r\n0\r\n\r\n")),
    reject(
        "extension with a control character", "9112 §7.1.1", .badChunkExtension, chunked("1;a\u{1}\r\nx\r\n0\r\n\r\n")),
    reject(
        "extension whose quotes do not end", "9112 §7.1.1", .badChunkExtension, chunked("1;a=\"b\r\nx\r\n0\r\n\r\n")),
    reject("extension without a value", "9112 §7.1.1", .badChunkExtension, chunked("1;a=\r\nx\r\n0\r\n\r\n")),
    reject(
        "a long extension", "9112 §7.1.1", .chunkLineTooLong,
        chunked("1;" + String(repeating: "a", count: 300) + "\r\nx")),
    reject(
        "many extensions", "9112 §7.1.1", .chunkExtensionsTooLong,
        chunked(String(repeating: "1;" + String(repeating: "a", count: 200) + "\r\nx\r\n", count: 90))),
    reject("Content-Length as trailer", "9110 §6.5.1", .forbiddenTrailer, chunked("0\r\nContent-Length: 5\r\n\r\n")),
    reject(
        "Transfer-Encoding as trailer", "9110 §6.5.1", .forbiddenTrailer,
        chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")),
    reject("Host as trailer", "9110 §6.5.1", .forbiddenTrailer, chunked("0\r\nHost: b\r\n\r\n")),
    reject("bad trailer", "9112 §7.1.2", .badFieldName, chunked("0\r\nGET / HTTP/1.1\r\n\r\n")),
    reject("bare LF behind the trailers", "9112 §7.1.2", .bareLF, chunked("0\r\n\n")),
    reject(
        "too many trailers", "9112 §7.1.2", .tooManyFields,
        chunked("0\r\n" + String(repeating: "X: y\r\n", count: 101) + "\r\n"), allowed: [400, 431]),
    reject(
        "trailers over 16 KiB", "9112 §7.1.2", .fieldsTooLarge,
        chunked("0\r\nX: " + String(repeating: "y", count: 16384) + "\r\n"), allowed: [400, 431]),
]
