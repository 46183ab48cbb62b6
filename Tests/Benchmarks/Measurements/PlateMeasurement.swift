import Domain

/// Plates normalised on one core.
enum PlateMeasurement {
    private static let count = 1_000_000
    /// Spellings that cameras and people use beside the plain one.
    private static let odd = ["๑กก ๑๒๓๔", "1กก-1234 กรุงเทพมหานคร", "BKK 1234", "70-0123", "ก\u{200B}ข 99", "1ขค.4567"]

    static func run(_ report: inout Report) throws(BenchmarkError) {
        var samples = SampleEvents(seed: 1, start: 0)
        let plates = (0..<count).map { $0 % 10 == 9 ? odd[$0 / 10 % odd.count] : samples.plate() }
        let clock = ContinuousClock()
        var best = 0.0
        for _ in 0..<3 {
            let start = clock.now
            var length = 0
            var cars = 0
            for text in plates {
                guard let plate = Plate(text: text) else { continue }
                length += plate.key.utf8.count
                if plate.kind == .car { cars += 1 }
            }
            let seconds = (clock.now - start).seconds
            guard length > count, cars > count / 2 else { throw BenchmarkError("plates were not recognised") }
            best = max(best, Double(count) / seconds)
        }
        report.absolute("plates normalised on one core", best, "plates/s", .atLeast(500_000))
    }
}
