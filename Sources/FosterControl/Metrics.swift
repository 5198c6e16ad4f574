import FosterAPI
import FosterCore
import FosterHTTP
import FosterSystem
import FosterWire

extension Responder {
    /// `/metrics`: what is known without asking anybody, and `/proc` at most once a second.
    mutating func metrics(_ http: HTTPFacts, at now: Duration) -> Response {
        processes.sweep(status, at: now)
        var output = Exposition()
        output.family("foster_build_info", .gauge, "The version that runs, always 1.") {
            $0.add(1, ("version", settings.version))
        }
        describeInit(&output)
        describeServices(&output)
        describeHTTP(http, &output)
        describeProcess(&output)
        return Response(.ok, contentType: Exposition.mediaType, body: Array(output.text.utf8))
    }

    private func describeInit(_ output: inout Exposition) {
        let counters = status.counters
        output.family("foster_children_reaped_total", .counter, "Dead children reaped, by where they came from.") {
            $0.add(counters.reapedServices, ("origin", "service"))
            $0.add(counters.reapedOrphans, ("origin", "adopted"))
        }
        // Foster itself is always there: without any row there is no /proc.
        if !processes.rows.isEmpty {
            output.single(
                "foster_zombie_processes", .gauge, "Zombies in /proc, those of other parents included.",
                processes.zombies)
        }
        output.family("foster_signals_received_total", .counter, "Signals that foster itself got.") { family in
            for (number, count) in counters.signalsReceived.enumerated() {
                guard let signal = Signal(number: number) else { continue }
                if count > 0 || Self.usualSignals.contains(signal) {
                    family.add(count, ("signal", signal.description))
                }
            }
        }
        output.single(
            "foster_signals_undelivered_total", .counter, "Signals that could not be passed on.",
            counters.signalsUndelivered)
        output.single("foster_launches_total", .counter, "Runs begun.", counters.launches)
        output.single(
            "foster_launch_failures_total", .counter, "Runs whose program was never executed.", counters.launchFailures)
        output.single(
            "foster_notifications_received_total", .counter, "Readiness datagrams received.",
            counters.notificationsReceived)
        output.single(
            "foster_notifications_refused_total", .counter, "Readiness datagrams of a sender that is not the service.",
            counters.notificationsRefused)
        output.single("foster_events_total", .counter, "Entries of the journal.", status.journal.lastRevision)
        output.single("foster_ready", .gauge, "What /readyz answers: 1 for 200.", status.snapshot.ready ? 1 : 0)
    }

    private static let usualSignals: [Signal] = [.hup, .int, .quit, .usr1, .usr2, .term]

    private func describeServices(_ output: inout Exposition) {
        let services = status.snapshot.services.map { ($0.spec.id.name, $0.status) }
        output.family("foster_service_state", .gauge, "1 for the state that the service is in.") { family in
            for (name, status) in services {
                for state in ServiceStateName.allCases {
                    family.add(state == status.state ? 1 : 0, ("service", name), ("state", state.rawValue))
                }
            }
        }
        output.family("foster_service_ready", .gauge, "Whether the service is ready.") { family in
            for (name, status) in services { family.add(status.ready ? 1 : 0, ("service", name)) }
        }
        output.family("foster_service_restarts_total", .counter, "Restarts by policy.") { family in
            for (name, status) in services { family.add(status.restarts, ("service", name)) }
        }
        output.family("foster_service_exits_total", .counter, "Runs that ended.") { family in
            for (name, status) in services { family.add(status.exits, ("service", name)) }
        }
        output.family("foster_service_last_exit_code", .gauge, "The code that the last run ended with.") { family in
            for (name, status) in services {
                if let end = status.lastExit { family.add(Int(end.code), ("service", name)) }
            }
        }
        output.family(
            "foster_service_start_time_seconds", .gauge, "When the current or last run was started, in Unix time."
        ) { family in
            for (name, status) in services {
                if let at = status.startedAt { family.add(seconds(at), ("service", name)) }
            }
        }
    }

    private func describeHTTP(_ http: HTTPFacts, _ output: inout Exposition) {
        output.family("foster_http_requests_total", .counter, "Requests answered.") { family in
            let counts = http.requests.counts.sorted { Self.order($0.key) < Self.order($1.key) }
            for (key, count) in counts {
                family.add(
                    count, ("listener", key.label.listener.rawValue), ("method", key.label.method),
                    ("route", key.label.route), ("code", String(key.code)))
            }
        }
        output.family("foster_http_rejections_total", .counter, "What could not be read as a request.") { family in
            for listener in http.listeners {
                for reason in WireError.allCases {
                    family.add(
                        listener.rejections[reason, default: 0], ("listener", listener.name.rawValue),
                        ("reason", reason.code))
                }
            }
        }
        output.family("foster_http_connections", .gauge, "Connections that are open.") { family in
            for listener in http.listeners { family.add(listener.open, ("listener", listener.name.rawValue)) }
        }
        output.family("foster_http_accepted_connections_total", .counter, "Connections taken.") { family in
            for listener in http.listeners { family.add(listener.accepted, ("listener", listener.name.rawValue)) }
        }
        output.family(
            "foster_http_accept_pauses_total", .counter, "Times that the system had no descriptor for a connection."
        ) { family in
            for listener in http.listeners { family.add(listener.exhaustions, ("listener", listener.name.rawValue)) }
        }
        output.family(
            "foster_http_shed_connections_total", .counter,
            "Connections cut because too many bytes waited for peers that do not read."
        ) { family in
            for listener in http.listeners { family.add(listener.shed, ("listener", listener.name.rawValue)) }
        }
        output.single("foster_http_streams", .gauge, "Readers that follow the journal.", http.streams)
    }

    private static func order(_ key: RequestCounts.Key) -> (String, String, String, Int) {
        (key.label.listener.rawValue, key.label.route, key.label.method, key.code)
    }

    /// The metrics that every program has, by their standard names.
    private func describeProcess(_ output: inout Exposition) {
        output.single(
            "process_start_time_seconds", .gauge, "When foster started, in Unix time.", seconds(settings.startedAt))
        if let facts = ProcFS.facts(of: Host.pid) {
            let ticks = Double(facts.userTime &+ facts.systemTime)
            output.single(
                "process_cpu_seconds_total", .counter, "Processor time that foster has used.",
                ticks / Double(ProcFS.ticksPerSecond))
            output.single(
                "process_resident_memory_bytes", .gauge, "Memory of foster that is resident.",
                facts.residentPages &* ProcFS.pageSize)
            output.single(
                "process_virtual_memory_bytes", .gauge, "Address space of foster.", facts.virtualBytes)
        }
        if let count = ProcFS.openDescriptors() {
            output.single("process_open_fds", .gauge, "Descriptors that foster has open.", count)
        }
        output.single(
            "process_max_fds", .gauge, "Descriptors that foster may have open.", OpenFilesLimit.current().soft)
    }

    private func seconds(_ sinceBoot: Duration) -> Double {
        Double(life.time(sinceBoot).millisecondsSince1970) / 1000
    }
}
