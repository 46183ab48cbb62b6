/// Bytes written for an event that has a transaction of its own, as at a few events in a second.
///
/// The events follow each other without a pause: what a transaction writes is the same, and a few thousand of them
/// have their part of the checkpoints too, which a minute at five in a second would hardly see.
enum DiskMeasurement {
    private static let count = 4_000

    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let scratch = try ScratchDirectory(below: options.directory)
        let appliance = try Appliance(options, directory: scratch.path)
        let keys = try appliance.deviceKeys()
        let connection = try Loopback(port: appliance.port)
        var samples = SampleEvents(seed: 3, start: 0)
        let before = try appliance.facts.writtenBytes()
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<count {
            let device = number % keys.count
            let answer = try connection.post(
                "/api/lpr/events", key: keys[device],
                body: """
                    {"edge_device_id":"\(SampleEvents.device(device))","license_plate":"\(samples.plate())",\
                    "province":"\(SampleEvent.province.text)","confidence":\(SampleEvent.confidence)}
                    """)
            guard answer.status == 201 else { throw BenchmarkError("an event was answered with \(answer.status)") }
        }
        let seconds = (clock.now - start).seconds
        let written = try appliance.facts.writtenBytes() - before
        report.absolute(
            "written to disk, one event in a transaction", written / Double(count) / 1_000, "KB/event", .below(30))
        report.note("  events one after the other, 1 connection", Double(count) / seconds, "events/s")
        try appliance.stop()
    }
}
