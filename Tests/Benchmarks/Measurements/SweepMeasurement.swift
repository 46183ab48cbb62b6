import Domain
import Logging
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A sweep of a hundred thousand pictures while a thousand events a second come, beside the same load without it.
enum SweepMeasurement {
    private static let pictureCount = 100_000
    private static let perSecond = 1_000
    private static let folder = "2026/01/01"

    static func run(_ options: Options, _ report: inout Report) async throws {
        let scratch = try ScratchDirectory(below: options.directory)
        try await fill(scratch.path)
        let seconds = options.roundSeconds * options.rounds

        // Without a quota nothing is swept.
        let calm = try measure(options, scratch.path, quota: "0", seconds: seconds)
        try calm.appliance.stop()
        // Far less than what is there: the sweep begins as soon as all is counted.
        let swept = try measure(options, scratch.path, quota: "120MiB", seconds: seconds, keys: calm.keys)
        let left = try await RemainingPictures.wait(swept.appliance, seconds: 60)
        let memory = try swept.appliance.facts.peakResidentMegabytes()
        try swept.appliance.stop()

        report.note("answer to a POST, \(perSecond)/s, p99", calm.times.percentile(99), "ms")
        report.note("  its median", calm.times.median, "ms")
        report.note("  the same during a sweep, p99", swept.times.percentile(99), "ms")
        report.note("  its median", swept.times.median, "ms")
        report.strict(
            "  p99 during a sweep, as a multiple", swept.times.percentile(99) / calm.times.percentile(99), "×",
            .below(2))
        report.note("  pictures removed", Double(left.removed), "")
        report.note("  pictures removed in a second", Double(left.removed) / max(left.seconds, 0.001), "/s")
        report.absolute("  longest that a portion held the writer", Double(left.longestWrite), "ms", .below(50))
        report.check("  the sweep came to its end", left.isDone, "\(left.isDone)", expected: "true")
        report.check(
            "  events that were no success", calm.failures + swept.failures == 0, "\(calm.failures + swept.failures)",
            expected: "0")
        report.absolute("  memory, peak", memory, "MB", .below(150))
    }

    /// Rows with pictures and their files, each of one block.
    private static func fill(_ directory: String) async throws {
        Console.progress("  writing \(pictureCount) pictures")
        let clock = WallClock { Instant(microseconds: WallTime.now) }
        let store = try Store(
            Store.Configuration(directory: directory, clock: clock), logger: Logger(label: "benchmarks"))
        var path = directory
        for part in ["images"] + folder.split(separator: "/").map(String.init) {
            path += "/" + part
            mkdir(path, 0o750)
        }
        let content = [UInt8](repeating: 0x55, count: 2_000)
        for start in stride(from: 0, to: pictureCount, by: 1_000) {
            try await store.write(weight: 1_000) { context in
                for number in start..<start + 1_000 {
                    _ = try context.insert(event(number, at: context.now))
                }
            }
            for number in start..<start + 1_000 {
                let file = open("\(path)/\(name(number))", O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
                guard file >= 0, write(file, content, content.count) == content.count else {
                    throw BenchmarkError("cannot write \(name(number)): \(String(cString: strerror(errno)))")
                }
                close(file)
            }
        }
        try await store.close()
        sync()
    }

    private static func name(_ number: Int) -> String { "old-\(number)-0123456789ab.jpg" }

    private static func event(_ number: Int, at now: Instant) -> LPREvent {
        LPREvent(
            eventID: "old-\(number)", edgeDeviceID: SampleEvents.device(number % SampleEvents.deviceCount),
            licensePlate: "1กก 1234", plateKey: "1กก1234", capturedAt: now, receivedAt: now, createdAt: now,
            updatedAt: now, sourceProtocol: .http, imagePath: "\(folder)/\(name(number))", contentDigest: [1])
    }

    private struct Measured {
        let appliance: Appliance
        let keys: [String]
        let times: [Double]
        let failures: Int
    }

    private static func measure(
        _ options: Options, _ directory: String, quota: String, seconds: Int, keys known: [String]? = nil
    ) throws(BenchmarkError) -> Measured {
        let appliance = try Appliance(
            options, directory: directory,
            settings: ["LPR_STORAGE_QUOTA": quota, "LPR_STORAGE_MIN_FREE": "0"])
        let keys = if let known { known } else { try appliance.deviceKeys() }
        let poller = try Poller()
        let sender = try SteadySender(
            perSecond * seconds, perSecond: perSecond, port: appliance.port, keys: keys, poller: poller,
            firstNumber: 0)
        while !sender.isDone {
            try sender.sendDue()
            try poller.wait(until: min(sender.nextTime, WallTime.now + 100_000)) { number throws(BenchmarkError) in
                try sender.read(number)
            }
        }
        return Measured(
            appliance: appliance, keys: keys, times: sender.answerTimes, failures: sender.failureCount)
    }
}

/// What `lpr-appliance storage --json` says of the sweep.
private struct RemainingPictures {
    let removed: Int64
    let longestWrite: Int64
    let seconds: Double
    let isDone: Bool

    static func wait(_ appliance: Appliance, seconds: Int) async throws -> RemainingPictures {
        let end = WallTime.now + Int64(seconds) * 1_000_000
        while true {
            let text = try appliance.command("storage", "--json")
            let answer = (try? JSONParser.parse(text))?.objectValue ?? JSONObject()
            let sweeps = (answer["sweeps"]?.arrayValue ?? []).compactMap(\.objectValue)
            if WallTime.now > end || answer["sweeping"]?.boolValue == false && !sweeps.isEmpty {
                let removed = sweeps.flatMap { $0["removed"]?.arrayValue ?? [] }
                    .reduce(Int64(0)) { $0 + ($1.objectValue?["files"]?.integerValue ?? 0) }
                let spans = sweeps.compactMap { sweep -> Double? in
                    guard let from = sweep["started_at"]?.stringValue.flatMap({ Instant(rfc3339: $0) }),
                        let to = sweep["finished_at"]?.stringValue.flatMap({ Instant(rfc3339: $0) })
                    else { return nil }
                    return to.since(from) / .seconds(1)
                }
                return RemainingPictures(
                    removed: removed,
                    longestWrite: sweeps.compactMap { $0["longest_write_ms"]?.integerValue }.max() ?? 0,
                    seconds: spans.reduce(0, +), isDone: sweeps.last?["outcome"]?.stringValue == "done")
            }
            pause(.milliseconds(200))
        }
    }
}
