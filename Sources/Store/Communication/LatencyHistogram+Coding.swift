/// The form in `communication_statistics.latency_histogram`:
///
///     ┌─────────┬──────────────────────────────────────────────┬ …
///     │ version │ cells skipped since the last one │ its count │
///     │ 1 byte  │ varint                           │ varint    │
///     └─────────┴──────────────────────────────────────────────┴ …
///
/// Varints are LEB128, at most ten bytes. Empty cells are not written, so that a bucket takes some tens of bytes.
extension LatencyHistogram {
    private static let version: UInt8 = 1

    var encoded: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        var expected = 0
        for (cell, count) in counts.enumerated() where count > 0 {
            Self.append(UInt64(cell - expected), to: &bytes)
            Self.append(count, to: &bytes)
            expected = cell + 1
        }
        return bytes
    }

    /// - Returns: nil when the bytes are not such a form, whole and with nothing behind it.
    init?(encoded bytes: [UInt8]) {
        guard bytes.first == Self.version else { return nil }
        self.init()
        var rest = bytes.dropFirst()
        var expected: UInt64 = 0
        while !rest.isEmpty {
            guard let skipped = Self.takeVarint(&rest), let count = Self.takeVarint(&rest),
                // The first comparison keeps the sum from overflowing.
                skipped < UInt64(Self.cellCount), expected + skipped < UInt64(Self.cellCount), count > 0
            else { return nil }
            setCount(count, ofCell: Int(expected + skipped))
            expected += skipped + 1
        }
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    private static func takeVarint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            let bits = UInt64(byte & 0x7F)
            // The tenth byte has room for one bit.
            guard shift < 63 || (shift == 63 && bits <= 1) else { return nil }
            value |= bits << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}
