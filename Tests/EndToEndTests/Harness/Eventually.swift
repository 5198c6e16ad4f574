import Glibc

/// A fact that did not come true in time.
struct Timeout: Error, CustomStringConvertible {
    let fact: String
    let limit: Duration

    var description: String { "not within \(limit): \(fact)" }
}

/// Waits until `read` finds something. The limit is generous: it ends a test that would hang, it measures nothing.
@discardableResult
func eventually<Value>(
    _ fact: String, within limit: Duration = .seconds(30), _ read: () throws -> Value?
) throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if let value = try read() { return value }
        guard clock.now < deadline else { throw Timeout(fact: fact, limit: limit) }
        usleep(2000)
    }
}

/// Waits until `isTrue`.
func eventually(_ fact: String, within limit: Duration = .seconds(30), isTrue: () throws -> Bool) throws {
    try eventually(fact, within: limit) { try isTrue() ? () : nil }
}
