import CFosterStart
import FosterSystem
import Glibc

/// The one binary.
@main
struct Foster {
    static func main() {
        foster_restore_environment()
        if let name = DropIn.Name(Arguments.own) { exit(Int32(DropIn.run(as: name))) }
        let invocation: Invocation
        do throws(UsageError) {
            invocation = try Invocation(Arguments.words().map(\.description), environment: Environment.current())
        } catch {
            Terminal.complain(error.description)
            exit(Int32(error.exitCode))
        }
        switch invocation {
        case .help: Terminal.say(Help.text)
        case .version: Terminal.say(Version.line)
        case .check(let path): exit(Int32(CheckCommand.run(path)))
        case .doctor(let command): exit(Int32(command.run()))
        case .command(let options): exit(Int32(Agent.runCommand(options)))
        case .services(let path, let options): exit(Int32(Agent.runServices(path, options)))
        }
    }
}

/// What foster's own exit code means when no service's applies.
enum ExitCodes {
    /// Foster's own error: usage, configuration, environment.
    static let ownError: UInt8 = 125
    /// A client command that was not understood.
    static let clientUsage: UInt8 = 2
}
