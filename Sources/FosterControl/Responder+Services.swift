import FosterAPI
import FosterCore
import FosterWire

extension Responder {
    mutating func services(_ query: Query, _ request: Request) throws(Refusal) -> Response {
        let states = try query.choices("state", of: ServiceStateName.self)
        let ready = try query.boolean("ready")
        let names = try query.list("name").map(Set.init)
        let snapshot = status.snapshot
        let life = life
        return try Self.tagged(life.tag(snapshot.revision), request) { () throws(Refusal) in
            if states == nil, ready == nil, names == nil { return bodies.list(snapshot, life) }
            return bodies.list(snapshot, life) { record in
                states?.contains(record.status.state) ?? true && ready ?? record.status.ready == record.status.ready
                    && names?.contains(record.spec.id.name) ?? true
            }
        }
    }

    mutating func service(_ name: String, _ request: Request) throws(Refusal) -> Response {
        let life = life
        guard let index = status.snapshot.services.firstIndex(where: { $0.spec.id.name == name }) else {
            throw noSuchService(name)
        }
        let snapshot = status.snapshot
        let tag = life.tag(snapshot.services[index].status.revision)
        return try Self.tagged(tag, request) { () throws(Refusal) in
            Response(
                .ok, contentType: JSON.mediaType, fields: [Response.Field(.eTag, tag)],
                body: bodies.body(of: index, snapshot, life))
        }
    }

    func noSuchService(_ name: String) -> Refusal {
        Refusal(.notFound, "no-such-service", "there is no service \"\(name)\"")
    }
}

/// Encoded services: each one once a change, all of them once a revision.
struct ServiceBodies {
    private var encoded: [(record: ServiceRecord, bytes: [UInt8])] = []
    private var whole: (revision: UInt64, response: Response)?

    /// All services. Fields and order are those of `ServiceList`.
    mutating func list(_ snapshot: Snapshot, _ life: Life) -> Response {
        if let whole, whole.revision == snapshot.revision { return whole.response }
        let response = list(snapshot, life) { _ in true }
        whole = (snapshot.revision, response)
        return response
    }

    mutating func list(
        _ snapshot: Snapshot, _ life: Life, where isIncluded: (ServiceRecord) -> Bool
    ) -> Response {
        var body = Array("{\"cursor\":\"\(life.cursor(snapshot.revision))\",\"items\":[".utf8)
        var isFirst = true
        for (index, record) in snapshot.services.enumerated() where isIncluded(record) {
            if !isFirst { body.append(UInt8(ascii: ",")) }
            isFirst = false
            body += self.body(of: index, snapshot, life)
        }
        body += Array("],\"revision\":\(snapshot.revision)}".utf8)
        return Response(
            .ok, contentType: JSON.mediaType, fields: [Response.Field(.eTag, life.tag(snapshot.revision))], body: body)
    }

    /// One service, at its place in the snapshot.
    mutating func body(of index: Int, _ snapshot: Snapshot, _ life: Life) -> [UInt8] {
        if encoded.count != snapshot.services.count {
            encoded = snapshot.services.map { ($0, JSON.encode(ServiceResource($0, life))) }
        }
        guard snapshot.services.indices.contains(index) else { return [] }
        let record = snapshot.services[index]
        // A changed service has a new record.
        if encoded[index].record !== record {
            encoded[index] = (record, JSON.encode(ServiceResource(record, life)))
        }
        return encoded[index].bytes
    }
}
