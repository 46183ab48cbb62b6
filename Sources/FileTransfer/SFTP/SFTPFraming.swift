/// Cuts the bytes of a channel into packets.
///
///     length (4, big endian)   type (1)   body (length − 1)
struct SFTPFraming {
    /// Bytes of the longest packet; as OpenSSH's server has it.
    static let packetLimit = 256 * 1_024

    /// The packet that is not whole yet, from its length on.
    private var partial: [UInt8] = []

    init() {}

    /// Hands every whole packet to `body`, without its length, until `body` says stop.
    ///
    /// - Returns: how many bytes were taken; all, unless it was stopped.
    mutating func add(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(SFTPFault) -> Bool
    ) throws(SFTPFault) -> Int {
        var position = 0
        while position < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            // A packet that lies in one piece is not copied.
            if partial.isEmpty, let length = try Self.length(rest), rest.count >= 4 + length {
                position += 4 + length
                guard try body(UnsafeRawBufferPointer(rebasing: rest[4..<4 + length])) else { return position }
                continue
            }
            let missing: Int
            if let length = try Self.length(partial) {
                missing = 4 + length - partial.count
            } else {
                missing = 4 - partial.count
            }
            let count = min(missing, rest.count)
            partial += rest.prefix(count)
            position += count
            guard count == missing, partial.count > 4 else { continue }
            let isGoingOn = partial.withUnsafeBytes { packet in
                Result { () throws(SFTPFault) in try body(UnsafeRawBufferPointer(rebasing: packet.dropFirst(4))) }
            }
            partial.removeAll(keepingCapacity: true)
            guard try isGoingOn.get() else { return position }
        }
        return position
    }

    /// Nil when not even the length is there.
    private static func length(_ bytes: some Collection<UInt8>) throws(SFTPFault) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard length >= 5 else { throw .truncated }
        guard length <= packetLimit else { throw .tooLong(length) }
        return Int(length)
    }
}
