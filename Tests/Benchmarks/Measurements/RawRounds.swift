/// Rounds of raw SQLite, between rounds of the appliance so that both meet the same machine.
final class RawRounds {
    private let scratch: ScratchDirectory
    private let database: RawDatabase
    private let batch: Int
    private var samples = SampleEvents(seed: 2, start: WallTime.now - 3_600_000_000)
    private(set) var perSecond: [Double] = []

    /// - Parameter batch: events in one transaction.
    init(_ options: Options, batch: Int) async throws {
        scratch = try ScratchDirectory(below: options.directory)
        database = try await RawDatabase(directory: scratch.path)
        self.batch = batch
    }

    /// Writes for about as long as a round of load.
    func run(seconds: Int) throws(BenchmarkError) {
        let clock = ContinuousClock()
        let portion = 16 * 1_000
        var spent = Duration.zero
        var count = 0
        while spent < .seconds(seconds) {
            // The rows are ready before the clock starts: only SQLite is measured.
            let events = try samples.next(portion)[...]
            let start = clock.now
            for first in stride(from: 0, to: portion, by: batch) {
                try database.write(events[first..<min(first + batch, portion)], logsEach: batch < 1_000)
            }
            spent += clock.now - start
            count += portion
        }
        perSecond.append(Double(count) / spent.seconds)
    }
}
