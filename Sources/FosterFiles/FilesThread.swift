public import FosterCore
public import FosterLoop
public import FosterSystem
import Glibc
import Synchronization
public import SystemPackage

/// What the files thread is asked.
public enum FilesRequest: Sendable {
    /// Prepare a run of a service. The variables come on top of the service's own.
    case prepare(ServiceID, RunID, ServiceSpec, extraEnvironment: [EnvironmentVariable])
}

/// What the files thread answers, in the order of the requests.
public enum FilesOutcome: Sendable {
    case prepared(ServiceID, RunID, Result<LaunchRequest, SpawnFailure>)
}

/// The thread that may wait for a disk. It starts with the first request, and lives as long as the process.
public final class FilesThread: Sendable {
    /// For the init loop to watch and to drain.
    public let outcomes: Mailbox<FilesOutcome>
    private let requests: Mailbox<FilesRequest>
    private let template: LaunchTemplate
    private let epoll: Epoll
    private let isStarted = Atomic(false)

    /// Microseconds after which an outcome is offered again for which there was no room.
    private static let retryDelay: UInt32 = 10_000

    public init(template: LaunchTemplate) throws(Errno) {
        self.template = template
        requests = try Mailbox(capacity: 1024)
        outcomes = try Mailbox(capacity: 1024)
        epoll = try Epoll()
        try epoll.add(requests.doorbell.descriptor, for: .readable, value: 0)
    }

    /// Hands over a request; `false`, and nothing happens, where the queue is full or there can be no thread.
    public func post(_ request: FilesRequest) -> Bool {
        if !isStarted.exchange(true, ordering: .acquiringAndReleasing) {
            do {
                try LoopThread.start("foster-files") { self.run() }
            } catch {
                isStarted.store(false, ordering: .releasing)
                return false
            }
        }
        return requests.post(request)
    }

    private func run() {
        var buffer = EpollBuffer(capacity: 1)
        while true {
            // It cannot fail with descriptors that are open.
            try? epoll.wait(timeout: nil, buffer: &buffer) { _, _ in }
            for request in requests.drain(limit: 64) {
                let outcome = perform(request)
                // The init loop is behind: wait for it, since an outcome that is lost is a service that never starts.
                while !outcomes.post(outcome) { usleep(Self.retryDelay) }
            }
        }
    }

    private func perform(_ request: FilesRequest) -> FilesOutcome {
        switch request {
        case .prepare(let service, let run, let spec, let extraEnvironment):
            do {
                let request = try LaunchPreparation.prepare(
                    spec, template: template, extraEnvironment: extraEnvironment)
                return .prepared(service, run, .success(request))
            } catch {
                return .prepared(service, run, .failure(error))
            }
        }
    }
}
