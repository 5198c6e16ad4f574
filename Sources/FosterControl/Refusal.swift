import FosterAPI
import FosterWire

/// A problem document on its way to a client, with the fields that belong to its status.
struct Refusal: Error {
    private(set) var problem: Problem
    private let status: HTTPStatus
    private let fields: [Response.Field]

    init(
        _ status: HTTPStatus, _ code: String, _ detail: String, fields: [Response.Field] = [],
        operation: OperationResource? = nil
    ) {
        self.status = status
        problem = Problem(
            title: status.reasonPhrase, status: status.code, code: code, detail: detail, operation: operation)
        self.fields = status == .serviceUnavailable ? fields + [Response.Field(.retryAfter, "1")] : fields
    }

    /// Why a request could not be read.
    init(_ error: WireError) { self.init(error.status, error.code, error.reason) }

    /// Names the path that the problem is about.
    func at(_ path: String) -> Refusal {
        var copy = self
        copy.problem.instance = path.isEmpty ? nil : path
        return copy
    }

    var response: Response {
        Response(status, contentType: Problem.mediaType, fields: fields, body: JSON.encode(problem))
    }
}
