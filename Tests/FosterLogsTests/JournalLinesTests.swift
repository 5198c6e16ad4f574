import FosterCore
import Testing

@testable import FosterLogs

@Suite("The journal in words")
struct JournalLinesTests {
    struct Story: Sendable, CustomTestStringConvertible {
        let name: String
        /// Entries of one array are read together.
        let batches: [[JournalEvent]]
        let expected: [String]
        var testDescription: String { name }
    }

    static let exit1 = ExitStatus.exited(code: 1)
    static let started: [JournalEvent] = [
        .serviceState("web", .starting, run: 1, pid: nil, reason: nil),
        .serviceState("web", .running, run: 1, pid: 12, reason: nil), .serviceReady("web", true, run: 1),
    ]
    static let crash: [JournalEvent] = [
        .serviceExit("web", run: 1, pid: 12, exit1, expected: false),
        .serviceState("web", .stopping, run: 1, pid: nil, reason: "exited with code 1"),
        .serviceReady("web", false, run: 1),
    ]
    static let backoff: [JournalEvent] = [
        .serviceBackoff("web", delay: .milliseconds(200), restarts: 1),
        .serviceState("web", .backoff, run: 1, pid: nil, reason: "exited with code 1"),
    ]

    static let stories = [
        Story(name: "a start", batches: [started], expected: ["info web: started (pid 12)"]),
        Story(
            name: "a start with readiness",
            batches: [
                [.serviceState("web", .starting, run: 1, pid: nil, reason: nil)],
                [.serviceState("web", .starting, run: 1, pid: 12, reason: nil)],
                [.serviceState("web", .running, run: 1, pid: 12, reason: nil), .serviceReady("web", true, run: 1)],
            ],
            expected: ["info web: started (pid 12)", "info web: ready"]),
        Story(
            name: "a wait",
            batches: [[.serviceState("web", .starting, run: nil, pid: nil, reason: "waiting for db")]],
            expected: ["info web: waiting for db"]),
        Story(
            name: "a crash told together", batches: [started, crash + backoff],
            expected: ["info web: started (pid 12)", "warning web: exited with code 1, restarting in 200 ms"]),
        Story(
            name: "a crash told in two parts", batches: [started, crash, backoff],
            expected: [
                "info web: started (pid 12)", "warning web: exited with code 1", "info web: restarting in 200 ms",
            ]),
        Story(
            name: "a restart without delay",
            batches: [
                crash + [
                    .serviceBackoff("web", delay: .zero, restarts: 1),
                    .serviceState("web", .starting, run: 2, pid: nil, reason: nil),
                ], [.serviceState("web", .running, run: 2, pid: 13, reason: nil)],
            ],
            expected: ["warning web: exited with code 1, restarting at once", "info web: started (pid 13)"]),
        Story(
            name: "a failed launch that is tried again",
            batches: [
                [
                    .serviceState("web", .starting, run: 1, pid: nil, reason: nil),
                    .serviceBackoff("web", delay: .milliseconds(1600), restarts: 1),
                    .serviceState("web", .backoff, run: 1, pid: nil, reason: "chdir \"/srv\": ENOENT"),
                ]
            ], expected: ["warning cannot start \"web\": chdir \"/srv\": ENOENT, restarting in 1.6 s"]),
        Story(
            name: "a failed launch",
            batches: [
                [
                    .serviceState("web", .starting, run: 1, pid: nil, reason: nil),
                    .serviceState("web", .failed, run: 1, pid: nil, reason: "exec \"webb\": ENOENT"),
                ]
            ], expected: ["error cannot start \"web\": exec \"webb\": ENOENT"]),
        Story(
            name: "the end of a service",
            batches: [crash + [.serviceState("web", .failed, run: 1, pid: nil, reason: "exited with code 1")]],
            expected: ["error web: exited with code 1, not restarted"]),
        Story(
            name: "the end of a service told in two parts",
            batches: [crash, [.serviceState("web", .failed, run: 1, pid: nil, reason: "exited with code 1")]],
            expected: ["warning web: exited with code 1", "error web: failed: exited with code 1"]),
        Story(
            name: "a dependency that failed",
            batches: [[.serviceState("web", .failed, run: nil, pid: nil, reason: "db failed")]],
            expected: ["error web: failed: db failed"]),
        Story(
            name: "a stop",
            batches: [
                [.serviceState("web", .stopping, run: 1, pid: 12, reason: nil)],
                [
                    .serviceExit("web", run: 1, pid: 12, .signaled(.term, coreDumped: false), expected: true),
                    .serviceState("web", .stopped, run: 1, pid: nil, reason: nil),
                ],
            ], expected: ["debug web: stopping", "info web: stopped (killed by SIGTERM)"]),
        Story(
            name: "a stop without a run", batches: [[.serviceState("web", .stopped, run: nil, pid: nil, reason: nil)]],
            expected: ["info web: stopped"]),
        Story(
            name: "a completion",
            batches: [
                [
                    .serviceExit("web", run: 1, pid: 12, .exited(code: 0), expected: false),
                    .serviceState("web", .completed, run: 1, pid: nil, reason: nil),
                ]
            ], expected: ["info web: exited with code 0"]),
        Story(
            name: "a start that takes too long",
            batches: [[.serviceState("web", .stopping, run: 1, pid: 12, reason: "not ready within 90 s")]],
            expected: ["warning web: stopping: not ready within 90 s"]),
        Story(
            name: "two exits at once keep apart",
            batches: [
                [
                    .serviceExit("web", run: 1, pid: 12, exit1, expected: false),
                    .serviceExit("db", run: 1, pid: 13, .exited(code: 2), expected: false),
                    .serviceBackoff("web", delay: .seconds(60), restarts: 9),
                    .serviceBackoff("db", delay: .milliseconds(100), restarts: 1),
                ]
            ],
            expected: [
                "warning web: exited with code 1, restarting in 60 s",
                "warning db: exited with code 2, restarting in 100 ms",
            ]),
        Story(
            name: "what concerns no service",
            batches: [
                [
                    .configLoaded(services: 1, path: "/etc/foster/foster.yaml"), .configLoaded(services: 2, path: nil),
                    .signalReceived(.term), .shutdownStarted(reason: "SIGTERM"), .shutdownLaggard("web"),
                    .logDropped("web", lines: 3), .warning("no /proc"),
                ]
            ],
            expected: [
                "info 1 service from /etc/foster/foster.yaml", "info 2 services", "debug received SIGTERM",
                "info stopping everything: SIGTERM", "warning web: did not stop in time, killed",
                "warning web: 3 lines of output lost: nobody reads it", "warning no /proc",
            ]),
        Story(
            name: "details",
            batches: [
                [
                    .serviceStatus("web", "busy", run: 1),
                    .operationCreated(OperationID(1), .restart, "web", actor: "uid 0"),
                    .operationFinished(OperationID(1), .restart, "web", .failed(code: "start-failed", message: "no")),
                    .operationFinished(OperationID(2), .shutdown, nil, .superseded),
                    .processAdopted(.init(pid: 9, startTime: 1), name: "sleep", service: "web"),
                    .processReaped(pid: 9, exit1, name: nil, service: nil, after: nil),
                    .processReaped(pid: 9, exit1, name: "sleep", service: "web", after: .seconds(2)),
                ]
            ],
            expected: [
                "debug web: says \"busy\"", "debug restart of web asked for by uid 0 (op-1)",
                "debug restart of web failed: no (op-1)", "debug shutdown of everything was superseded (op-2)",
                "debug adopted process 9 (sleep) of web", "debug process 9 exited with code 1",
                "debug process 9 (sleep) of web exited with code 1",
            ]),
    ]

