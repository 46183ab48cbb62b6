/// Rounds of a client that only counts, between rounds of the appliance so that both meet the same machine.
///
/// It has a broker of its own, set up alike: the other one would hand everything to the appliance too.
final class CountingRounds {
    /// Microseconds.
    private static let patience: Int64 = 120_000_000

    private let options: Options
    private let inFlight: Int
    private let scratch: ScratchDirectory
    private let broker: Broker
    private var count = 0

    init(_ options: Options, inFlight: Int) throws(BenchmarkError) {
        self.options = options
        self.inFlight = inFlight
        scratch = try ScratchDirectory(below: options.directory)
        broker = try Broker(options, inFlight: inFlight)
    }

    /// - Returns: messages in a second, from publishing the first to counting the last.
    func run() throws(BenchmarkError) -> Double {
        count += 1
        let publishers = try Publishers(options.messageCount, port: broker.port, seed: UInt64(2_000 + count))
        let counter = try CountingSubscriber.Child(
            port: broker.port, count: publishers.total, inFlight: inFlight, directory: scratch.path)
        try publishers.start()
        var end: Int64?
        while end == nil {
            try publishers.work(until: WallTime.now + 10_000)
            end = try counter.end()
            guard WallTime.now - publishers.startedAt < Self.patience else {
                throw BenchmarkError("the counting subscriber does not get all messages")
            }
        }
        return Double(publishers.total) / (Double((end ?? 0) - publishers.startedAt) / 1e6)
    }
}
