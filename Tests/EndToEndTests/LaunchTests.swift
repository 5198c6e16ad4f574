import Foundation
import Testing

extension EndToEnd {
    /// How a service's program is started, and what is said where that fails.
    @Suite struct LaunchTests {
        /// Runs one service to its end; what it printed.
        private func lines(of service: String, _ settings: Container.Settings = .init()) throws -> [String] {
            var lines: [String] = []
            let configuration = "output: inherit\nservices: { web: { \(service) } }"
            try Container.services(configuration, options: ["--log-level", "error"], waitsForSocket: false, settings) {
                try $0.expectExit(0)
                lines = $0.output.lines
            }
            return lines
        }

        @Test func environmentAndDirectoryAreApplied() throws {
            let settings = Container.Settings(environment: ["KEPT": "kept", "CHANGED": "before"])
            let service = """
                shell: 'echo "$KEPT $CHANGED $ADDED"; pwd', env: { CHANGED: after, ADDED: "a b=c" }, workingDir: /usr/share
                """
            #expect(try lines(of: service, settings) == ["kept after a b=c", "/usr/share"])
        }

        @Test(
            .needsRoot,
            arguments: [
                ("user: nobody", "65534 65534 65534"), ("user: '1234'", "1234 0 0"),
                ("user: '1234:5678'", "1234 5678 5678"),
                ("user: www-data", "33 33 33"), ("user: www-data, group: nogroup", "33 65534 65534"),
            ])
        func userAndGroupAreApplied(keys: String, identity: String) throws {
            let service = "\(keys), shell: 'echo $(id -u) $(id -g) $(id -G)'"
            #expect(try lines(of: service) == [identity])
        }

        @Test func aServiceHasASessionOfItsOwnAndNoDescriptorOfFosters() throws {
            let service =
                "shell: 'ls /proc/self/fd | wc -l; ps -o pid=,pgid=,sid= -p $$; cat /proc/self/stat > /dev/null'"
            let lines = try lines(of: service)
            #expect(lines.first == "4")
            let ids = (lines.last ?? "").split(separator: " ")
            #expect(ids.count == 3 && Set(ids).count == 1, "\(lines)")
        }

        @Test func itsStdinIsNull() throws {
            #expect(try lines(of: "shell: 'readlink /proc/self/fd/0; cat'") == ["/dev/null"])
        }

        @Test func itsMaskDispositionsAndLimitsAreThoseThatFosterGot() throws {
            let settings = Container.Settings(setup: "ulimit -S -n 200")
            let service = "shell: 'grep -E \"SigBlk|SigIgn\" /proc/self/status; ulimit -S -n'"
            let lines = try lines(of: service, settings)
            #expect(lines.count == 3 && lines[0] == "SigBlk:\t0000000000000000" && lines[2] == "200", "\(lines)")
            // 32 and 33 are glibc's own.
            let ignored = lines[1].split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
            #expect(ignored.map { $0 & ~0x1_8000_0000 } == 0, "\(lines)")
        }

        @Test(arguments: [
            (#"command: [/nonexistent/program]"#, #"cannot start "web": exec "/nonexistent/program": ENOENT"#, 127),
            (#"command: [no-such-program]"#, #"cannot start "web": exec "no-such-program": ENOENT"#, 127),
            (#"command: [/etc/passwd]"#, #"cannot start "web": exec "/etc/passwd": EACCES"#, 126),
            (#"command: ["true"], workingDir: /srv/none"#, #"cannot start "web": chdir "/srv/none": ENOENT"#, 125),
            (#"command: ["true"], user: no-such-user"#, #"cannot start "web": user "no-such-user""#, 125),
            (#"command: ["true"], group: no-such-group"#, #"cannot start "web": group "no-such-group""#, 125),
        ])
        func aFailedStartNamesItsStep(service: String, message: String, code: Int) throws {
            let configuration =
                "services: { web: { \(service), onFailure: ignore }, other: { command: [sleep, '1000'] } }"
            try Container.services(configuration) { container in
                let status = try container.wait(for: "web", toBe: "failed")["status"]
                #expect(status["lastExit"]["cause"].string == "spawn")
                #expect(status["lastExit"]["code"].int == code)
                try eventually("the log's line: \(message)") {
                    (container.output.text + container.errors.text).contains(message)
                }
            }
        }

        @Test func aServiceThatCannotBeStartedEndsTheContainerWithItsCode() throws {
            try Container.services("services: { web: { command: [/nonexistent] } }", waitsForSocket: false) {
                try $0.expectExit(127)
            }
        }
    }
}
