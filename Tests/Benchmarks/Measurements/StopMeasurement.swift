/// Stopping by SIGTERM in the middle of load.
enum StopMeasurement {
    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let scratch = try ScratchDirectory(below: options.directory)
        let appliance = try Appliance(options, directory: scratch.path)
        let load = try Load(
            port: appliance.port, keys: try appliance.deviceKeys(), connections: 64, eventsPerRequest: 1, seconds: 4,
            directory: scratch.path)
        pause(.seconds(2))
        let stop = try appliance.stop()
        report.strict("stop under load", stop.duration.seconds, "s", .below(5))
        report.check("  its exit code", stop.exitCode == 0, "\(stop.exitCode)", expected: "0")
        let answered = try load.wait().answers
        let rows = try RawDatabase.eventCount(directory: scratch.path)
        report.check("  rows for answers", rows >= answered, "\(rows)", expected: "≥ \(answered)")
    }
}
