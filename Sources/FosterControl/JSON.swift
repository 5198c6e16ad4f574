import FosterAPI
import FosterWire

/// The bodies of requests and responses.
enum JSON {
    static let mediaType = "application/json"
    static func encode(_ value: some Encodable) -> [UInt8] { JSONOutput.encode(value) }

    static func response(
        _ value: some Encodable, _ status: HTTPStatus = .ok, fields: [Response.Field] = []
    ) -> Response {
        Response(status, contentType: mediaType, fields: fields, body: encode(value))
    }

    /// Reads a request's body; an empty one is an empty object.
    static func decode<Value: Decodable>(_ type: Value.Type, from request: Request) throws(Refusal) -> Value {
        let body = request.body.isEmpty ? Array("{}".utf8) : request.body
        if !request.body.isEmpty { try checkType(request.mediaType) }
        do {
            return try JSONInput.decode(type, from: body)
        } catch let error as JSONInput.Malformed {
            throw invalid(error.description)
        } catch let error as UnknownMember {
            let allowed = error.allowed.isEmpty ? "none" : error.allowed.joined(separator: ", ")
            throw Refusal(
                .badRequest, "unknown-member", "unknown member \"\(error.name.prefix(64))\"; allowed: \(allowed)")
        } catch let error as DecodingError {
            throw describe(error)
        } catch {
            throw invalid("the body cannot be read")
        }
    }

    private static func checkType(_ type: String?) throws(Refusal) {
        guard type != mediaType else { return }
        throw Refusal(
            .unsupportedMediaType, "unsupported-media-type", "the body must have the Content-Type \(mediaType)",
            fields: [Response.Field(.accept, mediaType)])
    }

    private static func describe(_ error: DecodingError) -> Refusal {
        switch error {
        case .keyNotFound(let key, _):
            return Refusal(.badRequest, "missing-member", "the member \"\(key.stringValue)\" is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            guard let key = context.codingPath.first else {
                return invalid("the body is not a JSON object")
            }
            return Refusal(
                .badRequest, "invalid-member", "the member \"\(key.stringValue)\" has a value that is not allowed")
        @unknown default: return invalid("the body cannot be read")
        }
    }

    private static func invalid(_ detail: String) -> Refusal { Refusal(.badRequest, "invalid-json", detail) }
}
