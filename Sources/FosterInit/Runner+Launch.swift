import FosterCore
import FosterFiles
import FosterLogs
import FosterLoop
import FosterSystem
import SystemPackage

// Starting a run: look up what it needs, clone, and learn from the report pipe whether its program was executed.
extension Runner {
    mutating func launch(
        _ service: ServiceID, _ id: RunID, on reactor: inout Reactor, at now: Duration, into events: inout [Event]
    ) {
        publisher.counters.launches &+= 1
        guard let spec = settings.plan.services.first(where: { $0.id == service }), runs[service] == nil else {
            // The supervisor asked for what it cannot have: this service alone is stopped for it.
            let failure = SpawnFailure(
                stage: "launch", subject: service.name, reason: "not to be started now", exitCode: 125)
            events.append(.spawnFailed(service, run: id, failure))
            return
        }
        let run = LiveRun(spec: spec, id: id)
        runs[service] = run
        do throws(SpawnFailure) {
            let extra = try extraEnvironment(for: run, on: &reactor)
            if settings.plan.form == .command {
                start(run, try prepareMain(extra), on: &reactor, at: now, into: &events)
            } else {
                try askFiles(run, extra, on: &reactor, at: now)
            }
        } catch {
            fail(run, error, on: &reactor, into: &events)
        }
    }

    /// Variables that foster itself gives a run.
    private mutating func extraEnvironment(
        for run: LiveRun, on reactor: inout Reactor
    ) throws(SpawnFailure) -> [EnvironmentVariable] {
        var extra: [EnvironmentVariable] = []
        if settings.plan.form == .services {
            extra.append(EnvironmentVariable(name: ServiceSpec.marker, value: run.service.name))
        }
        guard run.spec.readiness == .notify || relays else { return extra }
        do throws(Errno) {
            let socket = try NotifySocket()
            let address = socket.address
            let slot = notifications.insert(NotifyChannel(socket: socket, run: run))
            run.notify = slot
            if let channel = notifications[slot] {
                try reactor.add(channel.socket.descriptor, for: .readable, token: Owner.notifications.token(slot))
            }
            extra.append(EnvironmentVariable(name: "NOTIFY_SOCKET", value: address))
        } catch {
            throw SpawnFailure(stage: "notify socket", subject: "", reason: error.name, exitCode: 125)
        }
        return extra
    }

    /// The init form's command: prepared here, since nothing of it is read from a file.
    private func prepareMain(_ extra: [EnvironmentVariable]) throws(SpawnFailure) -> LaunchRequest {
        var request = try LaunchPreparation.prepareMain(
            settings.mainArguments, template: settings.template, extraEnvironment: extra)
        switch settings.plan.conduct.session {
        case .group: request.session = .group(foreground: ControllingTerminal.isOurs)
        case .foregroundGroup: request.session = .group(foreground: ControllingTerminal.exists)
        case .controllingGroup:
            request.terminal = ControllingTerminal.open()
            request.session = .group(foreground: request.terminal != nil || ControllingTerminal.exists)
        case .session: request.session = .newSessionOnTerminal
        case .inherited: request.session = .inherited
        }
        request.closesOthers = false
        // Nothing else is going on yet, so foster may wait for the first exec.
        request.method = publisher.counters.launches == 1 ? .share : .copy
        return request
    }

    private mutating func askFiles(
        _ run: LiveRun, _ extra: [EnvironmentVariable], on reactor: inout Reactor, at now: Duration
    ) throws(SpawnFailure) {
        do throws(Errno) {
            if files == nil {
                let thread = try FilesThread(template: settings.template)
                try reactor.add(thread.outcomes.doorbell.descriptor, for: .readable, token: Owner.files.token)
                files = thread
            }
        } catch {
            throw SpawnFailure(stage: "files thread", subject: "", reason: error.name, exitCode: 125)
        }
        filesBacklog.append(.prepare(run.service, run.id, run.spec, extraEnvironment: extra))
        sendFilesBacklog(at: now)
    }

    /// A large plan's start is more than the queue takes, and there may be no thread for the moment.
    mutating func sendFilesBacklog(at now: Duration) {
        guard let files, !filesBacklog.isEmpty else { return }
        let sent = filesBacklog.prefix { files.post($0) }.count
        filesBacklog.removeFirst(sent)
        if !filesBacklog.isEmpty { chores.arm(.retryFiles, at: now + Self.retryDelay) }
    }

    /// What the files thread has looked up.
    mutating func collectFiles(on reactor: inout Reactor, at now: Duration, into events: inout [Event]) {
        guard let files else { return }
        for outcome in files.outcomes.drain(limit: 64) {
            guard case .prepared(let service, let id, let result) = outcome, let run = live(service, id),
                case .preparing = run.phase
            else { continue }
            switch result {
            case .success(var request):
                request.session = .newSession
                // Where even that is missing, the service gets foster's own stdin.
                if nullInput == nil { nullInput = try? Host.openNull() }
                request.input = nullInput
                start(run, request, on: &reactor, at: now, into: &events)
            case .failure(let failure): fail(run, failure, on: &reactor, into: &events)
            }
        }
    }

