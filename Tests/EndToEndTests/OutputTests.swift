import Foundation
import Testing

extension EndToEnd {
    @Suite struct OutputTests {
        @Test func linesCarryTheNameOfTheirService() throws {
            let configuration = """
                services:
                  web: { shell: "echo to stdout; echo to stderr >&2; exec sleep 1000" }
                  db: { shell: "printf 'one\\\\ntwo\\\\n'; exec sleep 1000" }
                """
            try Container.services(configuration) { container in
                try eventually("all lines") {
                    container.output.lines.filter { $0.contains(" | ") }.count >= 3
                        && container.errors.text.contains("to stderr")
                }
                let lines = container.output.lines
                #expect(lines.contains { $0.hasPrefix("web ") && $0.hasSuffix("| to stdout") }, "\(lines)")
                #expect(lines.contains { $0.hasPrefix("db ") && $0.hasSuffix("| one") }, "\(lines)")
                #expect(lines.contains { $0.hasPrefix("db ") && $0.hasSuffix("| two") }, "\(lines)")
                #expect(container.errors.lines.contains { $0.hasPrefix("web ") && $0.hasSuffix("| to stderr") })
            }
        }

        @Test func inheritedOutputIsUntouched() throws {
            try Container.services(
                "output: inherit\nservices: { web: { shell: 'printf exact' } }", waitsForSocket: false
            ) {
                try $0.expectExit(0)
                #expect($0.output.text.contains("exact"))
                #expect(!$0.output.text.contains(" | "))
            }
        }

        /// Many times, because it would be lost by a race between the exit and the pipe.
        @Test func theLastLineBeforeAnExitIsNotLost() throws {
            for _ in 0..<25 {
                let configuration = "services: { web: { shell: 'printf \"first\\nlast without end\"; kill -9 $$' } }"
                try Container.services(configuration, waitsForSocket: false) { container in
                    try container.expectExit(137)
                    #expect(container.output.text.contains("| last without end\n"), "\(container.transcript)")
                }
            }
        }

        @Test func muchOutputArrivesWholeAndInOrder() throws {
            let configuration = "services: { web: { shell: 'seq 1 100000' } }"
            try Container.services(configuration, waitsForSocket: false) { container in
                try container.expectExit(0)
                let numbers = container.output.lines.compactMap { $0.split(separator: "|").last }
                    .compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
                #expect(numbers.elementsEqual(1...100_000))
            }
        }

        @Test func theInitFormPrefixesWhereAskedTo() throws {
            try Container.command(["echo", "hello"], options: ["--output", "prefix"]) { container in
                try container.expectExit(0)
                let lines = container.output.lines
                #expect(
                    lines.count == 1 && lines.allSatisfy { $0.hasPrefix("main ") && $0.hasSuffix("| hello") },
                    "\(lines)")
            }
        }

        @Test func aReaderThatStallsHoldsUpNeitherTheApiNorAStop() throws {
            let configuration = """
                services:
                  loud: { shell: "yes loud" }
                  quiet: { shell: "trap 'echo stopped >> $DIR/log; exit 0' TERM; echo up >> $DIR/log; \
                while :; do sleep 0.01; done" }
                """
            try Container.services(configuration, Container.Settings(reading: .stalled)) { container in
                try container.waitForLine("up")
                // The pipe and foster's queue are full when the writer has to wait.
                let loud = try container.process(running: "yes loud")
                try eventually("the writer is held up") {
                    let before = loud.wakeUps
                    usleep(100_000)
                    return loud.wakeUps == before && loud.state == "S"
                }
                #expect(try container.get("/livez").status == 200)
                #expect(try container.state("quiet") == "running")
                #expect(try container.post("/v1/services/quiet/restart?wait=10s").status == 200)
                try container.signal(SIGTERM)
                #expect(try container.ending().code == 0)
                #expect(container.directory.lines("log").last == "stopped")
            }
        }

        @Test func outputToAFileWorksToo() throws {
            let settings = Container.Settings(setup: "exec > $DIR/output")
            try Container.services("services: { web: { shell: 'seq 1 1000' } }", waitsForSocket: false, settings) {
                try $0.expectExit(0)
                #expect($0.directory.lines("output").filter { $0.contains("| ") }.count == 1000)
            }
        }

        @Test func aReaderThatHasGoneAwayEndsNothing() throws {
            let settings = Container.Settings(setup: "exec > /dev/full 2> /dev/full")
            let configuration = "services: { web: { shell: 'echo x; echo up >> $DIR/log; exec sleep 1000' } }"
            try Container.services(configuration, settings) { container in
                try container.waitForLine("up")
                #expect(try container.state("web") == "running")
                try container.signal(SIGTERM)
                try container.expectExit(0)
            }
        }
    }
}
