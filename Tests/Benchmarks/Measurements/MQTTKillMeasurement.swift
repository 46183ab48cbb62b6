/// Killed while cameras send as much as they can: nothing is lost, and nothing is there twice.
///
/// The messages have no ids of their own, so that the appliance has to know again what the broker repeats: by then it
/// has committed far more than the broker has read acknowledgements for.
enum MQTTKillMeasurement {
    /// Microseconds.
    private static let patience: Int64 = 20_000_000
    /// Without a new row for so long, everything has come.
    private static let quiet: Int64 = 2_000_000

    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let scratch = try ScratchDirectory(below: options.directory)
        let broker = try Broker(options, inFlight: MQTTRateMeasurement.inFlight)
        let settings = ["LPR_MQTT_BROKERS": broker.address]
        let appliance = try Appliance(options, directory: scratch.path, settings: settings)
        _ = try appliance.deviceKeys()
        let watch = try DatabaseWatch(directory: scratch.path)
        try EdgeGreeting(port: broker.port).send(until: watch) { _ in pause(.milliseconds(50)) }
        let publishers = try Publishers(2 * options.messageCount, port: broker.port, seed: 3_000, haveIDs: false)
        try publishers.start()
        while publishers.acknowledgedCount < publishers.total * 3 / 4 {
            try publishers.work(until: WallTime.now + 2_000)
            guard WallTime.now - publishers.startedAt < patience else { throw BenchmarkError("the broker is too slow") }
        }
        try appliance.kill()
        let before = try watch.newestRow()
        while !publishers.isDone { try publishers.work(until: WallTime.now + 10_000) }

        let next = try Appliance(options, directory: scratch.path, settings: settings)
        try settle(watch, before: before)
        let stop = try next.stop()
        let rows = try RawDatabase.eventCount(directory: scratch.path)
        report.note("MQTT, killed when so many events were stored", Double(before), "")
        // The greeting is a row too.
        let expected = publishers.total + 1
        report.check("  rows for messages in the end", rows == expected, "\(rows)", expected: "\(expected)")
        report.note("  start with what it remembers of them", next.startTime.milliseconds, "ms")
        report.check("  exit code of the stop", stop.exitCode == 0, "\(stop.exitCode)", expected: "0")
    }

    private static func settle(_ watch: DatabaseWatch, before: Int) throws(BenchmarkError) {
        var newest = before
        var changedAt = WallTime.now
        // The first row takes its time: the broker repeats what is there already before it sends what is new.
        while WallTime.now - changedAt < (newest == before ? patience : quiet) {
            pause(.milliseconds(50))
            let row = try watch.newestRow()
            if row > newest { (newest, changedAt) = (row, WallTime.now) }
        }
    }
}
