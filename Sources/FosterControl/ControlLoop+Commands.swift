import FosterAPI
import FosterCore
import FosterHTTP
import FosterLoop
import FosterWire

/// An exchange that is answered when the snapshot shows what became of its command.
struct ParkedRequest {
    let origin: RequestOrigin
    let command: CommandID
    /// Until when the end of the operation is awaited; `nil` where its beginning is enough.
    let waitUntil: Duration?
    /// When the init loop has been given up, unless the operation has begun.
    let giveUpAt: Duration
    /// The operation, once it has begun.
    var operation: OperationRecord?

    var deadline: Duration { operation == nil ? giveUpAt : waitUntil ?? giveUpAt }
}

extension ControlLoop {
    /// Posts a command. Its operation will be in the snapshot: nothing is ever mailed back.
    mutating func pass(_ command: Command, from origin: RequestOrigin, wait: Duration?, at now: Duration) {
        guard requests.post(.command(command)) else {
            return refuse(
                origin, Refusal(.serviceUnavailable, "busy", "too many commands are waiting already"), at: now)
        }
        parked.append(
            ParkedRequest(
                origin: origin, command: command.id, waitUntil: wait.map { now + $0 }, giveUpAt: now + Self.patience))
    }

    /// Answers what has come to its end; gives up what nobody waits for any more. Operations change with the status alone.
    mutating func settleParked(isNews: Bool, at now: Duration) {
        guard !parked.isEmpty else { return }
        var waiting: [ParkedRequest] = []
        for request in parked {
            var request = request
            guard server.isAlive(request.origin.exchange) else {
                server.cut(request.origin.exchange, on: reactor, now: now)
                continue
            }
            guard isNews || now >= request.deadline else {
                waiting.append(request)
                continue
            }
            do throws(Refusal) {
                if let response = try responder.settle(&request, at: now) {
                    respond(to: request.origin, response, at: now)
                } else {
                    waiting.append(request)
                }
            } catch {
                refuse(request.origin, error, at: now)
            }
        }
        parked = waiting
    }
}

extension Responder {
    /// The answer to a parked request; `nil` while there is none.
    func settle(_ request: inout ParkedRequest, at now: Duration) throws(Refusal) -> Response? {
        let id = request.command
        // The newest are last. One that was seen and is no more has ended long ago and was forgotten. Once seen it is known by
        // its own id: it remembers only so many of the commands that have joined it.
        let known = request.operation?.id
        let record = status.snapshot.operations.last { record in
            if let known { record.id == known } else { record.commands.contains(id) }
        }
        if let record { request.operation = record }
        guard let operation = request.operation else {
            guard now >= request.giveUpAt else { return nil }
            throw Refusal(.serviceUnavailable, "no-answer", "the init loop has not taken the command in time")
        }
        let resource = OperationResource(operation, life)
        if let failure = resource.failure {
            throw Refusal(
                .conflict, "operation-failed", "\(failure.code): \(failure.message)", operation: resource)
        }
        if operation.outcome == .superseded {
            throw Refusal(
                .conflict, "operation-superseded", "the opposite verb took its place", operation: resource)
        }
        if request.waitUntil != nil, operation.outcome != nil { return JSON.response(resource) }
        guard now >= request.waitUntil ?? now else { return nil }
        let location = Response.Field(.location, Path.filling(Path.operation, with: resource.id))
        return JSON.response(resource, .accepted, fields: [location])
    }
}
