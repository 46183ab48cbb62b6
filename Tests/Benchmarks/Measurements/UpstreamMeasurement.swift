import Domain
import Upstream

/// The replication to a central PostgreSQL on this machine.
enum UpstreamMeasurement {
    /// As `Appliance` calls itself.
    static let site = "bench"

    static func run(_ options: Options, _ report: inout Report) async throws {
        let server = try CentralServer(options)
        try await UpstreamBacklog.run(options, server, &report)
        try UpstreamLag.run(options, server, &report)
        try UpstreamCost.run(options, server, &report)
        try sites(server, &report)
    }

    // MARK: Many sites

    private static let siteCount = 200
    private static let eventsPerBatch = 5
    private static let seconds = 10

    private static func sites(_ server: CentralServer, _ report: inout Report) throws {
        let names = SimulatedSites.names(siteCount)
        let centre = try server.centre("sites", sites: names)
        let sites = try SimulatedSites(centre, sites: names)
        let steady = try sites.run(events: eventsPerBatch, interval: 1_000_000, seconds: seconds)
        let perSecond = Double(eventsPerBatch) / Double(seconds)
        report.note(
            "\(siteCount) sites, \(eventsPerBatch) events a second each", Double(steady.batches) * perSecond,
            "events/s")
        report.note("  a batch until it is committed, median", steady.times.median, "ms")
        report.absolute("  p99", steady.times.percentile(99), "ms", .below(1_000))
        tell(steady, &report)
        let hurried = try sites.run(events: eventsPerBatch, interval: 0, seconds: seconds)
        report.note("  all as quickly as they can", Double(hurried.batches) * perSecond, "events/s")
        report.note("  batches in a second then", Double(hurried.batches) / Double(seconds), "/s")
        tell(hurried, &report)
        let rows = Int(try centre.number("SELECT count(*) FROM lpr.lpr_events"))
        let sent = (steady.batches + hurried.batches) * eventsPerBatch
        report.check("  rows for events", rows == sent, "\(rows)", expected: "\(sent)")
        try server.drop(centre)
    }

    private static func tell(_ outcome: SimulatedSites.Outcome, _ report: inout Report) {
        for failure in outcome.failures.prefix(3) { Console.progress("  \(failure)") }
        report.check(
            "  batches that failed", outcome.failures.isEmpty, "\(outcome.failures.count)", expected: "0")
    }
}
