import FosterCore
import FosterLoop
import FosterSystem
import Testing

@testable import FosterFiles

@Suite("The files thread")
struct FilesThreadTests {
    @Test("It answers every request, in order, failures too")
    func answers() throws {
        let files = try TemporaryFiles()
        let thread = try FilesThread(template: files.template())
        for run in 1...100 {
            var spec = ServiceSpec(id: "web", program: .command(["/bin/true"]))
            if run.isMultiple(of: 2) { spec.user = "missing" }
            #expect(thread.post(.prepare("web", RunID(UInt64(run)), spec, extraEnvironment: [])))
        }
        var reactor = try Reactor()
        try reactor.add(thread.outcomes.doorbell.descriptor, for: .readable, token: .init(owner: 0))
        var runs: [UInt64] = []
        var failed: [UInt64] = []
        let deadline = Clock.uptime() + .seconds(10)
        while runs.count < 100, Clock.uptime() < deadline {
            var batch: [Reactor.Event] = []
            try reactor.wait(until: deadline, into: &batch)
            for case .prepared(_, let run, let result) in thread.outcomes.drain(limit: 7) {
                runs.append(run.number)
                if case .failure = result { failed.append(run.number) }
            }
        }
        #expect(runs == Array(1...100))
        #expect(failed == Array(stride(from: 2, through: 100, by: 2)))
    }
}
