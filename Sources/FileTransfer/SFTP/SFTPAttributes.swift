/// The attributes of a file as far as a client may set them: size and times. Owner and permissions are read and left.
///
///     flags (4)   1: size (8)   2: uid (4) gid (4)   4: permissions (4)   8: accessed (4) modified (4)
///     0x80000000: count (4), then that many pairs of strings
struct SFTPAttributes: Equatable {
    private static let size: UInt32 = 1
    private static let owner: UInt32 = 2
    private static let permissions: UInt32 = 4
    private static let times: UInt32 = 8
    private static let extended: UInt32 = 0x8000_0000

    /// Bytes.
    var size: UInt64?
    /// Seconds since 1970.
    var times: (accessed: UInt32, modified: UInt32)?

    init() {}

    init(_ reader: inout SFTPReader) throws(SFTPFault) {
        let flags = try reader.uint32()
        if flags & Self.size != 0 { size = try reader.uint64() }
        if flags & Self.owner != 0 { _ = (try reader.uint32(), try reader.uint32()) }
        if flags & Self.permissions != 0 { _ = try reader.uint32() }
        if flags & Self.times != 0 { times = (try reader.uint32(), try reader.uint32()) }
        if flags & Self.extended != 0 {
            // Each pair takes eight bytes at least, so the packet bounds the loop.
            for _ in 0..<(try reader.uint32()) { _ = (try reader.string(), try reader.string()) }
        }
    }

    static func == (left: SFTPAttributes, right: SFTPAttributes) -> Bool {
        left.size == right.size && left.times?.accessed == right.times?.accessed
            && left.times?.modified == right.times?.modified
    }
}

extension SSHWriter {
    /// Who owns a file and who else may read it is the box's own affair: clients see themselves as owners.
    mutating func attributes(_ status: FileStatus) {
        uint32(1 | 2 | 4 | 8)
        uint64(UInt64(max(0, status.size)))
        uint32(0)
        uint32(0)
        uint32(status.kind == .directory ? 0o40755 : 0o100644)
        uint32(UInt32(clamping: status.accessedSeconds))
        uint32(UInt32(clamping: status.modifiedSeconds))
    }
}
