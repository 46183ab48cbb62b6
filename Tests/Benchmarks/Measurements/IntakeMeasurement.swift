/// Durable events by HTTP beside raw SQLite with the same rows.
struct IntakeMeasurement {
    let name: String
    let connections: Int
    let eventsPerRequest: Int
    /// Events in one transaction of raw SQLite.
    let rawBatch: Int
    /// The least part of raw SQLite's events per second.
    let ratio: Double

    static let single = IntakeMeasurement(
        name: "single POST, 64 connections", connections: 64, eventsPerRequest: 1, rawBatch: 64, ratio: 0.5)
    static let batch = IntakeMeasurement(
        name: "batch POST, 4 connections", connections: 4, eventsPerRequest: 1_000, rawBatch: 1_000, ratio: 0.7)

    func run(_ options: Options, _ report: inout Report) async throws {
        let raw = try await RawRounds(options, batch: rawBatch)
        let scratch = try ScratchDirectory(below: options.directory)
        let results = try measure(options, raw, scratch, &report)
        let events = Double(eventsPerRequest)
        let perSecond = results.map { $0.perSecond * events }
        report.note("raw SQLite, batches of \(rawBatch)", raw.perSecond.median, "events/s")
        if eventsPerRequest == 1 {
            report.absolute(name, perSecond.median, "events/s", .atLeast(8_000))
            report.note("  its median latency", results.map(\.medianMilliseconds).median, "ms")
            report.absolute("  its p99 latency", results.map(\.p99Milliseconds).median, "ms", .below(25))
        } else {
            report.note(name, perSecond.median, "events/s")
        }
        // Each round is compared with the one of raw SQLite just before it: both databases have grown alike, and
        // whatever else the machine does has hit both.
        let ratios = zip(perSecond, raw.perSecond).map { $0 / $1 }
        report.strict("  as part of raw SQLite, median of \(options.rounds)", ratios.median, "", .atLeast(ratio))
        try check(results, options, directory: scratch.path, &report)
    }

    /// Raw SQLite and the appliance in turn.
    private func measure(
        _ options: Options, _ raw: RawRounds, _ scratch: ScratchDirectory, _ report: inout Report
    ) throws(BenchmarkError) -> [Load.Result] {
        let appliance = try Appliance(options, directory: scratch.path)
        let keys = try appliance.deviceKeys()
        var results: [Load.Result] = []
        let writtenBefore = try appliance.facts.writtenBytes()
        for round in 1...options.rounds {
            try raw.run(seconds: options.roundSeconds)
            let load = try Load(
                port: appliance.port, keys: keys, connections: connections, eventsPerRequest: eventsPerRequest,
                seconds: options.roundSeconds, directory: scratch.path)
            let result = try load.wait()
            Console.progress(
                "  round \(round): raw \(Number.text(raw.perSecond.last ?? 0)), "
                    + "appliance \(Number.text(result.perSecond * Double(eventsPerRequest))) events/s, "
                    + "p99 \(Number.text(result.p99Milliseconds)) ms")
            results.append(result)
        }
        let written = try appliance.facts.writtenBytes() - writtenBefore
        let events = results.reduce(0) { $0 + $1.answers } * eventsPerRequest
        report.absolute(
            "written to disk, \(name)", written / Double(max(events, 1)) / 1_000, "KB/event", .below(6))
        report.absolute("memory under load, \(name)", try appliance.facts.peakResidentMegabytes(), "MB", .below(150))
        let stop = try appliance.stop()
        guard stop.exitCode == 0 else { throw BenchmarkError("the appliance stopped with exit code \(stop.exitCode)") }
        return results
    }

    /// Every answer is a row; a few more rows may be there whose answers the generator did not wait for.
    private func check(
        _ results: [Load.Result], _ options: Options, directory: String, _ report: inout Report
    ) throws(BenchmarkError) {
        let answered = results.reduce(0) { $0 + $1.answers } * eventsPerRequest
        let cutOff = connections * eventsPerRequest * results.count
        let rows = try RawDatabase.eventCount(directory: directory)
        report.check(
            "  rows for answers", (answered...answered + cutOff).contains(rows), "\(rows)",
            expected: "\(answered) + ≤ \(cutOff)")
        report.check(
            "  answers that were no success", results.allSatisfy { $0.failures == 0 },
            "\(results.reduce(0) { $0 + $1.failures })", expected: "0")
    }
}
