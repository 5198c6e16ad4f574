import FosterConfig
import FosterCore
import FosterSystem
import SystemPackage

/// Reads a configuration file and shows what is wrong with it.
enum ConfigurationFile {
    /// `nil` when there is an error; every diagnostic has then been written to stderr.
    static func load(_ path: String, defaults: ServiceDefaults = ServiceDefaults()) -> Plan? {
        let bytes: [UInt8]
        do throws(Errno) {
            bytes = try FileContents.read(path, limit: sizeLimit, waiting: true)
        } catch {
            Terminal.complain("cannot read \"\(path)\": \(error.name)")
            return nil
        }
        let result = Configuration.load(bytes, file: path, defaults: defaults)
        for diagnostic in result.diagnostics { Terminal.complain(diagnostic.description) }
        return result.plan
    }

    /// The reader refuses what is larger with words of its own, so one byte more is let through.
    private static let sizeLimit = (1 << 20) + 1
}

/// `foster check`: validates a file and prints what would run.
enum CheckCommand {
    static func run(_ path: String) -> UInt8 {
        guard let plan = ConfigurationFile.load(path) else { return ExitCodes.ownError }
        Terminal.say(PlanSummary(plan).description)
        return 0
    }
}
