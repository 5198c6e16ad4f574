import COpenAPI
import FosterWire

/// The contract itself, openapi.yaml, which is part of the binary.
enum OpenAPIDocument {
    static let response = Response(.ok, contentType: "application/yaml", body: bytes)

    static let bytes: [UInt8] = {
        let size = Int(foster_openapi_size())
        return Array(UnsafeRawBufferPointer(start: foster_openapi_text(), count: size))
    }()
}
