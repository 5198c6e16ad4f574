/// What others need to know of a service.
extension ServiceMachine {
    /// The run whose first process lives, or is being launched.
    var liveRun: RunID? {
        switch state {
        case .launching(let run, _): run
        case .unready(let execution), .running(let execution, _): execution.run
        case .stopping(let process, _, _): process.run
        case .stopped, .waiting, .draining, .backoff, .completed, .failed: nil
        }
    }

    /// Whether anything that came from a run may live.
    var isLive: Bool {
        if case .draining = state { true } else { liveRun != nil }
    }

    /// Whether it has ended and nothing but an operator starts it again.
    var hasEnded: Bool {
        switch state {
        case .completed, .failed: true
        case .stopped, .waiting, .launching, .unready, .running, .stopping, .draining, .backoff: false
        }
    }

    /// Where a condition that another service has on this one stands.
    enum Standing: Hashable, Sendable {
        case holds
        case pending
        /// It cannot come to hold unless an operator starts this service again; `code` is what the container ends with.
        case never(reason: String, code: UInt8)
    }

    func standing(of condition: DependencyCondition) -> Standing {
        switch condition {
        case .ready: readyStanding
        case .started: startedStanding
        case .completed: completedStanding
        }
    }

    private var readyStanding: Standing {
        switch state {
        case .running(_, let ready): ready ? .holds : .pending
        case .completed: .never(reason: "dependency \"\(id)\" completed and cannot become ready", code: 1)
        case .failed(let code): failure(code)
        case .stopped, .waiting, .launching, .unready, .stopping, .draining, .backoff: .pending
        }
    }

    /// Holds from exec on, also when the run has ended since; not while a stop that was asked for is under way.
    private var startedStanding: Standing {
        switch state {
        case .unready, .running, .completed: .holds
        case .stopping(_, .startTimeout, _), .draining(_, .byPolicy), .backoff: hasExecuted ? .holds : .pending
        case .failed(let code): hasExecuted ? .holds : failure(code)
        case .stopped, .waiting, .launching, .stopping(_, .asked, _), .draining(_, .asWanted): .pending
        }
    }

    private var completedStanding: Standing {
        switch state {
        case .completed: .holds
        case .failed(let code): failure(code)
        case .stopped, .waiting, .launching, .unready, .running, .stopping, .draining, .backoff: .pending
        }
    }

    private var hasExecuted: Bool { status.startedAt != nil }

    private func failure(_ code: UInt8) -> Standing { .never(reason: "dependency \"\(id)\" failed", code: code) }
}
