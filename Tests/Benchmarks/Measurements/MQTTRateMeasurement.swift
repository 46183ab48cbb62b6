/// Messages with QoS 1 that sixteen cameras publish as quickly as the broker takes them: until the last of them is in
/// the database, beside a client that only counts them.
///
/// Rounds of the two take turns.
final class MQTTRateMeasurement {
    /// As packaging/mosquitto recommends; the broker's default is 20.
    static let inFlight = 100
    /// How long nothing may move before a round is given up, microseconds.
    private static let patience: Int64 = 20_000_000

    private let options: Options
    private let scratch: ScratchDirectory
    private let broker: Broker
    private let appliance: Appliance
    private let watch: DatabaseWatch
    private let counting: CountingRounds
    private var rounds: [Round] = []

    private struct Round {
        /// Messages in a second.
        var acknowledged = 0.0
        var stored = 0.0
        var counted = 0.0
        /// Cores in use until the last message was stored.
        var applianceCores = 0.0
        var brokerCores = 0.0
        /// How long the appliance worked on, seconds.
        var rest = 0.0
        /// Messages in a second, from publishing the first to the last of `lpr/data/processed`.
        var sentOn = 0.0
    }

    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let measurement = try MQTTRateMeasurement(options)
        try measurement.connect(&report)
        let written = try measurement.appliance.facts.writtenBytes()
        for number in 1...options.rounds { try measurement.round(number) }
        try measurement.tell(writtenBefore: written, &report)
    }

    private init(_ options: Options) throws(BenchmarkError) {
        self.options = options
        scratch = try ScratchDirectory(below: options.directory)
        broker = try Broker(options, inFlight: Self.inFlight)
        appliance = try Appliance(
            options, directory: scratch.path, settings: ["LPR_MQTT_BROKERS": broker.address])
        _ = try appliance.deviceKeys()
        watch = try DatabaseWatch(directory: scratch.path)
        counting = try CountingRounds(options, inFlight: Self.inFlight)
    }

    private func connect(_ report: inout Report) throws(BenchmarkError) {
        try EdgeGreeting(port: broker.port).send(until: watch) { _ in pause(.milliseconds(50)) }
        pause(.seconds(5))
        report.absolute(
            "memory when idle, connected to a broker", try appliance.facts.residentMegabytes(), "MB", .below(60))
    }

    private func round(_ number: Int) throws(BenchmarkError) {
        var round = Round()
        try store(number, &round)
        round.rest = try untilQuiet()
        let total = Double(options.messageCount)
        round.sentOn = total / (total / round.stored + round.rest)
        round.counted = try counting.run()
        rounds.append(round)
        Console.progress(
            "  round \(number): counted \(Number.text(round.counted)), stored \(Number.text(round.stored)), "
                + "taken by the broker \(Number.text(round.acknowledged)) messages/s")
    }

    private func store(_ number: Int, _ round: inout Round) throws(BenchmarkError) {
        let publishers = try Publishers(options.messageCount, port: broker.port, seed: UInt64(1_000 + number))
        let last = try watch.newestRow() + publishers.total
        let applianceBefore = try appliance.facts.processorSeconds()
        let brokerBefore = try broker.facts.processorSeconds()
        try publishers.start()
        var newest = 0
        var lastProgress = WallTime.now
        while newest < last || !publishers.isDone {
            try publishers.work(until: WallTime.now + 10_000)
            let row = try watch.newestRow()
            if row > newest { lastProgress = WallTime.now }
            newest = row
            guard WallTime.now - lastProgress < Self.patience else {
                throw BenchmarkError("\(last - newest) of \(publishers.total) messages are not in the database")
            }
        }
        let seconds = Double(WallTime.now - publishers.startedAt) / 1e6
        round.stored = Double(publishers.total) / seconds
        round.acknowledged = publishers.perSecondAtBroker
        round.applianceCores = try (appliance.facts.processorSeconds() - applianceBefore) / seconds
        round.brokerCores = try (broker.facts.processorSeconds() - brokerBefore) / seconds
    }

    /// Waits until the appliance has told `lpr/data/processed` everything.
    private func untilQuiet() throws(BenchmarkError) -> Double {
        let step = 0.2
        let start = WallTime.now
        var quiet = start
        var used = try appliance.facts.processorSeconds()
        while WallTime.now - quiet < 600_000 {
            pause(.seconds(step))
            let now = try appliance.facts.processorSeconds()
            if now - used > 0.1 * step { quiet = WallTime.now }
            used = now
            guard WallTime.now - start < Self.patience else {
                throw BenchmarkError("the appliance does not come to rest")
            }
        }
        return Double(quiet - start) / 1e6
    }

    private func tell(writtenBefore: Double, _ report: inout Report) throws(BenchmarkError) {
        let total = options.messageCount * options.rounds
        report.absolute(
            "MQTT QoS 1, \(Publishers.count) publishers, into the database", rounds.map(\.stored).median,
            "messages/s", .atLeast(5_000))
        report.note("  taken by the broker meanwhile", rounds.map(\.acknowledged).median, "messages/s")
        report.note("  a subscriber that only counts", rounds.map(\.counted).median, "messages/s")
        let ratios = rounds.map { $0.stored / $0.counted }
        report.strict("  as part of that, median of \(options.rounds)", ratios.median, "", .atLeast(0.2))
        report.note("  cores that the appliance uses", rounds.map(\.applianceCores).median, "")
        report.note("  cores that the broker uses", rounds.map(\.brokerCores).median, "")
        report.absolute(
            "  until lpr/data/processed has told all of them", rounds.map(\.sentOn).median, "messages/s",
            .atLeast(5_000))
        let written = try appliance.facts.writtenBytes() - writtenBefore
        report.note("  written to disk", written / Double(total) / 1_000, "KB/event")
        report.absolute("memory under load, MQTT", try appliance.facts.peakResidentMegabytes(), "MB", .below(150))
        report.note("  load average of the machine, one minute", MachineFacts.loadAverage, "")
        let stop = try appliance.stop()
        report.check("  exit code of the stop", stop.exitCode == 0, "\(stop.exitCode)", expected: "0")
        let rows = try RawDatabase.eventCount(directory: scratch.path)
        // The greeting is a row too.
        report.check("  rows for messages", rows == total + 1, "\(rows)", expected: "\(total + 1)")
        let sentOn = try RawDatabase.sentOnCount(directory: scratch.path)
        report.check("  messages sent on", sentOn == rows, "\(sentOn)", expected: "\(rows)")
    }
}
