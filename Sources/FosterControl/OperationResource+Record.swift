import FosterAPI
import FosterCore

extension OperationResource {
    init(_ record: OperationRecord, _ life: Life) {
        self.init(
            id: record.id.description, verb: record.verb.rawValue, service: record.service?.name,
            status: Status(record.outcome), failure: Failure(record.outcome), actor: record.actor,
            createdAt: life.time(record.createdAt), finishedAt: record.finishedAt.map(life.time))
    }
}

extension OperationResource.Status {
    init(_ outcome: OperationOutcome?) {
        switch outcome {
        case nil: self = .running
        case .succeeded: self = .succeeded
        case .failed: self = .failed
        case .superseded: self = .superseded
        }
    }
}

extension OperationResource.Failure {
    init?(_ outcome: OperationOutcome?) {
        guard case .failed(let code, let message) = outcome else { return nil }
        self.init(code: code, message: message)
    }
}
