/// A clock that only goes forward: a box without a battery clock jumps years when the network tells it the time, and
/// no lock or delay may end or begin by that. A parameter, so that tests set it.
public struct MonotonicClock: Sendable {
    /// The time since some point in the past.
    public let now: @Sendable () -> Duration

    public init(now: @escaping @Sendable () -> Duration) {
        self.now = now
    }

    /// The system's, from the moment of this call.
    public static func system() -> MonotonicClock {
        let start = ContinuousClock.now
        return MonotonicClock { start.duration(to: .now) }
    }
}
