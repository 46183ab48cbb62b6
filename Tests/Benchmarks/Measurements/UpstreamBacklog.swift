#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Events that wait on a box for the central database: until all are there, beside `psql \copy` of the same rows into
/// the same table of another database, with the same indexes. The keys beside the table, and a sync for each thousand
/// rows, are on our side alone.
enum UpstreamBacklog {
    private static let limit = Duration.seconds(3_600)

    static func run(_ options: Options, _ server: CentralServer, _ report: inout Report) async throws {
        let scratch = try ScratchDirectory(below: options.directory)
        try await fill(options, directory: scratch.path)
        let alone = try memoryAlone(options, scratch.path)
        var rounds: [Round] = []
        for number in 1...min(options.rounds, 3) {
            let round = try measure(options, server, scratch.path, &report)
            rounds.append(round)
            Console.progress(
                "  round \(number): replicated \(Number.text(round.replicated)), copied "
                    + "\(Number.text(round.copied)) events/s")
        }
        report.note(
            "backlog of \(Number.text(Double(options.backlog))) events, replicated",
            rounds.map(\.replicated).median, "events/s")
        report.note("  psql \\copy of the same rows", rounds.map(\.copied).median, "events/s")
        report.strict(
            "  as part of that, median of \(rounds.count)", rounds.map { $0.replicated / $0.copied }.median, "",
            .atLeast(0.5))
        report.note("  cores that the appliance uses", rounds.map(\.cores).median, "")
        report.note("  memory without it, peak", alone, "MB")
        report.absolute(
            "  memory above that, peak", (rounds.map(\.memory).max() ?? 0) - alone, "MB", .below(30))
        if let last = rounds.last {
            report.note("  bytes of an event at the centre: table", last.tableBytes, "")
            report.note("  its indexes", last.indexBytes, "")
            report.note("  its key", last.keyBytes, "")
        }
    }

    private struct Round {
        /// Events in a second.
        var replicated = 0.0
        var copied = 0.0
        var cores = 0.0
        /// Of the appliance, MB.
        var memory = 0.0
        var tableBytes = 0.0
        var indexBytes = 0.0
        var keyBytes = 0.0
    }

    private static func fill(_ options: Options, directory: String) async throws {
        Console.progress("  writing \(options.backlog) events")
        let database = try await RawDatabase(directory: directory, isDurable: false)
        // Two days, whatever the number.
        let span: Int64 = 2 * 86_400 * 1_000_000
        var samples = SampleEvents(seed: 11, start: WallTime.now - span, step: span / Int64(options.backlog))
        var left = options.backlog
        while left > 0 {
            let count = min(left, 2_000)
            try database.write(samples.next(count)[...], logsEach: false)
            left -= count
        }
        try database.finish()
    }

    /// The most that the appliance needs for itself on the same data, MB.
    private static func memoryAlone(_ options: Options, _ source: String) throws -> Double {
        let scratch = try ScratchDirectory(below: options.directory)
        let appliance = try Appliance(options, directory: try copy(source, to: scratch.path))
        pause(.seconds(5))
        let memory = try appliance.facts.peakResidentMegabytes()
        try appliance.stop()
        return memory
    }

    private static func copy(_ source: String, to parent: String) throws(BenchmarkError) -> String {
        let target = parent + "/data"
        let process = try ChildProcess("cp", ["-a", source, target], output: parent + "/cp.txt")
        guard try process.wait(atMost: .seconds(600)) == 0 else { throw BenchmarkError("cp failed") }
        sync()
        return target
    }

    private static func measure(
        _ options: Options, _ server: CentralServer, _ source: String, _ report: inout Report
    ) throws -> Round {
        var round = Round()
        let scratch = try ScratchDirectory(below: options.directory)
        let data = try copy(source, to: scratch.path)
        let newest = try RawDatabase.newestChange(directory: data)
        let centre = try server.centre("backlog", sites: [UpstreamMeasurement.site])
        try server.checkpoint()
        try replicate(options, centre, data, through: newest, &round)

        // In the order in which they were stored, which is the best for the copy.
        let file = scratch.path + "/rows"
        try centre.psql("\\copy (SELECT * FROM lpr.lpr_events) TO '\(file)'")
        let rows = Int(try centre.number("SELECT count(*) FROM lpr.lpr_events"))
        report.check("  events at the centre", rows == options.backlog, "\(rows)", expected: "\(options.backlog)")
        try sizes(of: centre, rows, &round)
        let other = try server.centre("copied", sites: [])
        try other.psql("SELECT lpr.ensure_partition((date_trunc('month', now()) - interval '1 month')::date)")
        try server.drop(centre)
        try server.checkpoint()
        let start = WallTime.now
        try other.psql("\\copy lpr.lpr_events FROM '\(file)'")
        round.copied = Double(rows) * 1e6 / Double(WallTime.now - start)
        try server.drop(other)
        return round
    }

    private static func replicate(
        _ options: Options, _ centre: CentralDatabase, _ data: String, through newest: Int, _ round: inout Round
    ) throws {
        let site = UpstreamMeasurement.site
        let appliance = try Appliance(
            options, directory: data, settings: ["LPR_UPSTREAM_URL": centre.url(site: site)])
        let usedBefore = try appliance.facts.processorSeconds()
        try centre.wait(for: appliance, through: newest, atMost: limit)
        // By the centre's clock, from the first word of the site to its last batch.
        let seconds = try centre.number(
            "SELECT extract(epoch FROM last_batch_at - epoch_began_at) FROM lpr.sites WHERE site_id = '\(site)'")
        round.replicated = Double(options.backlog) / seconds
        round.cores = try (appliance.facts.processorSeconds() - usedBefore) / seconds
        round.memory = try appliance.facts.peakResidentMegabytes()
        try appliance.stop()
    }

    private static func sizes(of centre: CentralDatabase, _ rows: Int, _ round: inout Round) throws {
        func perRow(_ size: String) throws -> Double {
            try centre.number(
                """
                SELECT sum(\(size)) FROM pg_partition_tree('lpr.lpr_events') WHERE isleaf
                """) / Double(rows)
        }
        round.tableBytes = try perRow("pg_table_size(relid)")
        round.indexBytes = try perRow("pg_indexes_size(relid)")
        round.keyBytes = try centre.number("SELECT pg_total_relation_size('lpr.event_keys')") / Double(rows)
    }
}
