import FosterConfig
import FosterCore
import Testing

@Suite("Summary of a plan")
struct PlanSummaryTests {
    @Test("The sample's summary has every service in its wave, and no value of the environment")
    func wholeSample() throws {
        let expected = """
            grace        9s
            output       prefix
            control      /run/foster/control.sock, mode 0660, group ops
            probe        [::]:9110

            wave 1
              migrate
                command      bin/migrate up
                ready        once executed
                startTimeout 1m30s
                restart      no
                stop         SIGTERM to the leader, grace 10s
                onExit       ignore
                onFailure    shutdown
              redis
                command      redis-server --save '' --dir /var/lib/redis
                ready        once executed
                startTimeout 1m30s
                restart      on-failure:5, delay 100ms to 1m, reset after 10s
                stop         SIGTERM to the leader, grace 10s
                onExit       ignore
                onFailure    shutdown

            wave 2
              web
                command      nginx -g 'daemon off;'
                dependsOn    migrate (completed), redis (ready)
                env          PORT, RETRIES
                workingDir   /srv
                user         www-data
                group        www-data
                ready        when it sends READY=1
                startTimeout 1m30s
                restart      unless-stopped, delay 100ms to 1m, reset after 10s
                stop         SIGQUIT to the leader, grace 8s
                onExit       ignore
                onFailure    shutdown

            wave 3
              log
                shell        /bin/sh -c 'tail -F /var/log/web.log |\\n  grep -v healthz\\n'
                dependsOn    web (started)
                ready        once executed
                startTimeout 1m30s
                restart      no
                stop         SIGTERM to the leader, grace 10s
                onExit       ignore
                onFailure    shutdown

            """
        #expect(PlanSummary(try plan(sample)).description == expected)
    }

    static let listeners: [(String, [String])] = [
        ("api: {control: none}", ["control      none"]),
        (
            "api: {probe: {listen: ':80'}}",
            ["control      the first usable of the well-known directories", "probe        :80 (every address)"]
        ),
        ("api: {control: {socket: /a, mode: 0007}}", ["control      /a, mode 0007"]),
    ]

    @Test("Listeners are named as they are", arguments: listeners)
    func listener(text: String, expected: [String]) throws {
        let lines = PlanSummary(try plan(file(text))).description.split(separator: "\n").map(String.init)
        #expect(lines.dropFirst(2).prefix { $0 != "wave 1" }.elementsEqual(expected))
    }
}