    @Test("What happened is told once, in an operator's words", arguments: stories)
    func told(_ story: Story) {
        var journal = JournalLines()
        var revision: UInt64 = 0
        var told: [String] = []
        for (second, batch) in story.batches.enumerated() {
            let entries = batch.map { event in
                revision += 1
                return JournalEntry(revision: revision, time: .seconds(second), event: event)
            }
            told += journal.lines(for: entries).map { "\($0.level) \($0.text)" }
        }
        // That ready ended is a detail of every stop.
        #expect(told.filter { $0 != "debug web: not ready" && $0 != "debug web: ready" } == story.expected)
    }

    @Test("A level lets through itself and what is graver", arguments: LogLevel.allCases)
    func levels(level: LogLevel) {
        let own = OwnLines(level: level, wallOffset: .zero, label: [])
        let lines = LogLevel.allCases.map { LogLine(level: $0, time: .zero, text: $0.rawValue) }
        let expected: UInt64 = [.error: 1, .warning: 2, .info: 3, .debug: 4][level] ?? 0
        #expect(own.chunk(lines).lines == expected)
    }

    @Test("At debug each line has its time of day")
    func times() {
        let own = OwnLines(level: .debug, wallOffset: .seconds(1_709_251_199), label: Array("foster | ".utf8))
        let chunk = own.chunk([LogLine(level: .info, time: .milliseconds(1123), text: "leap")])
        #expect(String(decoding: chunk.bytes, as: UTF8.self) == "foster | 2024-03-01T00:00:00.123Z leap\n")
    }

    @Test("As JSON each line is an object")
    func json() {
        let own = OwnLines(
            level: .info, format: .json, wallOffset: .seconds(1_709_251_199), label: Array("foster | ".utf8))
        let chunk = own.chunk([
            LogLine(level: .warning, time: .milliseconds(1123), text: "a\n\"b\" é"),
            LogLine(level: .debug, time: .zero, text: "no"),
        ])
        #expect(
            String(decoding: chunk.bytes, as: UTF8.self)
                == #"{"level":"warning","message":"a\n\"b\" é","service":"foster","time":"2024-03-01T00:00:00.123Z"}"#
                + "\n")
        #expect(chunk.lines == 1)
    }

    @Test(
        "Times are Gregorian",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
            (4_107_542_399, "2100-02-28T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z"), (-5, "1970-01-01T00:00:00.000Z"),
            (Int64.max, "9999-12-31T23:59:59.000Z"),
        ] as [(Int64, String)])
    func timestamps(seconds: Int64, expected: String) {
        #expect(OwnLines.timestamp(.seconds(seconds)) == expected)
    }

    @Test("A service cannot forge a line or move the cursor by its own words")
    func forgery() {
        let own = OwnLines(level: .info, wallOffset: .zero, label: [])
        let chunk = own.chunk([LogLine(level: .info, time: .zero, text: "says \"a\nfoster | \u{1B}[2J\u{7F}é\"")])
        #expect(String(decoding: chunk.bytes, as: UTF8.self) == "says \"a\\x0afoster | \\x1b[2J\\x7fé\"\n")
    }
}
