import FosterWire
import Testing

@Suite struct `The corpus of requests` {
    @Test(arguments: corpus)
    func `gets the answers that the RFCs allow`(_ item: CorpusCase) {
        let reading = Reading(item.bytes)
        switch item.verdict {
        case .accepted(let requests):
            #expect(reading.rejection == nil)
            #expect(reading.requests == requests)
            #expect(reading.isIdle)
        case .rejected(let error, let requests):
            #expect(reading.rejection == error)
            #expect(reading.requests == requests)
            #expect(item.allowed.contains(error.status.code))
        }
    }

    @Test(arguments: corpus)
    func `does not depend on how the stream is split`(_ item: CorpusCase) {
        let whole = Reading(item.bytes)
        #expect(Reading(item.bytes, cutAt: Array(0..<item.bytes.count)) == whole)
        // Long streams are split at some hundred places, the first and the last ones among them.
        let step = item.bytes.count / 400 + 1
        for cut in stride(from: 0, to: item.bytes.count, by: step) {
            let split = Reading(item.bytes, cutAt: [cut])
            #expect(split == whole, "cut at \(cut)")
            if split != whole { break }
        }
    }

    @Test func `has a case for every way of being wrong`() {
        let covered = corpus.compactMap { item in
            if case .rejected(let error, _) = item.verdict { error } else { nil }
        }
        // These are the connection's to find, with a clock and a socket.
        let connectionErrors: Set<WireError> = [.headTimeout, .bodyTimeout, .truncated, .tooManyConnections]
        #expect(Set(covered).union(connectionErrors) == Set(WireError.allCases))
        #expect(corpus.count >= 120)
        #expect(Set(corpus.map(\.name)).count == corpus.count)
    }

    @Test(arguments: corpus)
    func `never ends in a request when it is cut short`(_ item: CorpusCase) {
        guard case .accepted(let requests) = item.verdict, requests.count == 1 else { return }
        let cut = Reading(Array(item.bytes.dropLast()))
        #expect(cut.requests.isEmpty)
        #expect(!cut.isIdle)
    }
}
