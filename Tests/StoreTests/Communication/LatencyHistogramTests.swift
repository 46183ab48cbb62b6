import TestSupport
import Testing

@testable import Store

@Suite struct LatencyHistogramTests {
    /// The value below which lie `fraction` of all, by nearest rank.
    private static func exactPercentile(_ fraction: Double, of sorted: [Int64]) -> Double {
        let rank = max(1, Int((fraction * Double(sorted.count)).rounded(.up)))
        return Double(sorted[rank - 1])
    }

    @Test func cellsAreInOrderAndNarrow() {
        let edges = (13..<27).flatMap { [(1 << $0) - 1, 1 << $0, (1 << $0) + 1] as [Int64] }
        var last = -1
        for value in Array(0...8_000) + edges {
            let cell = LatencyHistogram.cell(of: value)
            #expect(cell == last || cell == last + 1 || value > 8_000 && cell > last, "\(value) is in cell \(cell)")
            last = cell
        }
        #expect(last < LatencyHistogram.cellCount)
        #expect(LatencyHistogram.cellCount < 256)
    }

    @Test(arguments: [Int64.min, -1, 0])
    func nothingIsShorterThanZero(_ value: Int64) {
        #expect(LatencyHistogram.cell(of: value) == 0)
    }

    @Test(arguments: [LatencyHistogram.ceiling, LatencyHistogram.ceiling + 1, Int64.max])
    func theLongestCountAsTheCeiling(_ value: Int64) {
        #expect(LatencyHistogram.cell(of: value) == LatencyHistogram.cellCount - 1)
    }

    @Test func anEmptyHistogramHasNoPercentile() {
        #expect(LatencyHistogram().percentile(0.5) == nil)
        #expect(LatencyHistogram().total == 0)
    }

    @Test(arguments: 1...40)
    func percentilesAreWithinASixteenthOfTheExactOnes(_ seed: UInt64) throws {
        var random = SeededGenerator(seed)
        // Spread evenly over the decades, as latencies are.
        let values = (0..<Int.random(in: 1...3_000, using: &random)).map { _ in
            Int64.random(in: 1...100_000_000, using: &random) >> Int64.random(in: 0...26, using: &random)
        }
        var histogram = LatencyHistogram()
        for value in values { histogram.record(microseconds: value) }
        #expect(histogram.total == UInt64(values.count))
        for fraction in [0, 0.01, 0.5, 0.9, 0.95, 0.99, 1] {
            let exact = Self.exactPercentile(fraction, of: values.sorted())
            let measured = try #require(histogram.percentile(fraction))
            #expect(abs(measured - exact) <= exact / 16, "p\(fraction): \(measured) instead of \(exact)")
        }
    }

    @Test(arguments: 1...20)
    func whatIsAddedCountsAsIfRecordedTogether(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        var (left, right, both) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
        for _ in 0..<500 {
            let value = Int64.random(in: 0...200_000_000, using: &random)
            if Bool.random(using: &random) {
                left.record(microseconds: value)
            } else {
                right.record(microseconds: value)
            }
            both.record(microseconds: value)
        }
        left.add(right)
        #expect(left == both)
        #expect(LatencyHistogram(encoded: left.encoded) == both)
    }

    @Test func countsSaturate() {
        var histogram = LatencyHistogram()
        histogram.setCount(.max, ofCell: 3)
        histogram.setCount(.max, ofCell: 9)
        #expect(LatencyHistogram(encoded: histogram.encoded) == histogram)
        histogram.add(histogram)
        histogram.record(microseconds: 3)
        #expect(histogram.total == .max)
        #expect(histogram.percentile(1) != nil)
    }

    @Test func aFewCellsTakeFewBytes() {
        var histogram = LatencyHistogram()
        #expect(histogram.encoded == [1])
        for value in 900...1_100 { histogram.record(microseconds: Int64(value)) }
        #expect(histogram.encoded.count <= 12)
    }

    static let broken: [[UInt8]] = [
        [], [0], [2], [2, 0, 1], [255],
        // A cell without its count, and counts of nothing.
        [1, 0], [1, 0, 0], [1, 5, 1, 3, 0],
        // Cells behind the last one, at once and step by step.
        [1, UInt8(LatencyHistogram.cellCount & 0x7F) | 0x80, UInt8(LatencyHistogram.cellCount >> 7), 1],
        [1, 0x7F, 1, 0x7F, 1, 0x7F, 1],
        [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 1],
        // Varints that do not end or do not fit.
        [1, 0x80], [1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
        [1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    ]

    @Test(arguments: broken)
    func brokenBytesAreRefused(_ bytes: [UInt8]) {
        #expect(LatencyHistogram(encoded: bytes) == nil)
    }

    @Test(arguments: 1...8)
    func anyBytesAreEitherRefusedOrMeanSomething(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        var accepted = 0
        for _ in 0..<5_000 {
            var bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if !bytes.isEmpty, Int.random(in: 0...9, using: &random) > 0 { bytes[0] = 1 }
            if Bool.random(using: &random) { bytes = bytes.map { $0 & 0x8F } }
            guard let histogram = LatencyHistogram(encoded: bytes) else { continue }
            accepted += 1
            #expect(LatencyHistogram(encoded: histogram.encoded) == histogram)
            _ = histogram.percentile(0.99)
        }
        #expect(accepted > 0)
    }
}
