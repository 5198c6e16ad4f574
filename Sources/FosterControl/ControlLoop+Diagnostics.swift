import FosterAPI
import FosterCore
import FosterDiagnostics
import FosterHTTP
import FosterLoop
import FosterSystem
import FosterWire
import SystemPackage

extension ControlLoop {
    /// Has the container examined by a thread of its own, which ends with that: it reads files of every process and waits for zombies to be
    /// reaped, while health wants its answers. Who asks meanwhile gets the same findings.
    mutating func examine(for origin: RequestOrigin, at now: Duration) {
        guard examining.isEmpty else { return examining.append(origin) }
        let examination = Examination(status: responder.status, grace: responder.settings.grace)
        let examinations = examinations
        let life = responder.life
        do throws(Errno) {
            try LoopThread.start("foster-doctor") {
                let findings = examination.run()
                // There is room: one examination is under way at a time.
                _ = examinations.post(Diagnostics(examinedAt: life.time(Clock.uptime()), items: findings))
            }
            examining.append(origin)
        } catch {
            refuse(
                origin, Refusal(.serviceUnavailable, "no-thread", "no thread can be started: \(error.name)"), at: now)
        }
    }

    mutating func answerExamined(at now: Duration) {
        for diagnostics in examinations.drain(limit: 1) {
            let waiting = examining
            examining = []
            for origin in waiting {
                guard server.isAlive(origin.exchange) else {
                    server.cut(origin.exchange, on: reactor, now: now)
                    continue
                }
                respond(to: origin, JSON.response(diagnostics), at: now)
            }
        }
    }
}
