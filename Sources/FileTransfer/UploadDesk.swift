public import Domain

/// A file that arrived whole and lies synced below its device's root.
public struct Upload: Sendable {
    public let device: DeviceID
    /// Below the device's root, without a slash in front.
    public let path: String
    /// Open for reading; nobody writes to it until the desk has answered.
    let file: RootDescriptor
    /// Bytes.
    public let size: Int64
    public let modifiedAt: Instant

    /// Calls `body` with the descriptors of the files, which stay open until it returns.
    public static func withDescriptors<Value>(
        of uploads: [Upload], _ body: ([Int32]) async -> Value
    ) async -> Value {
        let value = await body(uploads.map { $0.file.use { $0 } })
        withExtendedLifetime(uploads) {}
        return value
    }
}

/// What became of an upload; on disk when it is said (invariant 1).
public enum UploadVerdict: Sendable {
    /// The bytes are kept elsewhere: only a placeholder is left of the file.
    case taken
    /// The file stays as it is.
    case stays
    /// The file stays as it is, and the sender hears why it is of no use.
    case refused(reason: String)
    /// The sender should send it again later.
    case notNow(reason: String)
}

/// A stored picture, to be read again under the name under which it came.
public struct TakenFile: Sendable {
    /// Bytes.
    public let size: Int
    /// Reads a range, cut at the end.
    public let read: @Sendable (Range<Int>) async throws -> [UInt8]

    public init(size: Int, read: @escaping @Sendable (Range<Int>) async throws -> [UInt8]) {
        self.size = size
        self.read = read
    }
}

/// Where whole files go, and what is asked of the rest of the box.
public protocol UploadDesk: Sendable {
    /// Takes files of one device in one transaction.
    /// - Returns: a verdict for each, in their order, after the commit.
    func take(_ uploads: [Upload], from peer: UploadPeer) async -> [UploadVerdict]

    /// The picture that was taken from this path; nil when it is gone.
    func takenFile(device: DeviceID, path: String) async throws -> TakenFile?

    /// Whether there is room for pictures.
    var refusesPictures: Bool { get }

    /// Bytes in all and bytes left for pictures; nil when nobody knows.
    var space: (total: Int64, available: Int64)? { get }
}

/// Who sends, and how.
public struct UploadPeer: Sendable {
    public let device: DeviceID
    /// Without a port.
    public let address: String
    /// `sftp` or `rsync`.
    public let `protocol`: SourceProtocol
    /// When the upload began.
    public let startedAt: ContinuousClock.Instant
}
