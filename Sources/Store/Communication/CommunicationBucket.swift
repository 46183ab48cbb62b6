public import Domain

/// What went over one protocol in one direction within five minutes: a row of `communication_statistics`, or what is
/// to be added to one.
public struct CommunicationBucket: Sendable {
    /// Buckets begin at whole multiples of this since 1970.
    public static let length: Duration = .seconds(300)

    public let start: Instant
    public let `protocol`: SourceProtocol
    public let direction: CommunicationLogEntry.Direction
    var tally: CommunicationTally

    func isSameRow(as other: CommunicationBucket) -> Bool {
        start == other.start && `protocol` == other.protocol && direction == other.direction
    }

    static func start(of instant: Instant) -> Instant {
        let length = length.wholeMicroseconds
        let rest = instant.microseconds % length
        return Instant(microseconds: instant.microseconds - (rest < 0 ? rest + length : rest))
    }
}

/// Counts that can be added up.
struct CommunicationTally: Sendable {
    var messages: Int64 = 0
    var failures: Int64 = 0
    var bytes: Int64 = 0
    var latencies = LatencyHistogram()
    var lastError: String?
    var lastErrorAt: Instant?

    mutating func add(_ other: CommunicationTally) {
        messages = messages.addingSaturating(other.messages)
        failures = failures.addingSaturating(other.failures)
        bytes = bytes.addingSaturating(other.bytes)
        latencies.add(other.latencies)
        noteError(other.lastError, at: other.lastErrorAt)
    }

    /// Keeps the newer one of two errors.
    mutating func noteError(_ error: String?, at instant: Instant?) {
        guard let instant, instant >= lastErrorAt ?? instant else { return }
        lastError = error
        lastErrorAt = instant
    }

    /// Sets everything to zero and keeps the memory.
    mutating func reset() {
        messages = 0
        failures = 0
        bytes = 0
        latencies.reset()
        lastError = nil
        lastErrorAt = nil
    }
}

extension Int64 {
    func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }
}
