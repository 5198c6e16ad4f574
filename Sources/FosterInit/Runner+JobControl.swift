import FosterCore
import FosterSystem
import SystemPackage

// ^Z and fg: the init form's command has a process group of its own in the terminal's foreground, of which the shell above
// foster knows nothing. So foster stops after its command and goes on with it.
extension Runner {
    /// What a terminal stops a group with.
    private static let terminalStops: [Signal] = [.terminalStop, .terminalInput, .terminalOutput]

    /// A child has changed: it may have been stopped.
    mutating func followStop(into events: inout [Event]) {
        guard hasTerminal, let main = runs[.main], case .running(let child) = main.phase,
            let signal = Children.stopSignal(of: child.pid).flatMap({ Signal(number: Int($0)) }),
            Self.terminalStops.contains(signal) || isSuspended(by: signal, child)
        else { return }
        do throws(Errno) {
            if Host.isInit {
                // The kernel does not let PID 1 stop, and nobody is there to type fg.
                try ControllingTerminal.give(to: child.pid)
                events.append(
                    .observed(.warning("\(main.service) was stopped by \(signal); it goes on, as PID 1 cannot stop")))
            } else {
                Host.stopGroup()
                // With fg the shell has given foster the terminal, with bg it has not.
                if ControllingTerminal.isOurs { try ControllingTerminal.give(to: child.pid) }
            }
            try child.signalGroup(Signal.cont.number)
        } catch {
            events.append(.observed(.warning("\(main.service) stays stopped: \(error.name)")))
        }
    }

    /// Whether it is as with the `suspend` of a shell. Elsewhere SIGSTOP is somebody's who looks closer at the command, and foster's
    /// business goes on.
    private func isSuspended(by signal: Signal, _ child: ChildHandle) -> Bool {
        signal == .stop && !Host.isInit && ControllingTerminal.isForeground(child.pid)
    }

    /// The command is gone: what was started before foster gets the terminal back.
    func takeTerminalBack(from group: Int32) {
        if hasTerminal, !Host.isInit { ControllingTerminal.takeBack(from: group) }
    }
}
