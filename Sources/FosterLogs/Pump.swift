import FosterCore
import FosterSystem

/// One run of one service.
struct RunKey: Hashable, Sendable {
    let service: ServiceID
    let run: RunID
}

/// The read end of a service's stdout or stderr, and where its lines go.
final class Pump {
    let run: RunKey
    let sink: OutputSink
    let source: SharedDescriptor
    var cutter: LineCutter
    var isWatched = false
    /// How many bytes are still read before the run counts as drained; `nil` when nobody asks. Bounded, since a process that
    /// the run left behind may never stop writing.
    var owed: Int?

    /// More than a pipe holds, unless root made it larger than `fs.pipe-max-size` is by default.
    static let pipeLimit = 1 << 20

    init(_ run: RunKey, source: SharedDescriptor, sink: OutputSink, width: Int) {
        self.run = run
        self.source = source
        self.sink = sink
        cutter = LineCutter(name: run.service.name, width: width)
    }
}
