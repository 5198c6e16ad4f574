public import FosterCore
public import FosterSystem

/// Turns what was asked of a service into what the kernel is told, so that nothing is left to look up between clone and exec.
public enum LaunchPreparation {
    /// Looks up the program's paths, the user and the groups, and merges the environment.
    ///
    /// Reads `/etc/passwd` and `/etc/group` where a user or group is named, else no file at all. Descriptors, session and method
    /// are the caller's to set. Fails where the program, the user or the group cannot be had.
    public static func prepare(
        _ spec: ServiceSpec, template: LaunchTemplate,
        extraEnvironment: [EnvironmentVariable] = []
    ) throws(SpawnFailure) -> LaunchRequest {
        let account = try template.accounts.account(user: spec.user, group: spec.group)
        var environment = Environment(template.environment, without: template.withheld)
        if let account { environment.describe(account) }
        for variable in spec.env + extraEnvironment { environment.set(variable.name, to: variable.value) }

        var request = try request(
            arguments(of: spec.program), environment.entries, path: environment["PATH"], template: template)
        request.workingDirectory = spec.workingDir
        request.identity = account?.identity
        // Only root may set groups: for who is that user already there is nothing to set.
        if Host.uid != 0, account?.identity.uid == Host.uid, account?.identity.gid == Host.gid {
            request.identity = nil
        }
        return request
    }

    /// The same for the command of the init form, whose words and environment stay as the kernel gave them, byte for byte, but
    /// for the variables of `extraEnvironment`, which must be there already.
    public static func prepareMain(
        _ words: [CText], template: LaunchTemplate, extraEnvironment: [EnvironmentVariable] = []
    ) throws(SpawnFailure) -> LaunchRequest {
        var environment = template.environment
        for variable in extraEnvironment { environment.replace(variable) }
        var request = try request(
            words, environment, path: template.environment.value(of: "PATH"), template: template)
        // What is said to foster by its pid is said to the command, which stands in its place.
        let own = CText(String(Host.pid))
        request.pidVariables = template.pidVariables.filter { template.environment.value(of: $0) == own }
        return request
    }

    private static func request(
        _ words: [CText], _ environment: [CText], path: CText?, template: LaunchTemplate
    ) throws(SpawnFailure) -> LaunchRequest {
        guard let name = words.first, !name.bytes.isEmpty else {
            throw SpawnFailure(stage: "exec", subject: "", reason: "no program is named", exitCode: 127)
        }
        var request = LaunchRequest(
            paths: SearchPath(path).candidates(for: name), arguments: words, environment: environment,
            signalMask: template.signalMask)
        request.openFiles = template.openFiles
        request.closesOthers = template.closesOthers
        request.ignoresChildSignal = template.ignoresChildSignal
        return request
    }

    private static func arguments(of program: Program) -> [CText] {
        switch program {
        case .command(let words): words.map { CText($0) }
        case .shell(let text): ["/bin/sh", "-c", CText(text)]
        }
    }
}

extension [CText] {
    fileprivate mutating func replace(_ variable: EnvironmentVariable) {
        let prefix = Array<UInt8>((variable.name + "=").utf8)
        guard let index = firstIndex(where: { $0.bytes.starts(with: prefix) }) else { return }
        self[index] = CText("\(variable.name)=\(variable.value)")
    }

    /// All entries but those of these variables.
    public func without(_ names: [String]) -> [CText] {
        let prefixes = names.map { Array<UInt8>(($0 + "=").utf8) }
        return filter { entry in !prefixes.contains { entry.bytes.starts(with: $0) } }
    }

    /// The value of the first `NAME=value` with this name, as getenv(3) finds it.
    public func value(of name: String) -> CText? {
        let prefix = Array<UInt8>((name + "=").utf8)
        return first { $0.bytes.starts(with: prefix) }.map { CText(bytes: $0.bytes.dropFirst(prefix.count)) }
    }
}
