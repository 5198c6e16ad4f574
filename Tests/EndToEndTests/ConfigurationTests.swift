import Foundation
import Testing

extension EndToEnd {
    @Suite struct ConfigurationTests {
        @Test(arguments: [
            ("services:\n  web:\n    comand: [true]\n", "3:5:", "did you mean \"command\""),
            ("services:\n  web:\n    command: [true]\n    restart: sometimes\n", "4:14:", "restart"),
            ("services:\n  web: { command: [\"true\"], dependsOn: [db] }\n", "2:41:", "db"),
            (
                "services:\n  a: { command: x, dependsOn: [b] }\n  b: { command: x, dependsOn: [a] }\n", "2:32:",
                "a → b → a"
            ),
            ("services:\n  web: { command: [\"true\"], stop: { signal: NOPE } }\n", "2:45:", "NOPE"),
            ("services: [\n", "2:1:", "not valid YAML"),
            ("grace: soon\nservices: { web: { command: x } }\n", "1:8:", "grace"),
            ("", "1:1:", "services"),
        ])
        func anErrorIsNamedWithItsPlaceAndNothingIsStarted(text: String, place: String, words: String) throws {
            for verb in ["run", "check"] {
                let directory = try TemporaryDirectory()
                let file = try directory.write("foster.yaml", text)
                try Container.run([verb, "--config", file], in: directory) { container in
                    try container.expectExit(125)
                    #expect(container.errors.text.contains("\(file):\(place)"), "\(container.errors.text)")
                    #expect(container.errors.text.contains(words), "\(container.errors.text)")
                }
            }
        }

        @Test func oneWrongServiceKeepsTheOthersFromStarting() throws {
            let configuration = """
                services:
                  good: { shell: "echo started >> $DIR/log" }
                  bad: { shell: "exit 0", restart: never }
                """
            try Container.services(configuration, waitsForSocket: false) { container in
                try container.expectExit(125)
                #expect(container.directory.read("log").isEmpty)
                #expect(container.errors.text.contains(":3:"))
            }
        }

        @Test func aMissingFileIsNamed() throws {
            for verb in ["run", "check"] {
                try Container.run([verb, "--config", "/nonexistent.yaml"]) { container in
                    try container.expectExit(125)
                    #expect(container.errors.text.contains("/nonexistent.yaml"))
                    #expect(container.errors.text.contains("ENOENT"))
                }
            }
        }

        @Test func everyOptionIsDocumented() throws {
            let text = try String(contentsOfFile: "\(Programs.packageRoot)/docs/init.md", encoding: .utf8)
            let help = try Finished.run(Programs.foster, ["--help"]).output
            let flags = help.split(separator: "\n").filter { $0.hasPrefix("  --") }.compactMap {
                $0.split(separator: " ").first
            }
            #expect(flags.count > 12)
            for flag in flags where !["--config", "--help", "--version"].contains(flag) {
                #expect(text.contains("`\(flag)"), "\(flag)")
            }
        }

        @Test func aFileMayBeAPipe() throws {
            let directory = try TemporaryDirectory()
            let pipe = "\(directory.path)/pipe"
            try #require(mkfifo(pipe, 0o600) == 0)
            try Container.run(["check", "--config", pipe], in: directory) { container in
                let writer = try #require(FileHandle(forWritingAtPath: pipe))
                try writer.write(contentsOf: Data("services: { web: { shell: ls } }".utf8))
                try writer.close()
                try container.expectExit(0)
                #expect(container.output.text.contains("web"))
            }
        }

        @Test func checkPrintsWhatWouldRunAndStartsNothing() throws {
            let directory = try TemporaryDirectory()
            let configuration = """
                services:
                  web: { command: [nginx, -g, "daemon off;"], dependsOn: { db: ready }, env: { TOKEN: hush } }
                  db: { shell: "echo started > \(directory.path)/log", readiness: { notify: true } }
                """
            let file = try directory.write("foster.yaml", configuration)
            try Container.run(["check", "--config", file], in: directory) { container in
                try container.expectExit(0)
                let text = container.output.text
                #expect(text.contains("nginx -g 'daemon off;'"), "\(text)")
                let db = try #require(text.range(of: "  db\n"))
                let web = try #require(text.range(of: "  web\n"))
                #expect(db.lowerBound < web.lowerBound)
                #expect(!text.contains("hush"))
                #expect(directory.read("log").isEmpty)
            }
        }

        @Test func optionsOverrideTheFileAndTheEnvironment() throws {
            let configuration = """
                grace: 20s
                services: { web: { shell: "trap '' TERM; echo up >> $DIR/log; while :; do sleep 0.01; done" } }
                """
            let settings = Container.Settings(environment: ["FOSTER_GRACE": "15s"])
            try Container.services(configuration, options: ["--grace", "1s"], settings) { container in
                try container.waitForLine("up")
                try container.signal(SIGTERM)
                try container.expectExit(137, within: .seconds(8))
            }
        }

        @Test func theEnvironmentNamesTheFile() throws {
            let directory = try TemporaryDirectory()
            let file = try directory.write("foster.yaml", "services: { web: { shell: 'exit 4' } }")
            let settings = Container.Settings(environment: ["FOSTER_CONFIG": file, "FOSTER_CONTROL": "none"])
            try Container.run(["run"], settings, in: directory) { try $0.expectExit(4) }
        }
    }
}
