/// What a client has open. Handles of other connections do not exist here, so none can be guessed.
struct SFTPHandles {
    /// More are refused; well-behaved clients have a few.
    static let limit = 256

    enum Item {
        case upload(SFTPUpload)
        case file(RootDescriptor)
        case taken(TakenFile, FileStatus)
        case directory(DirectoryListing, RootDescriptor)
    }

    private var items: [UInt32: Item] = [:]
    private var next: UInt32 = 1

    /// - Throws: when too much is open.
    mutating func add(_ item: Item) throws(RootError) -> UInt32 {
        guard items.count < Self.limit else { throw RootError(.failure, "too many files are open; close some") }
        defer { next &+= 1 }
        while items[next] != nil { next &+= 1 }
        items[next] = item
        return next
    }

    subscript(bytes: UnsafeRawBufferPointer) -> Item? { Self.number(bytes).flatMap { items[$0] } }

    mutating func remove(_ bytes: UnsafeRawBufferPointer) -> Item? {
        Self.number(bytes).flatMap { items.removeValue(forKey: $0) }
    }

    mutating func removeAll() -> [Item] {
        defer { items = [:] }
        return Array(items.values)
    }

    var uploads: [SFTPUpload] {
        items.values.compactMap { if case .upload(let upload) = $0 { upload } else { nil } }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer) -> UInt32? {
        bytes.count == 4 ? UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)) : nil
    }
}

/// A file that is being written.
final class SFTPUpload {
    /// Changes when the client renames it.
    var path: RootPath
    let file: RootDescriptor
    let ticket: OpenUploads.Ticket
    let isAppending: Bool
    let isReadable: Bool
    let startedAt: ContinuousClock.Instant
    /// Whether it is another file than before it was opened.
    var isChanged: Bool
    /// Bytes written since the disk was last asked to begin.
    var unsynced: Int64 = 0

    init(
        path: RootPath, file: RootDescriptor, ticket: OpenUploads.Ticket, isAppending: Bool, isReadable: Bool,
        isChanged: Bool, startedAt: ContinuousClock.Instant
    ) {
        self.path = path
        self.file = file
        self.ticket = ticket
        self.isAppending = isAppending
        self.isReadable = isReadable
        self.isChanged = isChanged
        self.startedAt = startedAt
    }
}
