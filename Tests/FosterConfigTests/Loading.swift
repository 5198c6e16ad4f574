import FosterConfig
import FosterCore
import Testing

/// What foster would show for a text, line by line.
func diagnostics(of text: String) -> [String] {
    Configuration.load(Array(text.utf8), file: "f.yaml").diagnostics.map(\.description)
}

/// The plan of a text that has no errors.
func plan(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> Plan {
    let result = Configuration.load(Array(text.utf8), file: "f.yaml")
    let problems = result.diagnostics.map(\.description).joined(separator: "\n")
    return try #require(result.plan, "\(problems)", sourceLocation: location)
}

/// A file with one service `a` that has these lines besides its command.
func service(_ lines: String...) -> String {
    "services:\n  a:\n    command: [run]\n" + lines.map { "    \($0)\n" }.joined()
}

/// The service of such a file.
func spec(_ lines: String, _ location: SourceLocation = #_sourceLocation) throws -> ServiceSpec {
    try #require(try plan(service(lines), location).services.first, sourceLocation: location)
}

/// A file whose services are no matter, with these lines before them.
func file(_ lines: String...) -> String {
    lines.map { "\($0)\n" }.joined() + "services: {a: {command: run}}\n"
}

/// The document of the design, reduced to the keys there are.
let sample = """
    # /etc/foster/foster.yaml
    grace: 9s                       # budget of the whole stop
    output: prefix                  # prefix | inherit, for all services
    api:
      control: { socket: /run/foster/control.sock, mode: "0660", group: ops }
      probe:   { listen: "[::]:9110", metrics: open }
    services:
      redis:
        command: redis-server --save "" --dir '/var/lib/redis'
        restart: { policy: on-failure, maxRetries: 5, delay: 100ms, maxDelay: 1m, resetAfter: 10s }
      migrate:
        command: [bin/migrate, up]
        onFailure: shutdown
      web:
        command: [nginx, -g, "daemon off;"]
        dependsOn: { migrate: completed, redis: ready }
        env: { PORT: "8080", RETRIES: 3 }
        workingDir: /srv
        user: www-data
        group: www-data
        readiness: { notify: true }
        startTimeout: 90s
        restart: unless-stopped
        onExit: ignore
        onFailure: shutdown
        stop: { signal: QUIT, scope: leader, grace: 8s }
      log:
        shell: |
          tail -F /var/log/web.log |
            grep -v healthz
        dependsOn: [web]

    """
