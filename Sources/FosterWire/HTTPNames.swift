/// A request method; case matters (RFC 9110, section 9.1).
public struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let get = HTTPMethod(rawValue: "GET")
    public static let head = HTTPMethod(rawValue: "HEAD")
    public static let post = HTTPMethod(rawValue: "POST")
    public static let put = HTTPMethod(rawValue: "PUT")
    public static let delete = HTTPMethod(rawValue: "DELETE")
    public static let connect = HTTPMethod(rawValue: "CONNECT")
    public static let options = HTTPMethod(rawValue: "OPTIONS")
    public static let trace = HTTPMethod(rawValue: "TRACE")
    public static let patch = HTTPMethod(rawValue: "PATCH")
}

/// The name of a field; case does not matter (RFC 9110, section 5.1).
public struct HTTPFieldName: Hashable, Sendable, ExpressibleByStringLiteral {
    /// As it is written.
    public let rawName: String
    /// In lower case, by which names are compared.
    public let canonicalName: String

    /// The name must be a token (RFC 9110, section 5.6.2): the encoder refuses one that is not.
    public init(_ name: String) {
        rawName = name
        canonicalName = name.lowercased()
    }

    public init(stringLiteral name: String) { self.init(name) }

    public static func == (left: Self, right: Self) -> Bool { left.canonicalName == right.canonicalName }
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }

    public static let accept: HTTPFieldName = "Accept"
    public static let allow: HTTPFieldName = "Allow"
    public static let authorization: HTTPFieldName = "Authorization"
    public static let cacheControl: HTTPFieldName = "Cache-Control"
    public static let connection: HTTPFieldName = "Connection"
    public static let contentLength: HTTPFieldName = "Content-Length"
    public static let contentSecurityPolicy: HTTPFieldName = "Content-Security-Policy"
    public static let contentType: HTTPFieldName = "Content-Type"
    public static let date: HTTPFieldName = "Date"
    public static let eTag: HTTPFieldName = "ETag"
    public static let expect: HTTPFieldName = "Expect"
    public static let host: HTTPFieldName = "Host"
    public static let ifNoneMatch: HTTPFieldName = "If-None-Match"
    public static let lastEventID: HTTPFieldName = "Last-Event-ID"
    public static let location: HTTPFieldName = "Location"
    public static let prefer: HTTPFieldName = "Prefer"
    public static let retryAfter: HTTPFieldName = "Retry-After"
    public static let transferEncoding: HTTPFieldName = "Transfer-Encoding"
    public static let upgrade: HTTPFieldName = "Upgrade"
    public static let xContentTypeOptions: HTTPFieldName = "X-Content-Type-Options"
}

/// A response's status, with the reason phrase that belongs to it (RFC 9110, section 15).
public struct HTTPStatus: Hashable, Sendable {
    public let code: Int
    public let reasonPhrase: String

    public init(code: Int, reasonPhrase: String) {
        self.code = code
        self.reasonPhrase = reasonPhrase
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    public static let `continue` = HTTPStatus(code: 100, reasonPhrase: "Continue")
    public static let ok = HTTPStatus(code: 200, reasonPhrase: "OK")
    public static let created = HTTPStatus(code: 201, reasonPhrase: "Created")
    public static let accepted = HTTPStatus(code: 202, reasonPhrase: "Accepted")
    public static let noContent = HTTPStatus(code: 204, reasonPhrase: "No Content")
    public static let notModified = HTTPStatus(code: 304, reasonPhrase: "Not Modified")
    public static let badRequest = HTTPStatus(code: 400, reasonPhrase: "Bad Request")
    public static let unauthorized = HTTPStatus(code: 401, reasonPhrase: "Unauthorized")
    public static let forbidden = HTTPStatus(code: 403, reasonPhrase: "Forbidden")
    public static let notFound = HTTPStatus(code: 404, reasonPhrase: "Not Found")
    public static let methodNotAllowed = HTTPStatus(code: 405, reasonPhrase: "Method Not Allowed")
    public static let notAcceptable = HTTPStatus(code: 406, reasonPhrase: "Not Acceptable")
    public static let requestTimeout = HTTPStatus(code: 408, reasonPhrase: "Request Timeout")
    public static let conflict = HTTPStatus(code: 409, reasonPhrase: "Conflict")
    public static let gone = HTTPStatus(code: 410, reasonPhrase: "Gone")
    public static let contentTooLarge = HTTPStatus(code: 413, reasonPhrase: "Content Too Large")
    public static let uriTooLong = HTTPStatus(code: 414, reasonPhrase: "URI Too Long")
    public static let unsupportedMediaType = HTTPStatus(code: 415, reasonPhrase: "Unsupported Media Type")
    public static let expectationFailed = HTTPStatus(code: 417, reasonPhrase: "Expectation Failed")
    public static let misdirectedRequest = HTTPStatus(code: 421, reasonPhrase: "Misdirected Request")
    public static let upgradeRequired = HTTPStatus(code: 426, reasonPhrase: "Upgrade Required")
    public static let requestHeaderFieldsTooLarge = HTTPStatus(
        code: 431, reasonPhrase: "Request Header Fields Too Large")
    public static let internalServerError = HTTPStatus(code: 500, reasonPhrase: "Internal Server Error")
    public static let notImplemented = HTTPStatus(code: 501, reasonPhrase: "Not Implemented")
    public static let serviceUnavailable = HTTPStatus(code: 503, reasonPhrase: "Service Unavailable")
    public static let httpVersionNotSupported = HTTPStatus(code: 505, reasonPhrase: "HTTP Version Not Supported")
}
