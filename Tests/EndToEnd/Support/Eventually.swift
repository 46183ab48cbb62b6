/// Looks again and again until there is something to see.
/// - Parameters:
///   - what: ends the sentence "there is no …".
///   - look: gives nil as long as it is not there.
/// - Throws: `TestFailure` when `limit` passes.
@discardableResult
func eventually<Value>(
    _ what: String, limit: Duration = .seconds(60), every pause: Duration = .milliseconds(50),
    _ look: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock().now + limit
    while true {
        if let found = try await look() { return found }
        guard ContinuousClock().now < end else { throw TestFailure("there is no \(what) within \(limit)") }
        try await Task.sleep(for: pause)
    }
}
