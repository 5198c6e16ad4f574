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

    /// The same for the command of the init form, whose words and environment stay as the kernel gave them, byte for byte.
    public static func prepareMain(_ words: [CText], template: LaunchTemplate) throws(SpawnFailure) -> LaunchRequest {
        let prefix = Array("PATH=".utf8)
        let path = template.environment.first { $0.bytes.starts(with: prefix) }
        return try request(
            words, template.environment, path: path.map { CText(bytes: $0.bytes.dropFirst(prefix.count)) },
            template: template)
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
