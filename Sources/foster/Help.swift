enum Help {
    static var text: String {
        let options = OptionRule.all.map { rule in
            let head = "  \(rule.flag) \(rule.placeholder)"
            return head + String(repeating: " ", count: max(2, 26 - head.count)) + rule.summary + "\n"
        }
        return """
            foster: init and supervisor for containers

            usage:
              foster [options] -- command [args…]    init for one command, as tini
              foster run [--config PATH] [options]   init and supervisor for the services of a file
              foster check [--config PATH]           validate a file and print what would run
              foster doctor [--control PATH] [-o text|json]
                                                     what is wrong with this container, and what to do about it

            options, each also as an environment variable (--log-level is FOSTER_LOG_LEVEL):
            \(options.joined())  --config PATH           the file of run and check (default \(Invocation.defaultPath))
              --help                  this text
              --version               foster's version

            exit code: the command's own, 128 + the signal that ended it, 127 not found, 126 not executable,
            125 foster's own error; of run: 0 after a stop within the grace, 137 when something had to be killed;
            of doctor: 0 nothing of severity warning or above, 1 something, 2 usage.

            """
    }
}
