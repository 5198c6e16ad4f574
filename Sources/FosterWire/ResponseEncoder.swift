/// What a request says about the form of its response.
public struct ResponseForm: Sendable {
    /// The request was HEAD: everything but the body is as for GET (RFC 9110, section 9.3.2).
    public var omitsBody: Bool
    /// The request came with HTTP/1.0, which knows no chunks: a stream ends with the connection.
    public var isOldVersion: Bool
    /// Whether another request may follow.
    public var keepsAlive: Bool

    /// The form of an answer to what could not be read as a request.
    public static let last = ResponseForm(omitsBody: false, isOldVersion: false, keepsAlive: false)

    public init(omitsBody: Bool, isOldVersion: Bool, keepsAlive: Bool) {
        self.omitsBody = omitsBody
        self.isOldVersion = isOldVersion
        self.keepsAlive = keepsAlive
    }
}

extension Request {
    public var responseForm: ResponseForm {
        ResponseForm(omitsBody: method == .head, isOldVersion: isOldVersion, keepsAlive: keepsAlive)
    }
}

/// Writes responses as HTTP/1.1 (RFC 9112): head and body into one buffer, so that one write sends both.
///
/// Every function either appends all of it or, when it throws, nothing.
public enum ResponseEncoder {
    /// What a client that expects it is told before it sends a body.
    public static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends a response.
    ///
    /// - Parameter standing: field lines in every response, from ``fieldLines(_:)``.
    public static func append(
        _ response: Response, _ form: ResponseForm, standing: [UInt8], to output: inout [UInt8]
    ) throws(ResponseError) {
        try check(response.status, response.contentType, response.fields)
        let code = response.status.code
        // No content by definition (RFC 9110, section 8.6): a length would be wrong, or would describe another response.
        let hasContent = code != 204 && code != 304
        output.reserveCapacity(output.count &+ 256 &+ standing.count &+ response.body.count)
        appendHead(response.status, response.contentType, response.fields, standing, to: &output)
        if hasContent {
            output.append(contentsOf: "Content-Length: ".utf8)
            append(decimal: response.body.count, to: &output)
            output.append(contentsOf: "\r\n".utf8)
        }
        if response.closes || !form.keepsAlive { output.append(contentsOf: "Connection: close\r\n".utf8) }
        output.append(contentsOf: "\r\n".utf8)
        if hasContent, !form.omitsBody { output.append(contentsOf: response.body) }
    }

    /// Appends the head of a response whose body follows in pieces, by ``append(chunk:_:to:)``.
    ///
    /// Status and fields are those of `response`; its body is not looked at.
    public static func appendStreamHead(
        _ response: Response, _ form: ResponseForm, standing: [UInt8], to output: inout [UInt8]
    ) throws(ResponseError) {
        try check(response.status, response.contentType, response.fields)
        appendHead(response.status, response.contentType, response.fields, standing, to: &output)
        if !form.isOldVersion { output.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8) }
        if response.closes || !form.keepsAlive { output.append(contentsOf: "Connection: close\r\n".utf8) }
        output.append(contentsOf: "\r\n".utf8)
    }

    /// Appends a piece of a streamed body. An empty one is left out: as a chunk it would mean the end.
    public static func append(chunk: [UInt8], _ form: ResponseForm, to output: inout [UInt8]) {
        guard !chunk.isEmpty, !form.omitsBody else { return }
        guard !form.isOldVersion else { return output.append(contentsOf: chunk) }
        output.reserveCapacity(output.count &+ chunk.count &+ 20)
        append(hexadecimal: chunk.count, to: &output)
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: chunk)
        output.append(contentsOf: "\r\n".utf8)
    }

    /// Appends the end of a streamed body.
    public static func appendEnd(_ form: ResponseForm, to output: inout [UInt8]) {
        guard !form.omitsBody, !form.isOldVersion else { return }
        output.append(contentsOf: "0\r\n\r\n".utf8)
    }

    /// Field lines made once for many responses.
    public static func fieldLines(_ fields: [Response.Field]) throws(ResponseError) -> [UInt8] {
        try check(.ok, nil, fields)
        var lines: [UInt8] = []
        for field in fields { append(field.name.rawName, field.value, to: &lines) }
        return lines
    }

    private static func appendHead(
        _ status: HTTPStatus, _ contentType: String?, _ fields: [Response.Field], _ standing: [UInt8],
        to output: inout [UInt8]
    ) {
        // One literal for the common answer.
        if status.code == 200 {
            output.append(contentsOf: "HTTP/1.1 200 OK\r\n".utf8)
        } else {
            output.append(contentsOf: "HTTP/1.1 ".utf8)
            append(decimal: status.code, to: &output)
            output.append(Byte.space)
            output.append(contentsOf: status.reasonPhrase.utf8)
            output.append(contentsOf: "\r\n".utf8)
        }
        output.append(contentsOf: standing)
        if let contentType { append("Content-Type", contentType, to: &output) }
        for field in fields { append(field.name.rawName, field.value, to: &output) }
    }

    private static func check(
        _ status: HTTPStatus, _ contentType: String?, _ fields: [Response.Field]
    ) throws(ResponseError) {
        guard status.code >= 200 else { throw .interimStatus }
        if let contentType, !contentType.utf8.allSatisfy(Byte.isFieldValue) { throw .badFieldValue }
        for field in fields {
            guard field.value.utf8.allSatisfy(Byte.isFieldValue) else { throw .badFieldValue }
            switch field.name.canonicalName {
            case "content-length", "transfer-encoding", "connection": throw .reservedField
            default: break
            }
        }
    }

    private static func append(_ name: String, _ value: String, to output: inout [UInt8]) {
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: value.utf8)
        output.append(contentsOf: "\r\n".utf8)
    }

    private static func append(decimal number: Int, to output: inout [UInt8]) {
        append(UInt64(number.magnitude), radix: 10, to: &output)
    }

    private static func append(hexadecimal number: Int, to output: inout [UInt8]) {
        append(UInt64(number.magnitude), radix: 16, to: &output)
    }

    private static func append(_ number: UInt64, radix: UInt64, to output: inout [UInt8]) {
        var scale: UInt64 = 1
        while number / scale >= radix { scale &*= radix }
        while scale > 0 {
            let digit = UInt8(truncatingIfNeeded: number / scale % radix)
            output.append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10)
            scale /= radix
        }
    }
}
