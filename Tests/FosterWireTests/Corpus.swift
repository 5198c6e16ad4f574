import FosterWire

/// A stream of bytes, what the RFCs allow as its answer, and what we do with it.
struct CorpusCase: Sendable, CustomStringConvertible {
    enum Verdict: Sendable {
        /// The requests in the stream, all of it used.
        case accepted([String])
        /// Rejected at once or after these requests.
        case rejected(WireError, after: [String])
    }

    let name: String
    let section: String
    let bytes: [UInt8]
    let verdict: Verdict
    /// The statuses that the section allows for the rejection.
    let allowed: Set<Int>

    var description: String { "\(name) (\(section))" }
}

func accept(_ name: String, _ section: String, _ text: String, _ requests: String...) -> CorpusCase {
    CorpusCase(name: name, section: section, bytes: Array(text.utf8), verdict: .accepted(requests), allowed: [])
}

func reject(
    _ name: String, _ section: String, _ error: WireError, _ text: String, after requests: [String] = [],
    allowed: Set<Int> = [400]
) -> CorpusCase {
    reject(name, section, error, bytes: Array(text.utf8), after: requests, allowed: allowed)
}

func reject(
    _ name: String, _ section: String, _ error: WireError, bytes: [UInt8], after requests: [String] = [],
    allowed: Set<Int> = [400]
) -> CorpusCase {
    CorpusCase(
        name: name, section: section, bytes: bytes, verdict: .rejected(error, after: requests), allowed: allowed)
}

/// A GET with a Host field and the given lines, each to be written with its line end.
func get(_ lines: String = "", target: String = "/") -> String {
    "GET \(target) HTTP/1.1\r\nHost: a\r\n\(lines)\r\n"
}

/// A POST with a Host field, the given lines, and what follows the head.
func post(_ lines: String, _ rest: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\(rest)"
}

/// A POST with a chunked body.
func chunked(_ body: String) -> String {
    post("Transfer-Encoding: chunked\r\n", body)
}

let corpus = requestLineCases + targetCases + fieldCases + framingCases + chunkCases + smugglingCases
