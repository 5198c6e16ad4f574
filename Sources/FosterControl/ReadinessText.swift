import FosterCore
import FosterWire

/// What `/readyz` and `/startupz` answer, from the snapshot alone.
enum ReadinessText {
    /// 200, or 503 with a line for each reason.
    static func ready(_ snapshot: Snapshot, verbose: Bool) -> Response {
        response(isFine: snapshot.ready, snapshot, verbose: verbose)
    }

    static func started(_ snapshot: Snapshot, verbose: Bool) -> Response {
        response(isFine: snapshot.started, snapshot, verbose: verbose)
    }

    private static func response(isFine: Bool, _ snapshot: Snapshot, verbose: Bool) -> Response {
        if isFine, !verbose { return fine }
        var text = ""
        if snapshot.phase == .stopping { text += "[-] everything is being stopped\n" }
        if snapshot.stopsSoon, snapshot.phase != .stopping { text += "[-] everything will be stopped soon\n" }
        for service in snapshot.services {
            let line = line(service)
            if verbose || line.hasPrefix("[-]") { text += line }
        }
        guard isFine else {
            return Response(
                .serviceUnavailable, text: text + "not ok\n", fields: [Response.Field(.retryAfter, "1")])
        }
        return Response(.ok, text: text + "ok\n")
    }

    /// `[-] web: starting, waiting for db`. What is not wanted up holds nothing back.
    private static func line(_ service: ServiceRecord) -> String {
        let status = service.status
        let isFine = status.wanted == .down || status.ready || status.state == .completed
        var line = "\(isFine ? "[+]" : "[-]") \(service.spec.id): \(status.state.rawValue)"
        if status.state == .running, !status.ready { line += ", not ready" }
        if !status.waitingFor.isEmpty {
            line += ", waiting for \(status.waitingFor.map(\.service.name).joined(separator: ", "))"
        }
        return line + "\n"
    }

    private static let fine = Response(.ok, text: "ok\n")
}
