import FosterConfig
import FosterCore
import Testing

@Suite("Mutated files")
struct FuzzTests {
    /// SplitMix64, so that a failure can be repeated by its seed.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let tokens = [
        "", ":", ": ", "- ", "{", "}", "[", "]", ",", "\"", "'", "\n", "\t", "#", "&a ", "*a", "!!str ", "|\n", ">\n",
        "? ", "\0",
        "\u{FEFF}", "---\n", "...\n", "%", "@", "\\", "9999999999999999999", "-1", "0", "no", "${", "services",
        "command", "redis",
        "completed", "on-failure:", "h", "ms", "é", "\u{2028}", "\r", "~", "<<", "=",
    ]

    static func mutate(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let at = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, at + Int.random(in: 0...12, using: &generator))
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(at..<end)
            case 1: bytes.insert(contentsOf: (tokens.randomElement(using: &generator) ?? "").utf8, at: at)
            case 2: bytes.replaceSubrange(at..<end, with: (tokens.randomElement(using: &generator) ?? "").utf8)
            case 3: bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &generator))
            default: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &generator) }
            }
        }
        return bytes
    }

    @Test("Any text gives a plan or errors, never both or neither, and a plan is sound", arguments: 1...8)
    func mutations(seed: Int) {
        var generator = Generator(state: UInt64(seed))
        var plans = 0
        for round in 0..<1_500 {
            let bytes = Self.mutate(Array(sample.utf8), &generator)
            let result = Configuration.load(bytes, file: "f.yaml")
            let failed = result.diagnostics.contains { $0.severity == .error }
            #expect((result.plan == nil) == failed, "seed \(seed), round \(round)")
            #expect(!result.diagnostics.contains { $0.description.contains("\n") }, "seed \(seed), round \(round)")
            guard let plan = result.plan else { continue }
            plans += 1
            #expect(Self.isSound(plan), "seed \(seed), round \(round)")
            #expect(PlanSummary(plan).description.hasSuffix("\n"))
        }
        // Both outcomes must be met often, or the test shows nothing.
        #expect((50...1_450).contains(plans), "\(plans) plans")
    }

    /// What every reader of a plan relies on.
    static func isSound(_ plan: Plan) -> Bool {
        let names = Set(plan.services.map(\.id))
        return !plan.services.isEmpty && names.count == plan.services.count
            && DependencyGraph(plan.services).cycle == nil
            && plan.services.allSatisfy { service in
                if case .command(let words) = service.program, words.first?.isEmpty ?? true { return false }
                return service.dependsOn.allSatisfy { names.contains($0.service) }
                    && service.env.allSatisfy {
                        !$0.name.isEmpty && !$0.name.contains("=") && !$0.value.utf8.contains(0)
                    }
            }
    }

    @Test("Any bytes as an option give a value or a reason")
    func options() {
        var generator = Generator(state: 42)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &generator))
                .map { _ in "0123456789hms.:[]-+ onfailure\0é".randomElement(using: &generator).map(String.init) ?? "" }
                .joined()
            if let duration = try? Syntax.duration(text) {
                #expect(duration >= .zero && duration <= .seconds(31_536_000))
            }
            if let endpoint = try? Syntax.endpoint(text) { #expect(endpoint.port > 0) }
            _ = try? Syntax.restart(text)
            _ = try? Syntax.signal(text)
            _ = try? Syntax.words(text)
        }
    }
}
