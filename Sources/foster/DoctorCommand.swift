import CFosterStart
import FosterAPI
import FosterClient
import FosterDiagnostics
import FosterSystem
import FosterWire
import SystemPackage

/// `foster doctor`: what is wrong with this container, as its agent sees it or, where none can be asked, as seen from here.
struct DoctorCommand: Hashable {
    enum Format: String, CaseIterable, Hashable {
        case text, json
    }

    /// Where to look for the agent.
    enum Place: Hashable {
        case wellKnown
        case path(String)
        /// Nowhere.
        case none
    }

    var place = Place.wellKnown
    var format = Format.text

    /// 0 where there is nothing of severity warning or above, else 1.
    func run() -> UInt8 {
        // Ctrl+C is for this command, unlike for an agent.
        try? SignalMask(bits: foster_inherited_signal_mask()).apply()
        var diagnostics =
            asked()
            ?? Diagnostics(
                examinedAt: Timestamp(since1970: Clock.wall()), items: Examination().run())
        // Whoever listens at the socket may not be foster.
        diagnostics.items = diagnostics.items.map(\.printable)
        switch format {
        case .text: Terminal.say(FindingText(diagnostics.items).description)
        case .json: Terminal.say(String(decoding: JSONOutput.encode(diagnostics), as: UTF8.self) + "\n")
        }
        return diagnostics.items.contains { $0.severity >= .warning } ? 1 : 0
    }

    /// What the agent says; `nil` where there is none to ask.
    private func asked() -> Diagnostics? {
        switch place {
        case .none: return nil
        case .path(let path):
            let client = AgentClient(path: path)
            do throws(Unanswered) {
                return try Self.ask(client)
            } catch {
                Self.complain(of: error, client)
                return nil
            }
        case .wellKnown:
            for directory in ListeningSockets.directories() {
                var client = AgentClient(path: "\(directory)/control.sock")
                client.trustsOnlyOwn = true
                do throws(Unanswered) {
                    return try Self.ask(client)
                } catch {
                    // That there is nothing at one of these places is as it should be.
                    if !error.isAbsence { Self.complain(of: error, client) }
                }
            }
            return nil
        }
    }

    private static func complain(of error: Unanswered, _ client: AgentClient) {
        let path = Printable.text(client.path)
        Terminal.complain("\(path): \(Printable.text(error.reason)); examining the container from here")
    }

    private struct Unanswered: Error {
        let reason: String
        var isAbsence = false
    }

    private static func ask(_ client: AgentClient) throws(Unanswered) -> Diagnostics {
        let response: ReceivedResponse
        do throws(AgentClient.Failure) {
            response = try client.get(Path.diagnostics)
        } catch {
            let absences: [AgentClient.Failure] = [
                .unreachable(.noSuchFileOrDirectory), .unreachable(.notDirectory), .unreachable(.connectionRefused),
            ]
            throw Unanswered(reason: error.description, isAbsence: absences.contains(error))
        }
        guard response.status == 200 else { throw Unanswered(reason: "the agent answers \(response.status)") }
        guard let diagnostics = try? JSONInput.decode(Diagnostics.self, from: response.body) else {
            throw Unanswered(reason: "the answer is not foster's")
        }
        return diagnostics
    }
}

extension Finding {
    /// With nothing in it that a terminal would act on.
    fileprivate var printable: Finding {
        Finding(
            id: Printable.text(id), severity: severity, summary: Printable.text(summary),
            evidence: evidence.map(Printable.text), remedy: Printable.text(remedy),
            service: service.map(Printable.text),
            pid: pid)
    }
}

/// Findings for people.
struct FindingText: CustomStringConvertible {
    let description: String

    init(_ findings: [Finding]) {
        guard !findings.isEmpty else {
            description = "nothing found\n"
            return
        }
        description = findings.map { finding in
            let evidence = finding.evidence.map { "  evidence: \($0)\n" }.joined()
            return
                "\(finding.severity.rawValue): \(finding.id): \(finding.summary)\n\(evidence)  remedy:   \(finding.remedy)\n"
        }.joined(separator: "\n")
    }
}
