/// A response whose body is known whole.
///
/// `Content-Length`, `Connection` and `Date` are not among the fields: the encoder and the connection say them.
public struct Response: Sendable {
    /// A field line of a response; the value is checked when it is encoded.
    public struct Field: Sendable, Equatable {
        public var name: HTTPFieldName
        public var value: String

        public init(_ name: HTTPFieldName, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public var status: HTTPStatus
    public var contentType: String?
    public var fields: [Field]
    public var body: [UInt8]
    /// Whether the connection ends with this response, whatever the request allowed.
    public var closes = false

    public init(
        _ status: HTTPStatus, contentType: String? = nil, fields: [Field] = [], body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.fields = fields
        self.body = body
    }

    /// A response in plain text.
    public init(_ status: HTTPStatus, text: String, fields: [Field] = []) {
        self.init(status, contentType: "text/plain; charset=utf-8", fields: fields, body: Array(text.utf8))
    }
}

/// Why a response cannot be put on the wire: a mistake of ours, never the peer's.
public enum ResponseError: Error, Equatable, Sendable {
    /// A value with CR, LF, NUL or another control character could be taken for lines of its own.
    case badFieldValue
    /// Content-Length, Transfer-Encoding and Connection are the encoder's.
    case reservedField
    /// 1xx is no final response.
    case interimStatus
}
