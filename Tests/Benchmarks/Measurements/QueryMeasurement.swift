import Domain

/// Latencies of the pages that people ask for, in a database with many events.
struct QueryMeasurement {
    private static let count = 300
    /// Not counted: the first answers of a fresh process read the disk.
    private static let warmUp = 20

    private let connection: Loopback
    private let key: String
    private var samples = SampleEvents(seed: 4, start: 0)

    static func run(_ options: Options, _ report: inout Report) async throws {
        let scratch = try ScratchDirectory(below: options.directory)
        let span = try await fill(options, directory: scratch.path)
        let appliance = try Appliance(options, directory: scratch.path)
        report.absolute(
            "start with \(Number.text(Double(options.eventCount))) events", appliance.startTime.milliseconds, "ms",
            .below(300))
        var measurement = QueryMeasurement(
            connection: try Loopback(port: appliance.port), key: try appliance.viewerKey())
        try measurement.measureAll(span: span, &report)
        report.absolute("memory after the queries", try appliance.facts.residentMegabytes(), "MB", .below(150))
        try appliance.stop()
    }

    private init(connection: Loopback, key: String) {
        self.connection = connection
        self.key = key
    }

    /// - Returns: the time from the first event to the last, microseconds since 1970.
    private static func fill(_ options: Options, directory: String) async throws -> ClosedRange<Int64> {
        Console.progress("  writing \(options.eventCount) events")
        let database = try await RawDatabase(directory: directory, isDurable: false)
        // A year, whatever the number.
        let year: Int64 = 365 * 86_400 * 1_000_000
        let start = WallTime.now - year
        var samples = SampleEvents(seed: 5, start: start, step: year / Int64(options.eventCount))
        var left = options.eventCount
        while left > 0 {
            let count = min(left, 2_000)
            try database.write(samples.next(count)[...], logsEach: false)
            left -= count
        }
        try database.finish()
        return start...start + year
    }

    private mutating func measureAll(span: ClosedRange<Int64>, _ report: inout Report) throws(BenchmarkError) {
        try measure("newest page", below: 5, &report) { _ in "" }
        try measure("plate prefix 1กก*", below: 5, &report) { samples in
            "?plate=\(Int.random(in: 1...9, using: &samples.random))\(samples.letters().percentEncoded)*"
        }
        try measure("plate prefix กก*", below: 5, &report) { "?plate=\($0.letters().percentEncoded)*" }
        try measure("plate part กข1", below: 50, &report) { "?search=\($0.letters().percentEncoded)\($0.digits(1))" }
        try measure("plate part กข", below: 50, &report) { "?search=\($0.letters().percentEncoded)" }
        try measure("plate part 123", below: 50, &report) { "?search=\($0.digits(3))" }
        try measure("plate part 1234", below: 50, &report) { "?search=\($0.digits(4))" }
        try measure("one device", below: 5, &report) {
            "?device=\(SampleEvents.device(Int.random(in: 0..<1_000, using: &$0.random)))"
        }
        let middle = Instant(microseconds: span.lowerBound + (span.upperBound - span.lowerBound) / 3)
        let first = try connection.get("/api/lpr/events?limit=1&to=\(middle.rfc3339)", key: key, acceptsGzip: false)
        guard let page = (try? JSONParser.parse(first.body))?.objectValue, let cursor = page["next"]?.stringValue else {
            throw BenchmarkError("no cursor came back: \(String(decoding: first.body.prefix(300), as: UTF8.self))")
        }
        try measure("page in the middle by cursor", below: 5, &report) { _ in "?cursor=\(cursor)" }
    }

    private mutating func measure(
        _ name: String, below target: Double, _ report: inout Report, _ query: (inout SampleEvents) -> String
    ) throws(BenchmarkError) {
        let clock = ContinuousClock()
        var times: [Double] = []
        for number in 0..<Self.warmUp + Self.count {
            let path = "/api/lpr/events" + query(&samples)
            let start = clock.now
            let answer = try connection.get(path, key: key)
            let time = (clock.now - start).milliseconds
            guard answer.status == 200 else { throw BenchmarkError("\(path) was answered with \(answer.status)") }
            if number >= Self.warmUp { times.append(time) }
        }
        report.absolute("\(name), p99 of \(Self.count)", times.percentile(99), "ms", .below(target))
        report.note("  its median", times.median, "ms")
    }
}

extension String {
    /// For a query: every byte escaped.
    fileprivate var percentEncoded: String {
        utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
