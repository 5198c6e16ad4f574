import FosterAPI
import FosterCore

@testable import FosterDiagnostics

/// A container in which all is well, to be spoilt by each test.
enum Container {
    static let agent = ContainerFacts.Agent(pid: 1, isSubreaper: false, grace: .seconds(9))

    static func facts(agent: ContainerFacts.Agent? = agent, _ change: (inout ContainerFacts) -> Void = { _ in })
        -> ContainerFacts
    {
        var facts = ContainerFacts()
        facts.agent = agent
        facts.uptimeSeconds = 1000
        facts.memory = .limited
        facts.processes = [process(1, parent: 0, "foster", ["/foster", "run"], blocked: ~0)]
        change(&facts)
        return facts
    }

    static func process(
        _ pid: Int32, parent: Int32 = 1, _ name: String, _ words: [String] = [], blocked: UInt64 = 0,
        ignored: UInt64 = 0, caught: UInt64 = 0
    ) -> ProcessRecord {
        var process = ProcessRecord(pid: pid, parent: parent, name: name)
        process.words = words.isEmpty ? [name] : words
        process.signals = ProcessRecord.Signals(blocked: blocked, ignored: ignored, caught: caught)
        return process
    }

    static func service(_ name: String = "web", pid: Int32? = 10, _ change: (inout ServiceFacts) -> Void = { _ in })
        -> ServiceFacts
    {
        var service = ServiceFacts(name: name, pid: pid, grace: .seconds(10))
        change(&service)
        return service
    }

    static let term = bit(.term)
    static func bit(_ signal: Signal) -> UInt64 { 1 << UInt64(signal.number - 1) }
}

extension ContainerFacts {
    var ids: [String] { findings.map(\.id) }
}
