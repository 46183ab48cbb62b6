/// From the start of the process to its first answer.
enum StartMeasurement {
    private static let count = 10

    static func run(_ options: Options, _ report: inout Report) throws(BenchmarkError) {
        let scratch = try ScratchDirectory(below: options.directory)
        var times: [Double] = []
        for number in 0...count {
            let appliance = try Appliance(options, directory: scratch.path)
            if number == 0 {
                report.absolute(
                    "first start, to the first answer", appliance.startTime.milliseconds, "ms", .below(300))
            } else {
                times.append(appliance.startTime.milliseconds)
            }
            try appliance.stop()
        }
        report.absolute("start to the first answer, median of \(count)", times.median, "ms", .below(300))
        report.note("  the quickest", times.min() ?? 0, "ms")
    }
}
