/// Which broker is tried next, when, and in which version of MQTT.
///
///     start ─▶ first ──fails──▶ second ──fails──▶ … last ──fails──▶ wait (1 s, doubling to a minute) ─▶ first
///               │ connected, and lost after it held: at once again, then the next
///               │ another client took the session: wait (1 minute, doubling to an hour)
///               └ later ones: the owner looks whether an earlier one is back, and says `returnTo`
struct BrokerRotation: Sendable {
    struct Attempt: Sendable, Hashable {
        let broker: Int
        let version: MQTTVersion
        /// Before it begins.
        let delay: Duration
    }

    /// A connection that held for this long was a good one. Longer than `longestDelay`: a rival that is not named ends
    /// each connection within that, and the pauses have to stay long.
    static let steadyAfter: Duration = .seconds(180)
    /// One that held for this long without a rival has no rival.
    static let undisputedAfter: Duration = .seconds(600)
    static let longestDelay: Duration = .seconds(60)
    static let longestTruce: Duration = .seconds(3_600)
    /// Between two brokers of the list, and after a connection that held.
    static let shortDelay: Duration = .milliseconds(200)

    private let count: Int
    private var broker = 0
    private var versions: [MQTTVersion]
    private var failures = 0
    private var takeovers = 0
    private var nextDelay: Duration = .zero

    /// - Parameter count: brokers in the list, at least one.
    init(count: Int) {
        self.count = max(1, count)
        versions = [MQTTVersion](repeating: .v5, count: self.count)
    }

    /// - Parameter jitter: 0…1; spreads what many boxes would do at the same moment.
    func next(jitter: Double) -> Attempt {
        Attempt(broker: broker, version: versions[broker], delay: nextDelay * (0.5 + min(max(jitter, 0), 1) / 2))
    }

    /// Connections in a row that failed or did not hold.
    var failuresInARow: Int { failures }

    /// The attempt failed, or its connection ended.
    /// - Parameter held: how long the connection was there; nil when it never was.
    mutating func ended(_ failure: ConnectionFailure, held: Duration?) {
        if let held, held >= Self.undisputedAfter { takeovers = 0 }
        if failure.kind == .takenOver {
            takeovers += 1
            failures = 0
            nextDelay = Self.doubled(.seconds(60), takeovers - 1, limit: Self.longestTruce)
            return
        }
        if let held, held >= Self.steadyAfter {
            failures = 0
            nextDelay = Self.shortDelay
            return
        }
        failures += 1
        if failure.kind == .version {
            versions[broker] = versions[broker].other
            // The other version at once: it is the same broker, and it answers.
            if versions[broker] == .v311 {
                nextDelay = Self.shortDelay
                return
            }
        }
        broker = (broker + 1) % count
        let rounds = failures / count
        nextDelay = broker == 0 ? Self.doubled(.seconds(1), rounds - 1, limit: Self.longestDelay) : Self.shortDelay
    }

    /// An earlier broker answers again: it is the next one.
    mutating func returnTo(_ broker: Int) {
        self.broker = min(max(broker, 0), count - 1)
        failures = 0
        nextDelay = .zero
    }

    private static func doubled(_ first: Duration, _ times: Int, limit: Duration) -> Duration {
        min(first * (1 << min(max(times, 0), 16)), limit)
    }
}
