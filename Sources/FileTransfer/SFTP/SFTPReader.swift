/// A cursor over one packet. Every read is checked against its end.
struct SFTPReader {
    private var rest: UnsafeRawBufferPointer

    init(_ packet: UnsafeRawBufferPointer) {
        rest = packet
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(SFTPFault) -> UInt8 {
        guard let byte = rest.first else { throw .truncated }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
        return byte
    }

    mutating func uint32() throws(SFTPFault) -> UInt32 {
        guard rest.count >= 4 else { throw .truncated }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(4)) }
        return UInt32(bigEndian: rest.loadUnaligned(as: UInt32.self))
    }

    mutating func uint64() throws(SFTPFault) -> UInt64 {
        guard rest.count >= 8 else { throw .truncated }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(8)) }
        return UInt64(bigEndian: rest.loadUnaligned(as: UInt64.self))
    }

    /// A length and as many bytes, which live as long as the packet does.
    mutating func string() throws(SFTPFault) -> UnsafeRawBufferPointer {
        let length = try uint32()
        guard length <= rest.count else { throw .truncated }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(length))) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(Int(length)))
    }
}

/// A packet that is none. The connection ends, because nobody knows where the next one begins.
enum SFTPFault: Error, Equatable {
    case truncated
    case tooLong(UInt32)
    case notInitialized
    case initializedTwice
}
