/// Events at a steady rate: from the commit on the site to the commit at the centre.
enum UpstreamLag {
    private static let perSecond = 1_000
    private static let seconds = 25

    static func run(_ options: Options, _ server: CentralServer, _ report: inout Report) throws {
        let centre = try server.centre("lag", sites: [UpstreamMeasurement.site])
        let scratch = try ScratchDirectory(below: options.directory)
        let appliance = try Appliance(
            options, directory: scratch.path,
            settings: ["LPR_UPSTREAM_URL": centre.url(site: UpstreamMeasurement.site)])
        let keys = try appliance.deviceKeys()
        let poller = try Poller()
        let sender = try SteadySender(
            perSecond * seconds, perSecond: perSecond, port: appliance.port, keys: keys, poller: poller,
            firstNumber: 0)
        let usedBefore = try appliance.facts.processorSeconds()
        while !sender.isDone {
            try sender.sendDue()
            try poller.wait(until: min(sender.nextTime, WallTime.now + 100_000)) { number throws(BenchmarkError) in
                try sender.read(number)
            }
        }
        let used = try appliance.facts.processorSeconds() - usedBefore
        let newest = try DatabaseWatch(directory: scratch.path).newestChange()
        try centre.wait(for: appliance, through: newest, atMost: .seconds(60))
        // The site's `created_at` is when its transaction began: what is told is an upper bound.
        func lag(_ part: Double) throws -> Double {
            try centre.number(
                """
                SELECT percentile_cont(\(part)) WITHIN GROUP (
                    ORDER BY extract(epoch FROM pg_xact_commit_timestamp(xmin) - created_at)) FROM lpr.lpr_events
                """)
        }
        report.note("\(perSecond) events/s, from the site to the centre, median", try lag(0.5), "s")
        report.absolute("  p99", try lag(0.99), "s", .below(2))
        report.note("  largest of \(sender.createdCount)", try lag(1), "s")
        report.note("  answer to a POST meanwhile, p99", sender.answerTimes.percentile(99), "ms")
        report.note("  cores that the appliance uses", used / Double(seconds), "")
        report.check("  events that failed", sender.failureCount == 0, "\(sender.failureCount)", expected: "0")
        try appliance.stop()
        try server.drop(centre)
    }
}
