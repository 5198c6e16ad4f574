import FosterCore
import FosterLoop
import FosterSystem

/// One run of a service, from its launch until nothing of it is left. Belongs to the init thread.
final class LiveRun {
    let service: ServiceID
    let id: RunID
    let spec: ServiceSpec
    var phase = Phase.preparing
    /// What is to be delivered once its program has been executed.
    var pending: [(message: SignalMessage, scope: SignalScope)] = []
    /// The socket on which it says that it is ready.
    var notify: SlotKey?
    var capturesOutput = false

    enum Phase {
        /// The files thread looks up what it needs.
        case preparing
        /// Between clone and exec.
        case launching(Launch, SlotKey)
        case running(ChildHandle)
        /// The first process is dead and reaped; the supervisor is about to say how what it left behind is ended.
        case ended(leader: Int32)
        /// What it left behind is being ended.
        case draining(Drain)
    }

    struct Drain {
        let leader: Int32
        var deadline: Duration
        var killed = false
        /// Grows from sweep to sweep.
        var pause: Duration = .milliseconds(5)
    }

    init(spec: ServiceSpec, id: RunID) {
        service = spec.id
        self.id = id
        self.spec = spec
    }

    /// The first process while it is not reaped.
    var child: ChildHandle? {
        switch phase {
        case .launching(let launch, _): launch.child
        case .running(let child): child
        case .preparing, .ended, .draining: nil
        }
    }

    /// The pid that its session and group bear, also when the first process is dead.
    var leader: Int32? {
        switch phase {
        case .preparing: nil
        case .launching(let launch, _): launch.child.pid
        case .running(let child): child.pid
        case .ended(let leader): leader
        case .draining(let drain): drain.leader
        }
    }
}
