/// What the replication costs the intake at full load: two appliances, one with and one without, loaded in turn.
///
/// The centre works on the processors of this machine, too, and a real one does not. So it is told as well what the
/// appliance itself needs for an event.
final class UpstreamCost {
    private let options: Options
    private let scratch: ScratchDirectory
    private let appliance: Appliance
    private let keys: [String]
    private let centre: CentralDatabase?
    private var rounds: [Round] = []

    private struct Round {
        /// Events in a second.
        var perSecond = 0.0
        /// Processor time of the appliance for one, microseconds.
        var cost = 0.0
        /// Seconds until the centre had all, from the end of the load.
        var rest = 0.0
    }

    static func run(_ options: Options, _ server: CentralServer, _ report: inout Report) throws {
        let centre = try server.centre("cost", sites: [UpstreamMeasurement.site])
        let without = try UpstreamCost(options, nil)
        let with = try UpstreamCost(options, centre)
        for number in 1...options.rounds {
            // What wears off in the first of two hits both in turn.
            let pair = number.isMultiple(of: 2) ? [with, without] : [without, with]
            for appliance in pair { try appliance.round() }
            Console.progress(
                "  round \(number): without \(Number.text(without.rounds.last?.perSecond ?? 0)), with "
                    + "\(Number.text(with.rounds.last?.perSecond ?? 0)) events/s")
        }
        report.note("single POST without a central database", without.median(\.perSecond), "events/s")
        report.note("  with one", with.median(\.perSecond), "events/s")
        let ratios = zip(with.rounds, without.rounds).map { 1 - $0.perSecond / $1.perSecond }
        report.absolute("  cost of it, with the centre on this machine", ratios.median * 100, "%", .below(10))
        report.note("  processor time of the appliance for an event without it", without.median(\.cost), "µs")
        report.note("  with it, until the centre has all", with.median(\.cost), "µs")
        let costs = zip(with.rounds, without.rounds).map { $0.cost / $1.cost - 1 }
        report.absolute("  what it adds to that", costs.median * 100, "%", .below(10))
        report.note("  until the centre has all, after the load", with.median(\.rest), "s")
        let memory = try (with.appliance.facts.peakResidentMegabytes(), without.appliance.facts.peakResidentMegabytes())
        report.note("  memory without it, peak", memory.1, "MB")
        report.absolute("  memory above that, peak", memory.0 - memory.1, "MB", .below(30))
        try with.appliance.stop()
        try without.appliance.stop()
        try server.drop(centre)
    }

    private init(_ options: Options, _ centre: CentralDatabase?) throws {
        self.options = options
        self.centre = centre
        scratch = try ScratchDirectory(below: options.directory)
        let settings = centre.map { ["LPR_UPSTREAM_URL": $0.url(site: UpstreamMeasurement.site)] } ?? [:]
        appliance = try Appliance(options, directory: scratch.path, settings: settings)
        keys = try appliance.deviceKeys()
    }

    private func round() throws {
        let usedBefore = try appliance.facts.processorSeconds()
        let load = try Load(
            port: appliance.port, keys: keys, connections: 64, eventsPerRequest: 1, seconds: options.roundSeconds,
            directory: scratch.path)
        let result = try load.wait()
        let end = WallTime.now
        if let centre {
            let watch = try DatabaseWatch(directory: scratch.path)
            try centre.wait(for: appliance, through: watch.newestChange(), atMost: .seconds(120))
        }
        let rest = Double(WallTime.now - end) / 1e6
        let used = try appliance.facts.processorSeconds() - usedBefore
        guard result.failures == 0 else { throw BenchmarkError("\(result.failures) events failed") }
        rounds.append(
            Round(perSecond: result.perSecond, cost: used * 1e6 / Double(max(1, result.answers)), rest: rest))
    }

    private func median(_ value: (Round) -> Double) -> Double { rounds.map(value).median }
}
