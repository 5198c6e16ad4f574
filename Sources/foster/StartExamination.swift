import FosterAPI
import FosterCore
import FosterDiagnostics
import FosterLogs
import FosterLoop
import FosterSystem
import SystemPackage

/// Looks once, a moment after the start, for what is wrong with the container, and has it written into the journal.
enum StartExamination {
    /// Services are there by then, and have put on their signal handlers.
    private static let delay: Duration = .seconds(2)

    /// Starts a thread that ends with this. The init form does so only where its log would show the outcome: else it would cost every
    /// command a thread that nobody hears of.
    static func begin(
        _ plan: Plan, _ level: LogLevel?, _ status: Latest<Status>, _ requests: Mailbox<InitRequest>
    ) {
        guard plan.form == .services || level.map({ $0 >= .warning }) ?? false else { return }
        let grace = plan.grace
        // Where there can be no thread, there are greater worries than these.
        try? LoopThread.start("foster-doctor") {
            Clock.pause(delay)
            for finding in Examination(status: status.value, grace: grace).run() where finding.severity >= .warning {
                // A queue that is full is left to those who ask for something; the findings are in /v1/diagnostics as well.
                _ = requests.post(.note(.warning(finding.line)))
            }
        }
    }
}
