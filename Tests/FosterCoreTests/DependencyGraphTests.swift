import FosterCore
import Testing

@Suite("Dependency graph")
struct DependencyGraphTests {
    static let cycles: [([ServiceID: [ServiceID]], [ServiceID])] = [
        (["a": ["a"]], ["a", "a"]),
        (["a": ["b"], "b": ["a"]], ["a", "b", "a"]),
        (["a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"]], ["b", "c", "d", "b"]),
        (["a": ["b", "c"], "b": [], "c": ["e"], "e": ["c"]], ["c", "e", "c"]),
    ]

    @Test("A cycle is found as the closed path along it", arguments: cycles)
    func cycle(edges: [ServiceID: [ServiceID]], expected: [ServiceID]) {
        #expect(DependencyGraph(edges).cycle == expected)
    }

    static let free: [[ServiceID: [ServiceID]]] = [
        [:],
        ["a": []],
        ["a": ["b"], "b": ["c"]],
        ["a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []],
        ["a": ["b", "b"]],
    ]

    @Test("A graph without a cycle has none, however often a service is reached", arguments: free)
    func noCycle(edges: [ServiceID: [ServiceID]]) {
        #expect(DependencyGraph(edges).cycle == nil)
    }

    @Test("Waves put each service after all it depends on")
    func waves() {
        let graph = DependencyGraph(["web": ["db", "cache"], "db": ["disk"], "cache": [], "log": [], "web2": ["db"]])
        #expect(graph.waves == [["cache", "disk", "log"], ["db"], ["web", "web2"]])
    }

    @Test("What stands on a cycle or behind one is in no wave")
    func wavesWithCycle() {
        let graph = DependencyGraph(["a": ["b"], "b": ["a"], "c": ["a"], "d": ["e"]])
        #expect(graph.waves == [["e"], ["d"]])
    }

    @Test("A chain of 20,000 services is walked without recursion")
    func longChain() {
        var edges: [ServiceID: [ServiceID]] = [:]
        for number in 0..<20_000 { edges[ServiceID("s\(number)")] = [ServiceID("s\(number + 1)")] }
        let graph = DependencyGraph(edges)
        #expect(graph.cycle == nil)
        #expect(graph.waves.count == 20_001)
    }

    @Test("Dependents are the reverse of the plan's dependencies")
    func dependents() {
        var web = ServiceSpec(id: "web", program: .command(["web"]))
        web.dependsOn = [Dependency("db", .ready), Dependency("cache", .started)]
        let graph = DependencyGraph([web, ServiceSpec(id: "db", program: .command(["db"]))])
        #expect(graph.dependents == ["db": ["web"], "cache": ["web"]])
    }
}
