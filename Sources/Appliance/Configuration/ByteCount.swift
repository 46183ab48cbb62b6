/// A number of bytes, written as `"8MiB"`, `"20GB"` or a plain number.
struct ByteCount: Sendable, Hashable, Comparable {
    /// Never negative.
    var bytes: Int

    init(_ bytes: Int) { self.bytes = bytes }

    static func kibibytes(_ count: Int) -> ByteCount { ByteCount(count << 10) }
    static func mebibytes(_ count: Int) -> ByteCount { ByteCount(count << 20) }
    static func gibibytes(_ count: Int) -> ByteCount { ByteCount(count << 30) }

    static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// Multiples of 1,024 and of 1,000; the larger and binary ones come first, as the text is chosen in this order.
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20),
        ("MB", 1_000_000), ("KiB", 1 << 10), ("KB", 1_000), ("B", 1),
    ]

    /// Parses a whole number with an optional unit; upper and lower case are the same, one space may stand between.
    ///
    /// - Returns: `nil` when there is no such unit, a sign, a fraction, or more bytes than an `Int` holds.
    init?(_ text: some StringProtocol) {
        guard let (number, unit) = QuantityText.split(text) else { return nil }
        let factor: Int
        if unit.isEmpty {
            factor = 1
        } else {
            guard let known = Self.units.first(where: { $0.name.lowercased() == unit.lowercased() }) else { return nil }
            factor = known.bytes
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        self.bytes = bytes
    }
}

extension ByteCount: CustomStringConvertible {
    /// The shortest exact text: `"8MiB"`, `"20GB"`, `"1025B"`.
    var description: String {
        guard bytes > 0, let unit = Self.units.first(where: { bytes.isMultiple(of: $0.bytes) }) else { return "0B" }
        return "\(bytes / unit.bytes)\(unit.name)"
    }
}
