#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures what docs/performance.md promises, on the binary that is shipped.
@main
enum Benchmarks {
    static func main() async {
        var report = Report()
        do {
            if CommandLine.arguments.contains("--help") {
                Console.result(Options.help)
                return
            }
            if CommandLine.arguments.dropFirst().first == CountingSubscriber.argument {
                try CountingSubscriber.run(CommandLine.arguments.dropFirst(2).compactMap { Int32($0) })
                return
            }
            let options = try Options(CommandLine.arguments.dropFirst())
            for part in Options.Part.allCases where options.parts.contains(part) {
                Console.progress(part.rawValue)
                try await measure(part, options, &report)
            }
        } catch {
            if !report.rows.isEmpty { Console.result(report.text) }
            Console.progress("benchmarks: \(error)")
            exit(2)
        }
        Console.result(report.text)
        if report.hasFailed { exit(1) }
    }

    private static func measure(_ part: Options.Part, _ options: Options, _ report: inout Report) async throws {
        switch part {
        case .plates: try PlateMeasurement.run(&report)
        case .media: try MediaMeasurement.run(&report)
        case .single: try await IntakeMeasurement.single.run(options, &report)
        case .batch: try await IntakeMeasurement.batch.run(options, &report)
        case .queries: try await QueryMeasurement.run(options, &report)
        case .memory: try MemoryMeasurement.run(options, &report)
        case .start: try StartMeasurement.run(options, &report)
        case .stop: try StopMeasurement.run(options, &report)
        case .disk: try DiskMeasurement.run(options, &report)
        case .page: try PageMeasurement.run(options, &report)
        case .live:
            try LiveMeasurement.events.run(options, &report)
            try LiveMeasurement.everything.run(options, &report)
        case .cameras: try CameraMeasurement.run(options, &report)
        case .sweep: try await SweepMeasurement.run(options, &report)
        case .files: try FileMeasurement.run(options, &report)
        case .upstream: try await UpstreamMeasurement.run(options, &report)
        case .mqtt:
            try MQTTRateMeasurement.run(options, &report)
            try MQTTLatencyMeasurement.run(options, &report)
            try MQTTKillMeasurement.run(options, &report)
        }
    }
}
