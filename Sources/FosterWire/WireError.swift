/// Why a request was refused before anybody looked at what it asks for.
///
/// The raw value is the stable `code` that clients and metrics see. After any of these the position in the byte
/// stream is no longer certain, so the connection ends with the answer.
public enum WireError: String, Error, CaseIterable, Sendable {
    case badRequestLine = "bad-request-line"
    case badMethod = "bad-method"
    case badTarget = "bad-target"
    case badPercentEncoding = "bad-percent-encoding"
    case badVersion = "bad-version"
    case unsupportedVersion = "unsupported-version"
    case connectNotSupported = "connect-not-supported"
    case requestLineTooLong = "request-line-too-long"

    case bareCR = "bare-cr"
    case bareLF = "bare-lf"
    case obsoleteFold = "obs-fold"
    case whitespaceBeforeColon = "whitespace-before-colon"
    case badFieldName = "bad-field-name"
    case badFieldValue = "bad-field-value"
    case fieldsTooLarge = "fields-too-large"
    case tooManyFields = "too-many-fields"
    case missingHost = "missing-host"
    case repeatedHost = "repeated-host"
    case badHost = "bad-host"
    case unknownExpectation = "unknown-expectation"

    case badContentLength = "bad-content-length"
    case differingContentLength = "differing-content-length"
    case repeatedContentLength = "repeated-content-length"
    case lengthAndEncoding = "content-length-with-transfer-encoding"
    case badTransferEncoding = "bad-transfer-encoding"
    case repeatedTransferEncoding = "repeated-transfer-encoding"
    case chunkedNotFinal = "chunked-not-final"
    case unsupportedTransferEncoding = "unsupported-transfer-encoding"
    case encodingInOldVersion = "transfer-encoding-in-http-1.0"
    case bodyTooLarge = "body-too-large"

    case badChunkSize = "bad-chunk-size"
    case badChunkExtension = "bad-chunk-extension"
    case chunkLineTooLong = "chunk-line-too-long"
    case chunkExtensionsTooLong = "chunk-extensions-too-long"
    case badChunkEnd = "bad-chunk-end"
    case forbiddenTrailer = "forbidden-trailer"

    case headTimeout = "head-timeout"
    case bodyTimeout = "body-timeout"
    case truncated = "truncated"
    case tooManyConnections = "too-many-connections"

    /// What it is in the metrics and in the problem document.
    public var code: String { rawValue }

    /// The status to answer with.
    public var status: HTTPStatus {
        switch self {
        case .bodyTooLarge: .contentTooLarge
        case .requestLineTooLong: .uriTooLong
        case .unknownExpectation: .expectationFailed
        case .fieldsTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
        case .connectNotSupported, .unsupportedTransferEncoding: .notImplemented
        case .unsupportedVersion: .httpVersionNotSupported
        case .headTimeout, .bodyTimeout: .requestTimeout
        case .tooManyConnections: .serviceUnavailable
        default: .badRequest
        }
    }

    /// One phrase for people, without anything the peer has sent.
    public var reason: String {
        switch self {
        case .badRequestLine: "the request line is not `method target HTTP/1.1`"
        case .badMethod: "the method has a character that no method may have"
        case .badTarget: "the request target has a form or a character that is not allowed"
        case .badPercentEncoding:
            "a percent sign needs two hexadecimal digits, and the result must be UTF-8 without NUL"
        case .badVersion: "the version is not `HTTP/` digit `.` digit"
        case .unsupportedVersion: "only HTTP/1.1 and HTTP/1.0 are spoken here"
        case .connectNotSupported: "this is no proxy"
        case .requestLineTooLong: "the request line is longer than allowed"
        case .bareCR: "a carriage return must be followed by a line feed"
        case .bareLF: "a line feed must follow a carriage return"
        case .obsoleteFold: "a field line must not begin with a space or a tab"
        case .whitespaceBeforeColon: "no space is allowed between a field's name and its colon"
        case .badFieldName: "a field line needs a name made of token characters and a colon"
        case .badFieldValue: "a field value has a control character"
        case .fieldsTooLarge: "the field section is larger than allowed"
        case .tooManyFields: "there are more field lines than allowed"
        case .missingHost: "HTTP/1.1 requires a Host field"
        case .repeatedHost: "there is more than one Host field"
        case .badHost: "the Host field is not a host with an optional port"
        case .unknownExpectation: "the only expectation known is 100-continue"
        case .badContentLength: "Content-Length is not one decimal number"
        case .differingContentLength: "there are Content-Length fields with different values"
        case .repeatedContentLength: "there is more than one Content-Length field"
        case .lengthAndEncoding: "Content-Length and Transfer-Encoding exclude each other"
        case .badTransferEncoding: "Transfer-Encoding is not a list of codings with chunked once"
        case .repeatedTransferEncoding: "there is more than one Transfer-Encoding field"
        case .chunkedNotFinal: "chunked must be the final transfer coding"
        case .unsupportedTransferEncoding: "the only transfer coding known is chunked"
        case .encodingInOldVersion: "HTTP/1.0 has no Transfer-Encoding"
        case .bodyTooLarge: "the body is larger than allowed"
        case .badChunkSize: "a chunk size is not a hexadecimal number of at most 16 digits"
        case .badChunkExtension: "a chunk extension has a form or a character that is not allowed"
        case .chunkLineTooLong: "a chunk-size line is longer than allowed"
        case .chunkExtensionsTooLong: "the chunk extensions are longer than allowed"
        case .badChunkEnd: "a chunk must end with a carriage return and a line feed"
        case .forbiddenTrailer: "a trailer must not carry Host, Content-Length or Transfer-Encoding"
        case .headTimeout: "the head did not arrive in time"
        case .bodyTimeout: "the body did not arrive in time"
        case .truncated: "the connection ended in the middle of a request"
        case .tooManyConnections: "there are as many connections as allowed"
        }
    }
}
