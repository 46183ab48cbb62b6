/// How often which latency occurred, in a fixed number of cells.
///
/// Log-linear: every power of two of microseconds is cut into eight equal cells, below 8 µs there is one for each
/// microsecond. A cell is at most an eighth as wide as its lower end, and its middle stands for it: the error is at
/// most 1/16 of the value, up to 100 s. Longer ones count as 100 s.
struct LatencyHistogram: Sendable, Hashable {
    private static let cellsPerOctave = 8
    /// The longest latency that is told apart, µs.
    static let ceiling: Int64 = 100_000_000
    static let cellCount = cell(of: ceiling) + 1

    private(set) var counts: [UInt64]

    init() {
        counts = [UInt64](repeating: 0, count: Self.cellCount)
    }

    var total: UInt64 { counts.reduce(0) { $0.addingSaturating($1) } }

    mutating func record(microseconds: Int64) {
        let cell = Self.cell(of: microseconds)
        counts[cell] = counts[cell].addingSaturating(1)
    }

    mutating func add(_ other: LatencyHistogram) {
        for cell in counts.indices { counts[cell] = counts[cell].addingSaturating(other.counts[cell]) }
    }

    mutating func setCount(_ count: UInt64, ofCell cell: Int) {
        counts[cell] = count
    }

    /// Empties the cells and keeps their memory.
    mutating func reset() {
        for cell in counts.indices { counts[cell] = 0 }
    }

    /// The latency that the share `fraction` of all does not exceed (nearest rank), µs; nil when nothing was counted.
    /// - Parameter fraction: 0…1.
    func percentile(_ fraction: Double) -> Double? {
        let total = total
        guard total > 0 else { return nil }
        // Nearly 2⁶⁴ counts round up to a number that no longer is one of 64 bits.
        let rank = max(1, UInt64(exactly: (fraction * Double(total)).rounded(.up)) ?? total)
        var seen: UInt64 = 0
        for (cell, count) in counts.enumerated() {
            seen = seen.addingSaturating(count)
            if seen >= rank { return Self.middle(of: cell) }
        }
        return Self.middle(of: counts.count - 1)
    }

    static func cell(of microseconds: Int64) -> Int {
        let value = Int(min(max(microseconds, 0), ceiling))
        guard value >= cellsPerOctave else { return value }
        let octave = Int.bitWidth - 1 - value.leadingZeroBitCount
        // The three bits below the highest one.
        return (octave - 2) * cellsPerOctave + (value >> (octave - 3)) - cellsPerOctave
    }

    private static func middle(of cell: Int) -> Double {
        guard cell >= cellsPerOctave else { return Double(cell) }
        let shift = cell / cellsPerOctave - 1
        let lower = (cellsPerOctave + cell % cellsPerOctave) << shift
        let width = 1 << shift
        return Double(lower) + Double(width - 1) / 2
    }
}

extension UInt64 {
    func addingSaturating(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
