import FosterCore
import FosterSystem
import Testing

@testable import FosterFiles

@Suite("Preparation of a launch")
struct LaunchPreparationTests {
    private func spec(_ words: String..., change: (inout ServiceSpec) -> Void = { _ in }) -> ServiceSpec {
        var spec = ServiceSpec(id: "web", program: .command(words))
        change(&spec)
        return spec
    }

    @Test(
        "A program is searched as execvp does",
        arguments: [
            ("/bin/true", "/a:/b", ["/bin/true"]),
            ("bin/true", "/a:/b", ["bin/true"]),
            ("true", "/a:/b", ["/a/true", "/b/true"]),
            ("true", "/a::/b:", ["/a/true", "./true", "/b/true", "./true"]),
            ("true", "", ["./true"]),
            (
                "true", nil,
                [
                    "/usr/local/sbin/true", "/usr/local/bin/true", "/usr/sbin/true", "/usr/bin/true", "/sbin/true",
                    "/bin/true",
                ]
            ),
        ] as [(String, String?, [String])])
    func search(name: String, path: String?, expected: [String]) throws {
        let files = try TemporaryFiles()
        let template = files.template(environment: path.map { [CText("PATH=\($0)")] } ?? [])
        #expect(try LaunchPreparation.prepare(spec(name), template: template).paths == expected.map { CText($0) })
    }

    @Test("A program and a PATH that are not UTF-8 are taken as they are")
    func searchBytes() throws {
        let files = try TemporaryFiles()
        let odd = CText(bytes: [0x2F, 0xFF])
        let template = files.template(environment: [CText(bytes: Array("PATH=".utf8) + odd.bytes)])
        let request = try LaunchPreparation.prepareMain([CText(bytes: [0xFE]), odd], template: template)
        #expect(request.paths == [CText(bytes: odd.bytes + [0x2F, 0xFE])])
        #expect(request.arguments == [CText(bytes: [0xFE]), odd])
    }

    @Test("The service's own PATH comes before foster's")
    func ownPath() throws {
        let files = try TemporaryFiles()
        let spec = spec("serve") { $0.env = [EnvironmentVariable(name: "PATH", value: "/opt/web")] }
        let request = try LaunchPreparation.prepare(spec, template: files.template(environment: ["PATH=/bin"]))
        #expect(request.paths == ["/opt/web/serve"])
    }

    @Test("The shell form is run by /bin/sh")
    func shell() throws {
        let files = try TemporaryFiles()
        let spec = ServiceSpec(id: "web", program: .shell("exec nginx | tee log"))
        let request = try LaunchPreparation.prepare(spec, template: files.template())
        #expect(request.paths == ["/bin/sh"])
        #expect(request.arguments == ["/bin/sh", "-c", "exec nginx | tee log"])
    }

    @Test("No program is a failure", arguments: [[], [""]])
    func noProgram(words: [String]) throws {
        let files = try TemporaryFiles()
        let spec = ServiceSpec(id: "web", program: .command(words))
        #expect(throws: SpawnFailure.self) { try LaunchPreparation.prepare(spec, template: files.template()) }
    }

    @Test("Later settings win over earlier ones, in their place; what is addressed to foster is left out")
    func environment() throws {
        let files = try TemporaryFiles()
        let template = files.template(environment: [
            "A=1", "NOTIFY_SOCKET=@above", "LISTEN_FDS=2", "LISTEN_PID=1", "LISTEN_FDNAMES=a:b", "WATCHDOG_USEC=1",
            "WATCHDOG_PID=1", "B=foster", "odd", "A=2", "FOSTER_SERVICE=outer",
        ])
        let spec = spec("/bin/true") {
            $0.env = [
                EnvironmentVariable(name: "B", value: "first"), EnvironmentVariable(name: "C", value: "x=y"),
                EnvironmentVariable(name: "B", value: "second"),
            ]
        }
        let request = try LaunchPreparation.prepare(
            spec, template: template,
            extraEnvironment: [
                EnvironmentVariable(name: "FOSTER_SERVICE", value: "web"),
                EnvironmentVariable(name: "NOTIFY_SOCKET", value: "@below"),
            ])
        #expect(
            request.environment == ["A=1", "B=second", "odd", "FOSTER_SERVICE=web", "C=x=y", "NOTIFY_SOCKET=@below"])
    }

    @Test("Bytes that are no UTF-8 reach the program as they are")
    func rawBytes() throws {
        let files = try TemporaryFiles()
        let entry = CText(bytes: Array("RAW=".utf8) + [0xFF, 0xFE])
        let request = try LaunchPreparation.prepare(spec("/bin/true"), template: files.template(environment: [entry]))
        #expect(request.environment == [entry])
    }

    @Test(
        "Another user gets that user's HOME, USER and LOGNAME, unless the service sets them",
        arguments: [
            ("app", [], ["USER=app", "PATH=/bin", "HOME=/home/app", "LOGNAME=app"]),
            ("app", ["HOME", "USER"], ["USER=own", "PATH=/bin", "HOME=own", "LOGNAME=app"]),
            ("4242", [], ["PATH=/bin", "HOME=/"]),
            (nil, [], ["USER=root", "PATH=/bin", "HOME=/root"]),
        ] as [(String?, [String], [CText])])
    func homes(user: String?, own: [String], expected: [CText]) throws {
        let files = try TemporaryFiles(passwd: "app:x:1000:1000::/home/app:/bin/sh")
        let spec = spec("/bin/true") {
            $0.user = user
            $0.env = own.map { EnvironmentVariable(name: $0, value: "own") }
        }
        let template = files.template(environment: ["USER=root", "PATH=/bin", "HOME=/root"])
        #expect(try LaunchPreparation.prepare(spec, template: template).environment == expected)
    }

    @Test("What is the same for all comes from the template")
    func template() throws {
        let files = try TemporaryFiles()
        var template = files.template()
        template.signalMask = SignalMask(bits: 5)
        template.ignoresChildSignal = true
        template.openFiles = OpenFilesLimit(soft: 10, hard: 20)
        template.closesOthers = false
        let request = try LaunchPreparation.prepare(spec("/bin/true") { $0.workingDir = "/srv" }, template: template)
        #expect(request.signalMask == SignalMask(bits: 5))
        #expect(request.ignoresChildSignal)
        #expect(request.openFiles == OpenFilesLimit(soft: 10, hard: 20))
        #expect(!request.closesOthers)
        #expect(request.workingDirectory == "/srv")
        #expect(request.identity == nil)
    }
}
