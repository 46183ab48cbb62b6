/// Memory of an appliance that has nothing to do.
enum MemoryMeasurement {
    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let scratch = try ScratchDirectory(below: options.directory)
        let appliance = try Appliance(options, directory: scratch.path)
        pause(.seconds(5))
        report.absolute("memory when idle", try appliance.facts.residentMegabytes(), "MB", .below(60))
        try appliance.stop()
    }
}
