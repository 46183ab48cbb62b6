/// One request, read out of its packet. Paths and data point into the packet.
enum SFTPRequest {
    typealias Bytes = UnsafeRawBufferPointer

    case initialize(version: UInt32)
    case open(path: Bytes, SFTPOpenFlags, SFTPAttributes)
    case close(handle: Bytes)
    case read(handle: Bytes, offset: UInt64, length: UInt32)
    case write(handle: Bytes, offset: UInt64, data: Bytes)
    case status(path: Bytes)
    case handleStatus(handle: Bytes)
    case setStatus(path: Bytes, SFTPAttributes)
    case setHandleStatus(handle: Bytes, SFTPAttributes)
    case openDirectory(path: Bytes)
    case readDirectory(handle: Bytes)
    case remove(path: Bytes)
    case makeDirectory(path: Bytes)
    case removeDirectory(path: Bytes)
    case realPath(path: Bytes)
    case rename(old: Bytes, new: Bytes, isReplacing: Bool)
    case link
    case sync(handle: Bytes)
    case fileSystemStatus
    case limits
    case unknown

    /// - Parameter packet: type and body, without the length.
    /// - Returns: the request and the number its answer carries; 0 for `initialize`, which has none.
    /// - Throws: when the packet ends too early.
    static func read(_ packet: Bytes) throws(SFTPFault) -> (id: UInt32, request: SFTPRequest) {
        typealias Number = SFTPNumber.Request
        var reader = SFTPReader(packet)
        let type = try reader.byte()
        let id = try reader.uint32()
        if type == Number.initialize { return (0, .initialize(version: id)) }
        let request: SFTPRequest =
            switch type {
            case Number.open:
                .open(
                    path: try reader.string(), SFTPOpenFlags(rawValue: try reader.uint32()),
                    try SFTPAttributes(&reader))
            case Number.close: .close(handle: try reader.string())
            case Number.read:
                .read(handle: try reader.string(), offset: try reader.uint64(), length: try reader.uint32())
            case Number.write:
                .write(handle: try reader.string(), offset: try reader.uint64(), data: try reader.string())
            case Number.status, Number.linkStatus: .status(path: try reader.string())
            case Number.handleStatus: .handleStatus(handle: try reader.string())
            case Number.setStatus: .setStatus(path: try reader.string(), try SFTPAttributes(&reader))
            case Number.setHandleStatus: .setHandleStatus(handle: try reader.string(), try SFTPAttributes(&reader))
            case Number.openDirectory: .openDirectory(path: try reader.string())
            case Number.readDirectory: .readDirectory(handle: try reader.string())
            case Number.remove: .remove(path: try reader.string())
            case Number.makeDirectory: .makeDirectory(path: try reader.string())
            case Number.removeDirectory: .removeDirectory(path: try reader.string())
            case Number.realPath: .realPath(path: try reader.string())
            case Number.rename: .rename(old: try reader.string(), new: try reader.string(), isReplacing: false)
            case Number.readLink, Number.symbolicLink: .link
            case Number.extended: try extended(&reader)
            default: .unknown
            }
        return (id, request)
    }

    private static func extended(_ reader: inout SFTPReader) throws(SFTPFault) -> SFTPRequest {
        switch SFTPExtension(rawValue: String(decoding: try reader.string(), as: UTF8.self)) {
        case .posixRename: .rename(old: try reader.string(), new: try reader.string(), isReplacing: true)
        case .sync: .sync(handle: try reader.string())
        case .fileSystemStatus, .fileSystemStatusOfHandle: .fileSystemStatus
        case .limits: .limits
        case .setLinkStatus: .setStatus(path: try reader.string(), try SFTPAttributes(&reader))
        case nil: .unknown
        }
    }
}

/// What OpenSSH has added to version 3 (its file PROTOCOL, section 4), as far as it makes sense here.
enum SFTPExtension: String, CaseIterable {
    case posixRename = "posix-rename@openssh.com"
    case fileSystemStatus = "statvfs@openssh.com"
    case fileSystemStatusOfHandle = "fstatvfs@openssh.com"
    case sync = "fsync@openssh.com"
    case setLinkStatus = "lsetstat@openssh.com"
    case limits = "limits@openssh.com"

    var version: String {
        switch self {
        case .fileSystemStatus, .fileSystemStatusOfHandle: "2"
        default: "1"
        }
    }
}
