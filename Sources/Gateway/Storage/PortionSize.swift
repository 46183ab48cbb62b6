/// How many rows of a sweep go into one transaction: as many as the last portions show to fit into a few milliseconds,
/// so that an event hardly waits behind one, on a fast machine or a slow one.
struct PortionSize: Sendable {
    /// What a portion may take of the writer's time.
    static let goal = Duration.milliseconds(4)
    static let range = 1...400

    private(set) var rows = 16
    /// The longest that any portion took.
    private(set) var longest = Duration.zero

    mutating func note(rows count: Int, took duration: Duration) {
        longest = max(longest, duration)
        guard count > 0 else { return }
        let fitting = Double(count) * (Self.goal / max(duration, .microseconds(1)))
        // Twice as many at most: one lucky portion, all of it in the cache, says little.
        rows = min(max(Int(min(fitting, Double(rows * 2))), Self.range.lowerBound), Self.range.upperBound)
    }
}
