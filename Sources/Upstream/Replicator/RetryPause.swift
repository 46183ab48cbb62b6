/// How long to wait after an error: longer each time, and never all boxes at the same moment.
struct RetryPause {
    let first: Duration
    let longest: Duration
    private var next: Duration

    init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
        next = first
    }

    /// - Parameters:
    ///   - jitter: 0…1.
    ///   - isSlow: for what somebody has to change first.
    /// - Returns: between half of the wait that is due and all of it.
    mutating func duration(jitter: Double, isSlow: Bool) -> Duration {
        let due = isSlow ? max(next, longest / 4) : next
        next = min(longest, next * 2)
        return due * (0.5 + min(max(jitter, 0), 1) / 2)
    }

    /// It has worked.
    mutating func reset() { next = first }
}
