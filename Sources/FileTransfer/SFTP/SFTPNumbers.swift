/// Numbers of the protocol, version 3 (draft-ietf-secsh-filexfer-02).
enum SFTPNumber {
    enum Request {
        static let initialize: UInt8 = 1
        static let open: UInt8 = 3
        static let close: UInt8 = 4
        static let read: UInt8 = 5
        static let write: UInt8 = 6
        static let linkStatus: UInt8 = 7
        static let handleStatus: UInt8 = 8
        static let setStatus: UInt8 = 9
        static let setHandleStatus: UInt8 = 10
        static let openDirectory: UInt8 = 11
        static let readDirectory: UInt8 = 12
        static let remove: UInt8 = 13
        static let makeDirectory: UInt8 = 14
        static let removeDirectory: UInt8 = 15
        static let realPath: UInt8 = 16
        static let status: UInt8 = 17
        static let rename: UInt8 = 18
        static let readLink: UInt8 = 19
        static let symbolicLink: UInt8 = 20
        static let extended: UInt8 = 200
    }

    enum Answer {
        static let version: UInt8 = 2
        static let status: UInt8 = 101
        static let handle: UInt8 = 102
        static let data: UInt8 = 103
        static let name: UInt8 = 104
        static let attributes: UInt8 = 105
        static let extended: UInt8 = 201
    }

    static let version: UInt32 = 3
}

/// How a request ended.
enum SFTPStatus: UInt32 {
    case ok = 0
    case endOfFile = 1
    case noSuchFile = 2
    case permissionDenied = 3
    case failure = 4
    case badMessage = 5
    case unsupported = 8
}

/// How a file is opened.
struct SFTPOpenFlags: OptionSet {
    let rawValue: UInt32
    static let read = SFTPOpenFlags(rawValue: 1)
    static let write = SFTPOpenFlags(rawValue: 2)
    static let append = SFTPOpenFlags(rawValue: 4)
    static let create = SFTPOpenFlags(rawValue: 8)
    static let truncate = SFTPOpenFlags(rawValue: 16)
    static let exclusive = SFTPOpenFlags(rawValue: 32)
}
