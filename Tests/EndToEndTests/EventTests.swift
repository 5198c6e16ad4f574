import Foundation
import Testing

extension EndToEnd {
    /// The journal, followed and resumed.
    @Suite struct EventTests {
        private static let one = "services: { web: { command: [sleep, '1000'] }, other: { command: [sleep, '1000'] } }"

        private func events(_ container: Container, _ query: String = "") throws -> [JSON] {
            try container.get("/v1/events?limit=1000\(query)").json["events"].array
        }

        /// The lines of a stream that are events: bookmarks are none.
        private static func events(in stream: ChildProcess) throws -> [JSON] {
            try stream.output.lines.map { try JSON($0) }.filter { $0["type"].string?.contains(".") == true }
        }

        /// The ids of the server-sent events of a stream.
        private static func ids(of stream: ChildProcess) -> [String] {
            let text = stream.output.text
            let blocks = text.components(separatedBy: "\n\n").dropLast().map { $0.components(separatedBy: "\n") }
            return blocks.filter { $0.contains("event: service.exit") }.compactMap { lines in
                lines.first { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) }
            }
        }

        @Test func thePageHasWhatHappenedInOrder() throws {
            try Container.services(Self.one) { container in
                try container.post("/v1/services/web/restart?wait=10s")
                let all = try events(container)
                let revisions = all.compactMap { $0["cursor"].string?.split(separator: "-").last.flatMap { Int($0) } }
                #expect(revisions == revisions.sorted() && Set(revisions).count == all.count)
                #expect(
                    all.first?["type"].string == "config.loaded"
                        || all.contains { $0["type"].string == "config.loaded" })
                let states = try events(container, "&service=web&type=service.state").map { $0["state"].string }
                #expect(states == ["starting", "running", "stopping", "starting", "running"], "\(states)")
                let exit = try #require(try events(container, "&type=service.exit").first)
                #expect(exit["exit"]["expected"].bool == true)
                #expect(exit["exit"]["signal"].string == "SIGTERM")
                let verbs = try events(container, "&type=operation.*").map { $0["operation"]["status"].string }
                #expect(verbs == ["running", "succeeded"])
            }
        }

        @Test func pagesFollowEachOtherWithoutGapAndRepetition() throws {
            try Container.services(Self.one) { container in
                try container.post("/v1/services/web/restart?wait=10s")
                let all = try events(container).map { $0["cursor"].string }
                var collected: [String?] = []
                var after = ""
                repeat {
                    let page = try container.get("/v1/events?limit=3\(after)").json
                    collected += page["events"].array.map { $0["cursor"].string }
                    after = "&after=\(page["cursor"].string ?? "")"
                    if page["more"].bool != true { break }
                } while collected.count < 1000
                #expect(collected == all)
            }
        }

        @Test func aStreamOfLinesIsFollowedAndResumed() throws {
            try Container.services(Self.one) { container in
                try container.wait(for: "web", toBe: "running")
                try container.wait(for: "other", toBe: "running")
                let cursor = try #require(try container.get("/v1/info").json["cursor"].string)
                let stream = try container.stream(
                    "/v1/events?after=\(cursor)&type=service.state", fields: ["Accept: application/x-ndjson"])
                try container.post("/v1/services/web/restart?wait=10s")
                try eventually("the restart in the stream") { try Self.events(in: stream).count >= 3 }
                let first = try Self.events(in: stream)
                #expect(first.prefix(3).map { $0["state"].string } == ["stopping", "starting", "running"])
                stream.end()
                // What happens while nobody reads is there when somebody reads again.
                try container.post("/v1/services/web/stop?wait=10s")
                let last = try #require(first[2]["cursor"].string)
                let again = try container.stream(
                    "/v1/events?after=\(last)&type=service.state", fields: ["Accept: application/x-ndjson"])
                try eventually("the stop in the stream") { try Self.events(in: again).count >= 2 }
                let rest = try Self.events(in: again).prefix(2).map { $0["state"].string }
                #expect(rest == ["stopping", "stopped"])
            }
        }

        @Test func serverSentEventsAreFollowedAndResumedByTheirId() throws {
            try Container.services(Self.one) { container in
                try container.wait(for: "web", toBe: "running")
                let cursor = try #require(try container.get("/v1/info").json["cursor"].string)
                let stream = try container.stream(
                    "/v1/events?service=web&type=service.exit",
                    fields: ["Accept: text/event-stream", "Last-Event-ID: \(cursor)"])
                for count in 1...3 {
                    try container.post("/v1/services/web/restart?wait=10s")
                    try eventually("exit \(count)") { Self.ids(of: stream).count == count }
                }
                let ids = Self.ids(of: stream)
                #expect(Set(ids).count == 3)
                let again = try container.stream(
                    "/v1/events?service=web&type=service.exit",
                    fields: ["Accept: text/event-stream", "Last-Event-ID: \(ids[0])"])
                try eventually("the other two") { Self.ids(of: again).count >= 2 }
                #expect(Self.ids(of: again) == Array(ids[1...]))
            }
        }

        @Test func theBackoffDelaysAreInTheJournal() throws {
            let configuration =
                "services: { web: { command: ['false'], restart: always }, other: { command: [sleep, '1000'] } }"
            try Container.services(configuration) { container in
                try eventually("four backoffs") { try events(container, "&type=service.backoff").count >= 4 }
                let delays = try events(container, "&type=service.backoff").prefix(4).map { $0["delaySeconds"] }
                #expect(delays == [.number(0.1), .number(0.2), .number(0.4), .number(0.8)])
            }
        }

        @Test func adoptedAndReapedProcessesAreShownToThoseWhoAsk() throws {
            let configuration = "services: { web: { shell: '(setsid sleep 0.2 &); exec sleep 1000' } }"
            try Container.services(configuration) { container in
                try eventually("a reaped orphan") { try !events(container, "&type=process.reaped").isEmpty }
                #expect(try !events(container).contains { $0["type"].string?.hasPrefix("process.") == true })
            }
        }

        @Test func aStreamEndsWithFosterAndTellsOfTheStop() throws {
            try Container.services(Self.one) { container in
                let cursor = try #require(try container.get("/v1/info").json["cursor"].string)
                let stream = try container.stream(
                    "/v1/events?after=\(cursor)", fields: ["Accept: application/x-ndjson"])
                try eventually("the stream has begun") {
                    try container.get("/metrics").body.contains("foster_http_streams 1")
                }
                try container.signal(SIGTERM)
                try container.expectExit(0)
                try stream.finish()
                let types = try stream.output.lines.map { try JSON($0)["type"].string }
                #expect(types.contains("signal.received") && types.contains("shutdown.started"), "\(types)")
            }
        }
    }
}
