/// Why a request was not fulfilled (RFC 9457, `application/problem+json`).
public struct Problem: Codable, Hashable, Sendable, Error {
    public static let mediaType = "application/problem+json"

    /// Always `about:blank`: `code` says what kind of problem it is, and the title is the status's phrase.
    public var type = "about:blank"
    public var title: String
    public var status: Int
    /// Stable, for programs.
    public var code: String
    /// For people: what was wrong and what is allowed.
    public var detail: String
    /// The path of the request.
    public var instance: String?
    /// The operation that failed, where there is one.
    public var operation: OperationResource?

    public init(
        title: String, status: Int, code: String, detail: String, instance: String? = nil,
        operation: OperationResource? = nil
    ) {
        self.title = title
        self.status = status
        self.code = code
        self.detail = detail
        self.instance = instance
        self.operation = operation
    }
}
