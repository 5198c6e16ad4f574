import Foundation

/// An answer as curl got it.
struct Response: CustomStringConvertible {
    let status: Int
    /// By lower-case name.
    let fields: [String: String]
    let body: String

    var description: String { "\(status) \(fields) \(body)" }

    var type: String { fields["content-type"] ?? "" }
    var json: JSON { get throws { try JSON(body) } }
    /// The problem document's code.
    var problem: String? { try? json["code"].string }

    /// Reads what `curl --include` writes: interim responses, the head, the body.
    init(_ text: String) throws {
        var rest = text[...]
        var status = 0
        var fields: [String: String] = [:]
        repeat {
            guard let end = rest.range(of: "\r\n\r\n") else { throw NoResponse(text: text) }
            let lines = rest[..<end.lowerBound].components(separatedBy: "\r\n")
            rest = rest[end.upperBound...]
            status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            fields = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                fields[line[..<colon].lowercased()] = value
            }
        } while status < 200
        self.status = status
        self.fields = fields
        body = String(rest)
    }

    struct NoResponse: Error, CustomStringConvertible {
        let text: String
        var description: String { "no HTTP response: \(text)" }
    }
}

extension Container {
    /// Sends a request with curl to the control socket.
    @discardableResult
    func request(
        _ method: String, _ path: String, body: String? = nil, fields: [String] = [], options: [String] = []
    ) throws -> Response {
        try Curl.request(method, "http://localhost\(path)", body, fields, ["--unix-socket", socket] + options)
    }

    @discardableResult
    func get(_ path: String, fields: [String] = []) throws -> Response { try request("GET", path, fields: fields) }

    @discardableResult
    func post(_ path: String, _ body: String? = nil) throws -> Response { try request("POST", path, body: body) }

    /// A service as the API shows it.
    func service(_ name: String) throws -> JSON { try get("/v1/services/\(name)").json }

    func state(_ name: String) throws -> String? { try service(name)["status"]["state"].string }

    /// Waits until a service is in a state; its representation then.
    @discardableResult
    func wait(for name: String, toBe state: String) throws -> JSON {
        var last: String?
        return try eventually("\(name) is \(state), was \(last ?? "unknown")") {
            let service = try service(name)
            last = service["status"]["state"].string
            return last == state ? service : nil
        }
    }

    @discardableResult
    func waitUntilReady(_ name: String) throws -> JSON {
        try eventually("\(name) is ready") {
            let service = try service(name)
            return service["status"]["ready"].bool == true ? service : nil
        }
    }

    /// A request whose response does not end, as it comes in.
    func stream(_ path: String, fields: [String] = []) throws -> ChildProcess {
        let words = ["--silent", "--no-buffer", "--max-time", "60", "--unix-socket", socket]
        let headers = fields.flatMap { ["--header", $0] }
        return try ChildProcess(
            Programs.path("curl"), words + headers + ["http://localhost\(path)"], environment: Programs.environment)
    }
}

enum Curl {
    static func request(
        _ method: String, _ url: String, _ body: String? = nil, _ fields: [String] = [], _ options: [String] = []
    ) throws -> Response {
        var words = ["--silent", "--show-error", "--max-time", "30", "--path-as-is"]
        words += method == "HEAD" ? ["--head"] : ["--include", "--request", method]
        if let body { words += ["--data-binary", body, "--header", "Content-Type: application/json"] }
        words += fields.flatMap { ["--header", $0] } + options + [url]
        let result = try Finished.run(Programs.path("curl"), words)
        guard result.ending == .exited(0) else { throw Failed(url: url, result: result) }
        return try Response(result.output)
    }

    struct Failed: Error, CustomStringConvertible {
        let url: String
        let result: Finished
        var description: String { "curl \(url): \(result.ending) \(result.errors)" }
    }
}
