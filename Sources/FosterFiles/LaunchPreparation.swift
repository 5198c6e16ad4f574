public import FosterCore
public import FosterSystem

/// Turns what was asked of a service into what the kernel is told, so that nothing is left to look up between clone and exec.
public enum LaunchPreparation {
    /// Looks up the program's paths, the user and the groups, and merges the environment.
    ///
    /// Reads `/etc/passwd` and `/etc/group` where a user or group is named, else no file at all. Descriptors, session and method
    /// are the caller's to set. Fails where the program, the user or the group cannot be had. `arguments` take the place of the
    /// service's own words: the kernel's need not be UTF-8.
    public static func prepare(
        _ spec: ServiceSpec, arguments: [CText]? = nil, template: LaunchTemplate,
        extraEnvironment: [EnvironmentVariable] = []
    ) throws(SpawnFailure) -> LaunchRequest {
        let account = try template.accounts.account(user: spec.user, group: spec.group)
        var environment = Environment(template.environment, without: template.withheld)
        if let account { environment.describe(account) }
        for variable in spec.env + extraEnvironment { environment.set(variable.name, to: variable.value) }

        let words = arguments ?? Self.arguments(of: spec.program)
        guard let name = words.first, !name.bytes.isEmpty else {
            throw SpawnFailure(stage: "exec", subject: "", reason: "no program is named", exitCode: 127)
        }
        var request = LaunchRequest(
            paths: SearchPath(environment["PATH"]).candidates(for: name), arguments: words,
            environment: environment.entries, signalMask: template.signalMask)
        request.workingDirectory = spec.workingDir
        request.identity = account?.identity
        // Only root may set groups: for who is that user already there is nothing to set.
        if Host.uid != 0, account?.identity.uid == Host.uid, account?.identity.gid == Host.gid {
            request.identity = nil
        }
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
