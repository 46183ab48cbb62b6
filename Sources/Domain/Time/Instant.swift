/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds (invariant 7: one clock, UTC).
public struct Instant: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    public init(seconds: Int64) {
        self.microseconds = seconds &* 1_000_000
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

    /// The time from `earlier` to this instant; saturates instead of trapping.
    public func since(_ earlier: Instant) -> Duration {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return .microseconds(overflow ? (microseconds > earlier.microseconds ? Int64.max : Int64.min) : difference)
    }

    public func advanced(by duration: Duration) -> Instant {
        let (sum, overflow) = microseconds.addingReportingOverflow(duration.wholeMicroseconds)
        return Instant(microseconds: overflow ? (duration < .zero ? Int64.min : Int64.max) : sum)
    }

    public static func + (left: Instant, right: Duration) -> Instant { left.advanced(by: right) }
    public static func - (left: Instant, right: Duration) -> Instant { left.advanced(by: .zero - right) }
}

extension Duration {
    /// Whole microseconds, rounded towards zero; saturates beyond ±292,000 years.
    public var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return seconds < 0 ? Int64.min : Int64.max }
        let (sum, carried) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return carried ? (seconds < 0 ? Int64.min : Int64.max) : sum
    }

    /// Whole milliseconds, rounded towards zero.
    public var wholeMilliseconds: Int64 { wholeMicroseconds / 1_000 }
}

/// What tells the time. A parameter everywhere, so that tests set it.
public struct WallClock: Sendable {
    public let now: @Sendable () -> Instant

    public init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }
}
