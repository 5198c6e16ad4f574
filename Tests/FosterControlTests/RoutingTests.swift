import FosterWire
import FosterAPI
import FosterCore
import Testing

@testable import FosterControl

@Suite struct RoutingTests {
    @Test(arguments: [
        ("GET", "/", 404, "no-such-path", nil), ("GET", "/v1", 404, "no-such-path", nil),
        ("GET", "/livez/", 404, "no-such-path", nil), ("GET", "/v1/services/", 404, "no-such-path", nil),
        ("GET", "/v1/services/a/b/c", 404, "no-such-path", nil), ("GET", "/LIVEZ", 404, "no-such-path", nil),
        ("GET", "/v1/services/none", 404, "no-such-service", nil),
        ("POST", "/v1/services/none/stop", 404, "no-such-service", nil),
        ("GET", "/v1/operations/op-1", 404, "no-such-operation", nil),
        ("POST", "/livez", 405, "method-not-allowed", "GET, HEAD, OPTIONS"),
        ("DELETE", "/v1/services/web", 405, "method-not-allowed", "GET, HEAD, OPTIONS"),
        ("GET", "/v1/shutdown", 405, "method-not-allowed", "OPTIONS, POST"),
        ("GET", "/v1/services/web/stop", 405, "method-not-allowed", "OPTIONS, POST"),
        ("GET", "/livez?verbos", 400, "unknown-parameter", nil),
        ("GET", "/v1/info?x=1", 400, "unknown-parameter", nil),
        ("GET", "/livez?verbose&verbose", 400, "repeated-parameter", nil),
        ("GET", "/livez?verbose=maybe", 400, "invalid-parameter", nil),
        ("GET", "/v1/services?state=up", 400, "invalid-parameter", nil),
        ("GET", "/v1/services?ready=", 400, "invalid-parameter", nil),
        ("GET", "/v1/processes?origin=mars", 400, "invalid-parameter", nil),
        ("POST", "/v1/services/web/stop?wait=30", 400, "invalid-parameter", nil),
    ])
    func whatCannotBeServedGetsAProblem(
        method: String, target: String, status: Int, code: String, allow: String?
    ) throws {
        let answer = try Fixture().ask(method, target)
        let problem = try answer.problem
        #expect(answer.status == status)
        #expect(problem.status == status)
        #expect(problem.code == code)
        #expect(problem.instance == String(target.prefix { $0 != "?" }))
        #expect(answer.fields["content-type"] == "application/problem+json")
        #expect(answer.fields["allow"] == allow)
    }

    @Test func whatCannotBeReadGetsAProblemToo() throws {
        let client = try Fixture().connect()
        client.write("GET /livez HTTP/1.1\r\n\r\n")
        let answer = try client.receive()
        #expect(answer.status == 400)
        #expect(try answer.problem.code == "missing-host")
        #expect(answer.fields["connection"] == "close")
    }

    @Test func everyResponseForbidsToKeepAndToGuess() throws {
        let fixture = try Fixture()
        for target in ["/livez", "/v1/services", "/nowhere"] {
            let fields = try fixture.get(target).fields
            #expect(fields["cache-control"] == "no-store")
            #expect(fields["x-content-type-options"] == "nosniff")
            #expect(fields["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(fields.keys.allSatisfy { !$0.hasPrefix("access-control") })
        }
    }

    @Test func headIsAnsweredLikeGetWithoutItsBody() throws {
        let fixture = try Fixture()
        let client = try fixture.connect()
        let whole = try fixture.get("/v1/services")
        client.request("HEAD", "/v1/services")
        let head = try client.receive(withoutBody: true)
        #expect(head.status == 200)
        #expect(head.fields["content-length"] == String(whole.body.count))
        #expect(head.fields["etag"] == whole.fields["etag"])
        client.request("GET", "/livez")
        #expect(try client.receive().text == "ok\n")
    }

    @Test(arguments: [
        ("/livez", "GET, HEAD, OPTIONS"), ("/v1/services/web/start", "OPTIONS, POST"),
        ("*", "GET, HEAD, OPTIONS, POST"),
    ])
    func optionsSaysWhatAPathAllows(target: String, allow: String) throws {
        let answer = try Fixture().ask("OPTIONS", target)
        #expect(answer.status == 204)
        #expect(answer.fields["allow"] == allow)
    }

    @Test func theProbeListenerServesHealthAndMetricsAlone() throws {
        let client = try Fixture().connectToProbe()
        for route in Route.all {
            client.request(route.method.rawValue, Path.filling(route.template, with: "web"))
            let status = try client.receive().status
            #expect((status == 404) != route.listeners.contains(.probe), "\(route.template) answered \(status)")
        }
    }

    @Test func pathsAreComparedDecoded() throws {
        let fixture = try Fixture([Fixture.service("a/b")])
        #expect(try fixture.get("/%6civez").status == 200)
        #expect(try fixture.get("/v1/services/a%2Fb").decode(ServiceResource.self).name == "a/b")
        #expect(try fixture.get("/v1/services/a/b").status == 404)
    }

    @Test func pipelinedRequestsAreAllAnsweredInOrder() throws {
        let client = try Fixture().connect()
        // More than one turn takes.
        let count = ControlLoop.requestsPerTurn * 2 + 1
        client.write(
            String(repeating: "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", count: count)
                + "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in 0..<count { try #require(try client.receive().status == 200) }
        #expect(try client.receive().status == 404)
    }
}
