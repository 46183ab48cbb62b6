import Testing

/// Does something up to five times, until it took less than a limit once: a busy machine may pause in the middle of it,
/// but what is slow by itself is slow every time.
/// - Parameter body: gives how long it took.
func expectSoon(
    within limit: Duration, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Duration
) async throws {
    var all: [Duration] = []
    for _ in 1...5 {
        let took = try await body()
        guard took >= limit else { return }
        all.append(took)
    }
    Issue.record("not once within \(limit): \(all)", sourceLocation: sourceLocation)
}