    private mutating func start(
        _ run: LiveRun, _ prepared: LaunchRequest, on reactor: inout Reactor, at now: Duration,
        into events: inout [Event]
    ) {
        do throws(Errno) {
            var request = prepared
            let captured = try capture(run, &request)
            let launch = try Launch(request)
            let slot = launches.insert(run)
            run.phase = .launching(launch, slot)
            byPid[launch.child.pid] = run
            if let captured { send(captured, at: now) }
            // Known at once where the launch shared foster's memory: then there is nothing to wait for.
            let outcome = launch.outcome()
            if outcome == .pending {
                try reactor.add(launch.reportDescriptor, for: .readable, token: Owner.launches.token(slot))
            } else {
                settle(run, launch, outcome, on: &reactor, into: &events)
            }
        } catch {
            if let child = run.child { abandon(child) }
            witness?.saw(.launchFailed(pid: nil, stage: "fork", error))
            fail(
                run, SpawnFailure(stage: "fork", subject: "", reason: error.name, exitCode: 125), on: &reactor,
                into: &events)
        }
    }

    /// Puts pipes behind stdout and stderr where output is captured; what the logs thread is to be told.
    private func capture(_ run: LiveRun, _ request: inout LaunchRequest) throws(Errno) -> LogRequest? {
        guard settings.plan.output == .prefix, settings.logs != nil else { return nil }
        let output = try Pipe()
        let error = try Pipe()
        request.output = output.writing
        request.error = error.writing
        run.capturesOutput = true
        return .attach(run.service, run.id, stdout: output.reading, stderr: error.reading)
    }

    /// Its launch cannot be followed: it must not live on unseen.
    private mutating func abandon(_ child: ChildHandle) {
        try? child.signal(Signal.kill.number, value: nil)
        byPid[child.pid] = nil
        failedLaunches.insert(child.pid)
    }

    /// The report pipe of a launch has spoken.
    mutating func launchReported(_ slot: SlotKey, on reactor: inout Reactor, into events: inout [Event]) {
        guard let run = launches[slot], case .launching(let launch, _) = run.phase else { return }
        settle(run, launch, launch.outcome(), on: &reactor, into: &events)
    }

    private mutating func settle(
        _ run: LiveRun, _ launch: Launch, _ outcome: Launch.Outcome, on reactor: inout Reactor,
        into events: inout [Event]
    ) {
        switch outcome {
        case .pending: return
        case .executed:
            forgetLaunch(run, on: &reactor)
            run.phase = .running(launch.child)
            // What was passed on is the command's alone from here on, unless there may be another run.
            if settings.plan.form == .command, run.spec.restart.policy == .no { Host.closeInherited() }
            witness?.saw(.launched(pid: launch.child.pid))
            events.append(.spawned(run.service, run: run.id, pid: launch.child.pid))
            let pending = run.pending
            run.pending = []
            for (message, scope) in pending { deliver(message, to: run, scope) }
        case .failed(let stage, let errno):
            failedLaunches.insert(launch.child.pid)
            byPid[launch.child.pid] = nil
            witness?.saw(.launchFailed(pid: launch.child.pid, stage: stage, errno))
            fail(run, Self.failure(of: run.spec, at: stage, errno), on: &reactor, into: &events)
        }
    }

    private mutating func forgetLaunch(_ run: LiveRun, on reactor: inout Reactor) {
        guard case .launching(let launch, let slot) = run.phase else { return }
        // It is not registered where the outcome was known at once.
        try? reactor.remove(launch.reportDescriptor)
        launches.remove(slot)
    }

    /// Names the stage, what it was about and the errno, with the exit code that shells and container engines use.
    private static func failure(of spec: ServiceSpec, at stage: String, _ errno: Errno) -> SpawnFailure {
        let program =
            switch spec.program {
            case .command(let words): words.first ?? ""
            case .shell: "/bin/sh"
            }
        let subject =
            switch stage {
            case "exec": program
            case "chdir": spec.workingDir ?? ""
            case "setuid": spec.user ?? ""
            case "setgid", "setgroups": spec.group ?? spec.user ?? ""
            default: ""
            }
        let isMissing = errno == .noSuchFileOrDirectory || errno == .notDirectory
        let code: UInt8 = stage == "exec" ? (isMissing ? 127 : 126) : 125
        return SpawnFailure(stage: stage, subject: subject, reason: errno.name, exitCode: code)
    }

    private mutating func fail(
        _ run: LiveRun, _ failure: SpawnFailure, on reactor: inout Reactor, into events: inout [Event]
    ) {
        publisher.counters.launchFailures &+= 1
        lastFailure = failure
        forgetLaunch(run, on: &reactor)
        forget(run)
        events.append(.spawnFailed(run.service, run: run.id, failure))
    }

    /// Nothing of the run is left.
    mutating func forget(_ run: LiveRun) {
        if let slot = run.notify { notifications.remove(slot) }
        if runs[run.service] === run { runs[run.service] = nil }
    }

    /// SIGKILL to all that came from a run, whatever it is doing.
    mutating func kill(
        _ service: ServiceID, _ id: RunID, on reactor: inout Reactor, at now: Duration, into events: inout [Event]
    ) {
        guard let run = live(service, id) else { return }
        switch run.phase {
        case .preparing:
            fail(
                run, SpawnFailure(stage: "launch", subject: "", reason: "killed before its start", exitCode: 125),
                on: &reactor, into: &events)
        case .launching(let launch, _):
            try? launch.child.signal(Signal.kill.number, value: nil)
        case .running(let child):
            // The first process last: until it is reaped, its session and group say what belongs to it.
            let rest = Descendants.of(run, others: leaders(besides: run))
            try? child.signalGroup(Signal.kill.number)
            signal(rest, .kill)
            try? child.signal(Signal.kill.number, value: nil)
        case .ended: break
        case .draining(var drain):
            drain.deadline = now
            run.phase = .draining(drain)
            continueDrain(service, at: now, into: &events)
        }
    }
}
