import FosterAPI
import FosterCore
import FosterDiagnostics
import FosterHTTP
import FosterLoop
import FosterSystem
import FosterWire
import SystemPackage

/// An exchange that is answered when the container has been examined.
struct ExaminedRequest {
    let origin: RequestOrigin
    let giveUpAt: Duration
}

extension ControlLoop {
    /// Has the container examined by a thread of its own, which ends with that: it reads files of every process and waits for zombies to be
    /// reaped, while health wants its answers. Who asks meanwhile gets the same findings.
    mutating func examine(for origin: RequestOrigin, at now: Duration) {
        let request = ExaminedRequest(origin: origin, giveUpAt: now + Self.patience)
        guard !isExamining else { return examining.append(request) }
        let examination = Examination(
            status: responder.status, grace: responder.settings.grace, files: responder.settings.kernelFiles)
        let examinations = examinations
        let life = responder.life
        do throws(Errno) {
            try LoopThread.start("foster-doctor") {
                let findings = examination.run()
                // There is room: one examination is under way at a time.
                _ = examinations.post(Diagnostics(examinedAt: life.time(Clock.uptime()), items: findings))
            }
            isExamining = true
            examining.append(request)
        } catch {
            refuse(
                origin, Refusal(.serviceUnavailable, "no-thread", "no thread can be started: \(error.name)"), at: now)
        }
    }

    mutating func answerExamined(at now: Duration) {
        for diagnostics in examinations.drain(limit: 1) {
            isExamining = false
            for request in takeExamining(where: { _ in true }, at: now) {
                respond(to: request.origin, JSON.response(diagnostics), at: now)
            }
        }
    }

    /// A process that hangs in the kernel can keep its files in `/proc` from being read: then nobody waits for ever.
    mutating func giveUpExaminations(at now: Duration) {
        guard !examining.isEmpty else { return }
        for request in takeExamining(where: { now >= $0.giveUpAt }, at: now) {
            refuse(
                request.origin,
                Refusal(.serviceUnavailable, "no-answer", "the examination has not come to its end in time"), at: now)
        }
    }

    /// Those of the waiting that still listen.
    private mutating func takeExamining(
        where isDue: (ExaminedRequest) -> Bool, at now: Duration
    ) -> [ExaminedRequest] {
        let due = examining.filter(isDue)
        examining.removeAll(where: isDue)
        return due.filter { request in
            if server.isAlive(request.origin.exchange) { return true }
            server.cut(request.origin.exchange, on: reactor, now: now)
            return false
        }
    }
}
