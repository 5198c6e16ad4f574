import FosterAPI
import FosterWire
import FoundationEssentials
import HTTPTypes

/// The bodies of requests and responses.
enum JSON {
    static let mediaType = "application/json"
    /// Objects and arrays inside each other. No body needs more than one, and the decoder recurses on a small stack.
    static let depthLimit = 8

    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    static func encode(_ value: some Encodable) -> [UInt8] {
        do {
            return [UInt8](try encoder.encode(value))
        } catch {
            // Only a number that is not finite cannot be encoded, and no payload has one.
            return Array("null".utf8)
        }
    }

    static func response(
        _ value: some Encodable, _ status: HTTPResponse.Status = .ok, fields: [Response.Field] = []
    ) -> Response {
        Response(status, contentType: mediaType, fields: fields, body: encode(value))
    }

    /// Reads a request's body; an empty one is an empty object.
    static func decode<Value: Decodable>(_ type: Value.Type, from request: Request) throws(Refusal) -> Value {
        let body = request.body.isEmpty ? Array("{}".utf8) : request.body
        if !request.body.isEmpty { try checkType(request.mediaType) }
        guard depth(of: body) <= depthLimit else { throw invalid("the body is nested too deeply") }
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch let error as UnknownMember {
            let allowed = error.allowed.isEmpty ? "none" : error.allowed.joined(separator: ", ")
            throw Refusal(.badRequest, "unknown-member", "unknown member \"\(error.name)\"; allowed: \(allowed)")
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
                return invalid("the body is not a JSON object, or has a number that is out of range")
            }
            return Refusal(
                .badRequest, "invalid-member", "the member \"\(key.stringValue)\" has a value that is not allowed")
        @unknown default: return invalid("the body cannot be read")
        }
    }

    private static func invalid(_ detail: String) -> Refusal { Refusal(.badRequest, "invalid-json", detail) }

    /// How deeply objects and arrays are nested; too much rather than too little where the text is not JSON.
    private static func depth(of text: [UInt8]) -> Int {
        var depth = 0
        var deepest = 0
        var isString = false
        var isEscaped = false
        for byte in text {
            if isString {
                if byte == UInt8(ascii: "\""), !isEscaped { isString = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return deepest
    }
}
