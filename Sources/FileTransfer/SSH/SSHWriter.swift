/// Writes numbers and strings as SSH has them (RFC 4251, section 5), and packets with their length in front.
struct SSHWriter {
    private(set) var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count }

    /// Begins a packet: its length is filled in by `end`.
    mutating func begin(_ type: UInt8) {
        start = bytes.count
        bytes += [0, 0, 0, 0, type]
    }

    mutating func end() {
        let length = UInt32(bytes.count - start - 4)
        withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(start..<start + 4, with: $0) }
    }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func uint32(_ value: UInt32) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }

    mutating func uint64(_ value: UInt64) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }

    mutating func string(_ text: some Collection<UInt8>) {
        uint32(UInt32(text.count))
        bytes += text
    }

    /// Hands over all that was written.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}
