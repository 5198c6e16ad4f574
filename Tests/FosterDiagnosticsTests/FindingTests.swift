import FosterAPI
import FosterCore
import Foundation
import Testing

@testable import FosterDiagnostics

/// Facts to findings, by tables.
@Suite struct FindingTests {
    typealias Change = @Sendable (inout ContainerFacts) -> Void

    @Test func wellIsWell() {
        #expect(Container.facts().findings.isEmpty)
        #expect(
            Container.facts {
                $0.services = [Container.service()]
                $0.processes.append(Container.process(10, "nginx", caught: Container.term))
            }.findings.isEmpty)
    }

    @Test(arguments: [
        ["sh", "-c", "nginx; true"], ["/bin/sh", "-c", "nginx"], ["bash", "-ec", "nginx"], ["-bash", "-c", "nginx"],
        ["bash", "-o", "pipefail", "-c", "nginx"], ["bash", "--login", "-c", "nginx"],
        ["busybox", "sh", "-c", "nginx"],
        ["sh", "-e", "-c", "nginx"], ["sh", "+x", "-c", "nginx"],
    ])
    func aShellWithACommandAndAChildIsAShellForm(words: [String]) throws {
        let facts = Container.facts {
            $0.services = [Container.service()]
            $0.processes += [
                Container.process(10, "sh", words), Container.process(11, parent: 10, "nginx", caught: Container.term),
            ]
        }
        #expect(facts.ids == ["shell-form"])
        let finding = try #require(facts.findings.first)
        #expect(finding.severity == .warning)
        #expect(finding.service == "web" && finding.pid == 10)
        #expect(finding.evidence.first == "pid 10: comm=sh, cmdline=\"\(words.joined(separator: " "))\"")
        #expect(finding.evidence.last == "its child is pid 11: comm=nginx, cmdline=\"nginx\"")
    }

    @Test(arguments: [
        ["nginx"], ["sh"], ["sh", "script", "-c"], ["sh", "-e", "script"], ["bash", "-o", "c", "script"],
        ["fish", "-c", "x"],
        ["sh-c", "-c", "x"], ["busybox"], ["busybox", "nc", "-c"], [""], ["/"], ["-"], ["sh", "-", "-c"],
    ])
    func otherCommandsAreNone(words: [String]) {
        let facts = Container.facts {
            $0.services = [Container.service()]
            $0.processes += [Container.process(10, "sh", words), Container.process(11, parent: 10, "nginx")]
        }
        #expect(facts.findings.isEmpty, "\(words)")
    }

    @Test func aShellThatDoesNotKeepSignalsFromAnybodyIsNone() {
        let shell = Container.process(10, "sh", ["sh", "-c", "x"])
        let child = Container.process(11, parent: 10, "x")
        func ids(_ service: ServiceFacts, _ processes: ProcessRecord...) -> [String] {
            Container.facts {
                $0.services = [service]
                $0.processes += processes
            }.ids
        }
        #expect(ids(Container.service(), shell, child) == ["shell-form"])
        // Without a child it does the work itself.
        #expect(ids(Container.service(), shell).isEmpty)
        var zombie = child
        zombie.isZombie = true
        #expect(ids(Container.service(), shell, zombie).isEmpty)
        // With a trap it may pass on what it catches.
        var trapping = shell
        trapping.signals?.caught = Container.term
        #expect(ids(Container.service(), trapping, child).isEmpty)
        // The group gets the signals.
        #expect(ids(Container.service { $0.signalsLeaderOnly = false }, shell, child).isEmpty)
        // Nobody could read what it does.
        var unknown = shell
        unknown.signals = nil
        #expect(ids(Container.service(), unknown, child).isEmpty)
    }

    @Test func aServiceThatIgnoresItsStopSignalIsOne() throws {
        func facts(stop: Signal, ignored: UInt64) -> ContainerFacts {
            Container.facts {
                $0.services = [Container.service { $0.stopSignal = stop }]
                $0.processes.append(Container.process(10, "app", ignored: ignored))
            }
        }
        let finding = try #require(facts(stop: .term, ignored: Container.term).findings.first)
        #expect(finding.id == "ignores-stop-signal" && finding.severity == .warning)
        #expect(finding.evidence == ["pid 10: comm=app, cmdline=\"app\"", "SigIgn 0000000000004000 has SIGTERM (15)"])
        #expect(facts(stop: .quit, ignored: Container.term).findings.isEmpty)
        #expect(facts(stop: .quit, ignored: Container.bit(.quit)).ids == ["ignores-stop-signal"])
        #expect(facts(stop: .term, ignored: 0).findings.isEmpty)
    }

    @Test func insteadOfFosterPid1NeedsAHandler() {
        func ids(_ first: ProcessRecord) -> [String] { Container.facts(agent: nil) { $0.processes = [first] }.ids }
        #expect(ids(Container.process(1, parent: 0, "app")) == ["not-init", "unhandled-stop-signal"])
        #expect(
            ids(Container.process(1, parent: 0, "app", ignored: Container.term)) == ["not-init", "ignores-stop-signal"])
        #expect(ids(Container.process(1, parent: 0, "app", caught: Container.term)) == ["not-init"])
        // Read from a signalfd.
        #expect(ids(Container.process(1, parent: 0, "app", blocked: Container.term)) == ["not-init"])
        // An init by its name, or by how it waits.
        #expect(ids(Container.process(1, parent: 0, "tini")).isEmpty)
        #expect(ids(Container.process(1, parent: 0, "tini", ignored: Container.term)) == ["ignores-stop-signal"])
        #expect(ids(Container.process(1, parent: 0, "app", blocked: Container.term | Container.bit(.child))).isEmpty)
        var waiting = Container.process(1, parent: 0, "app")
        waiting.isInSignalWait = true
        #expect(ids(waiting).isEmpty)
    }

    @Test func killNeedsNoHandler() {
        for signal in [Signal.kill, .stop] {
            let facts = Container.facts {
                $0.services = [Container.service { $0.stopSignal = signal }]
                $0.processes += [
                    Container.process(10, "sh", ["sh", "-c", "x"]), Container.process(11, parent: 10, "x"),
                ]
            }
            #expect(facts.findings.isEmpty)
        }
    }

    @Test func whereFosterIsMissingThatIsToldOfPid1() {
        let facts = Container.facts(agent: nil) {
            $0.processes = [
                Container.process(1, parent: 0, "sh", ["/bin/sh", "-c", "nginx"]), Container.process(7, "nginx"),
            ]
        }
        #expect(facts.ids == ["not-init", "shell-form"])
        #expect(facts.findings.allSatisfy { $0.severity == .warning && $0.pid == 1 })
    }

    @Test func belowAnotherPid1FosterMustBeTheSubreaper() {
        func facts(isSubreaper: Bool) -> ContainerFacts {
            Container.facts(agent: ContainerFacts.Agent(pid: 5, isSubreaper: isSubreaper, grace: nil)) {
                $0.processes = [
                    Container.process(1, parent: 0, "pause", caught: Container.term), Container.process(5, "foster"),
                ]
            }
        }
        #expect(facts(isSubreaper: true).findings.isEmpty)
        #expect(facts(isSubreaper: false).ids == ["not-init"])
        #expect(facts(isSubreaper: false).findings.first?.severity == .error)
    }

    @Test func anInitOfAnInnerNamespaceNeedsAHandler() throws {
        func facts(inner: [Int32], caught: UInt64 = 0) -> ContainerFacts {
            Container.facts {
                $0.services = [Container.service()]
                var outer = Container.process(10, "unshare", caught: Container.term)
                outer.namespacePids = [10]
                var process = Container.process(11, parent: 10, "app", caught: caught)
                process.namespacePids = inner
                $0.processes += [outer, process]
            }
        }
        let finding = try #require(facts(inner: [11, 1]).findings.first)
        #expect(finding.id == "unhandled-stop-signal" && finding.service == "web" && finding.pid == 11)
        #expect(finding.evidence.contains("NSpid: 11 1"))
        #expect(facts(inner: [11, 1], caught: Container.term).findings.isEmpty)
        #expect(facts(inner: [11]).findings.isEmpty)
        #expect(facts(inner: [11, 2]).findings.isEmpty)
    }

    @Test func zombiesThatLastAreToldByTheirParent() throws {
        let facts = Container.facts {
            $0.services = [Container.service()]
            $0.processes.append(Container.process(10, "lazy", caught: Container.term))
            for pid in Int32(20)..<27 {
                var zombie = ProcessRecord(pid: pid, parent: pid == 26 ? 1 : 10, name: "kid")
                zombie.isZombie = true
                zombie.startTime = 96_500
                $0.processes.append(zombie)
                // One is new: it may be reaped at any moment. One is foster's own.
                if pid != 20 { $0.lastingZombies.insert(pid) }
            }
        }
        #expect(facts.ids == ["unreaped-zombies"])
        let finding = try #require(facts.findings.first)
        #expect(finding.summary.contains("lazy (pid 10)") && finding.summary.contains("5 zombies"))
        #expect(finding.pid == 10 && finding.service == "web")
        #expect(finding.evidence.contains("pid 21: comm=kid, state Z, started 35 s ago"))
    }

    @Test func belowAnotherPid1OnlyItsOwnProcessesAreFostersBusiness() {
        let facts = Container.facts(agent: ContainerFacts.Agent(pid: 5, isSubreaper: true, grace: nil)) {
            $0.processes = [
                Container.process(1, parent: 0, "pause", caught: Container.term), Container.process(5, "foster"),
                Container.process(10, parent: 5, "ours"), Container.process(20, "theirs"),
            ]
            for (pid, parent) in [(Int32(11), Int32(10)), (21, 20), (2, 1), (6, 5)] {
                var zombie = ProcessRecord(pid: pid, parent: parent, name: "kid")
                zombie.isZombie = true
                $0.processes.append(zombie)
                $0.lastingZombies.insert(pid)
            }
        }
        #expect(facts.findings.map(\.pid) == [10])
    }

    @Test func aServiceThatFledIsOne() throws {
        let facts = Container.facts {
            $0.services = [
                Container.service(pid: nil) {
                    $0.flight = ServiceFacts.Flight(run: 3, pid: 10, ranFor: .milliseconds(12), reaped: [11])
                }, Container.service("db", pid: nil),
            ]
        }
        #expect(facts.ids == ["service-daemonises"])
        let finding = try #require(facts.findings.first)
        #expect(finding.service == "web" && finding.pid == 10)
        #expect(finding.evidence.first == "run 3 (pid 10) exited with 0 after 12 ms, and left processes behind")
    }

    @Test func aGraceIsMeasuredByTheOrchestrators() {
        func findings(_ grace: Duration?, _ service: Duration, _ orchestrator: Orchestrator) -> [Finding] {
            Container.facts(agent: ContainerFacts.Agent(pid: 1, isSubreaper: false, grace: grace)) {
                $0.services = [Container.service(pid: nil) { $0.grace = service }]
                $0.orchestrator = orchestrator
            }.findings
        }
        let docker = Orchestrator(name: "docker stop", grace: .seconds(10), evidence: "/.dockerenv is there")
        let kubernetes = Orchestrator(name: "Kubernetes", grace: .seconds(30), evidence: "it is")
        #expect(findings(.seconds(10), .seconds(10), docker).isEmpty)
        #expect(findings(nil, .seconds(10), docker).isEmpty)
        #expect(findings(.seconds(11), .seconds(10), docker).map(\.severity) == [.warning])
        #expect(findings(.seconds(30), .seconds(30), kubernetes).isEmpty)
        #expect(findings(.seconds(31), .seconds(30), kubernetes).map(\.id) == ["grace-above-orchestrator"])
        // Nobody knows whose grace it is.
        #expect(findings(.seconds(11), .seconds(10), .unknown).map(\.severity) == [.info])
        // Foster's budget cuts it.
        #expect(findings(.seconds(9), .seconds(11), docker).map(\.severity) == [.info])
        #expect(findings(.seconds(9), .seconds(11), docker).map(\.service) == ["web"])
        #expect(findings(nil, .seconds(11), docker).map(\.severity) == [.warning])
    }

    @Test func limitsAreTold() {
        #expect(Container.facts { $0.memory = .unknown }.findings.isEmpty)
        let unlimited = Container.facts { $0.memory = .unlimited(file: "/m", text: "max") }.findings
        #expect(unlimited.map(\.id) == ["no-memory-limit"])
        #expect(unlimited.map(\.severity) == [.info])
        #expect(unlimited.first?.evidence == ["/m: max"])
    }

    @Test(arguments: [
        (0, 100, nil), (79, 100, nil), (80, 100, Finding.Severity.warning), (99, 100, .warning), (100, 100, .error),
        (5, 4, .error), (0, 0, .error), (UInt64.max, 1, .error), (UInt64.max, UInt64.max, .error),
    ])
    func processesNearTheirLimitAreTold(current: UInt64, most: UInt64, severity: Finding.Severity?) {
        let findings = Container.facts {
            $0.processLimits = [
                ProcessLimit(source: "/a/pids.max", current: 1, most: 1000, isGroup: true),
                ProcessLimit(source: "/b/pids.max", current: current, most: most, isGroup: true),
            ]
        }.findings
        #expect(findings.map(\.severity) == [severity].compactMap { $0 })
        #expect(findings.allSatisfy { $0.id == "process-limit-near" && $0.evidence[0] == "/b/pids.max: \(most)" })
    }

    @Test func whatProcLacksIsTold() {
        #expect(Container.facts { $0.proc = .missing }.ids == ["no-proc"])
        #expect(Container.facts { $0.proc = .foreign(shownAs: "77") }.ids == ["foreign-proc"])
        #expect(Container.facts { $0.hiding = "hidepid=2" }.ids == ["hidden-processes"])
    }

    @Test func everyFindingIsDocumented() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/diagnostics.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").drop { $0 != "## Findings" }.filter { $0.hasPrefix("| `") }
        let documented = rows.compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(documented.sorted() == FindingID.allCases.map(\.rawValue).sorted())
    }

    @Test func theWorstIsFirst() {
        let facts = Container.facts {
            $0.hiding = "hidepid=2"
            $0.memory = .unlimited(file: "/m", text: "max")
            $0.processLimits = [ProcessLimit(source: "/p", current: 1, most: 1, isGroup: true)]
        }
        #expect(facts.findings.map(\.severity) == [.error, .warning, .info])
    }

    @Test func parentsInACircleDoNotHang() {
        let facts = Container.facts {
            $0.services = [Container.service()]
            for (pid, parent) in [(Int32(20), Int32(21)), (21, 20)] {
                var zombie = ProcessRecord(pid: pid, parent: parent, name: "x")
                zombie.isZombie = true
                $0.processes.append(zombie)
                $0.lastingZombies.insert(pid)
            }
        }
        #expect(facts.ids == ["unreaped-zombies", "unreaped-zombies"])
    }

    @Test(arguments: [
        ("plain ä ☃", "plain ä ☃"), ("\u{1b}[2J", #"\x1b[2J"#), ("a\nb\tc\r", #"a\x0ab\x09c\x0d"#),
        ("\u{7f}", #"\x7f"#),
        ("\u{9b}31m", #"\x9b31m"#), ("\u{202e}x", #"\u{202e}x"#), ("\0", #"\x00"#),
    ])
    func whatATerminalWouldActOnIsShownInDigits(text: String, shown: String) {
        #expect(Printable.text(text) == shown)
    }

    @Test func hostileNamesReachNoFindingRaw() {
        let evil = "\u{1b}]0;pwned\u{7}\n"
        let facts = Container.facts(agent: nil) {
            $0.processes = [
                Container.process(1, parent: 0, evil, ["sh", "-c", evil + String(repeating: "x", count: 10_000)]),
                Container.process(2, evil, [evil]),
            ]
            var zombie = ProcessRecord(pid: 3, parent: 2, name: evil)
            zombie.isZombie = true
            $0.processes.append(zombie)
            $0.lastingZombies = [3]
        }
        #expect(Set(facts.ids) == ["not-init", "shell-form", "unreaped-zombies"])
        for finding in facts.findings {
            for text in finding.evidence + [finding.summary, finding.remedy, finding.line] {
                #expect(!text.utf8.contains { $0 < 32 || $0 == 127 }, "\(text)")
                #expect(text.utf8.count < 1500)
            }
        }
    }
}
