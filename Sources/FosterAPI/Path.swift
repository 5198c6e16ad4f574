/// The paths of the contract. In a template, `{…}` stands for one percent-encoded segment.
public enum Path {
    public static let livez = "/livez"
    public static let readyz = "/readyz"
    public static let startupz = "/startupz"
    public static let metrics = "/metrics"
    public static let openAPI = "/openapi.yaml"
    public static let info = "/v1/info"
    public static let services = "/v1/services"
    public static let service = "/v1/services/{service}"
    public static let start = "/v1/services/{service}/start"
    public static let stop = "/v1/services/{service}/stop"
    public static let restart = "/v1/services/{service}/restart"
    public static let signal = "/v1/services/{service}/signal"
    public static let operation = "/v1/operations/{operation}"
    public static let processes = "/v1/processes"
    public static let events = "/v1/events"
    public static let diagnostics = "/v1/diagnostics"
    public static let shutdown = "/v1/shutdown"

    /// The path of one thing: a template with its `{…}` replaced.
    public static func filling(_ template: String, with name: String) -> String {
        template.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.first == "{" ? encoded(name) : String($0) }
            .joined(separator: "/")
    }

    /// Percent-encodes all but the unreserved characters (RFC 3986, section 2.3).
    private static func encoded(_ name: String) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += Array("%\(digits.utf8.count < 2 ? "0" : "")\(digits)".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
