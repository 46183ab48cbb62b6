/// What takes room in the data directory, told apart by who makes it and whether it may go.
public enum StorageClass: String, Sendable, CaseIterable, Hashable {
    /// Whole views below `images/`.
    case pictures
    /// Number plates, cut out, below `images/`.
    case platePictures = "plate_pictures"
    /// Small ones for lists, below `images/`.
    case thumbnails
    /// What devices have sent as files and see as theirs.
    case incoming
    case database
    /// The log of the database, from which it is brought up to date.
    case log = "wal"
    case backups
    /// Unfinished files, keys, the reserve, databases that were put aside.
    case other
}

/// Files and the room they take on the disk.
public struct StorageAmount: Sendable, Hashable {
    public var files: Int64
    /// Whole blocks of the file system, bytes.
    public var bytes: Int64

    public init(files: Int64 = 0, bytes: Int64 = 0) {
        self.files = files
        self.bytes = bytes
    }

    public static func += (left: inout StorageAmount, right: StorageAmount) {
        left.files += right.files
        left.bytes += right.bytes
    }

    public static func -= (left: inout StorageAmount, right: StorageAmount) {
        left.files -= right.files
        left.bytes -= right.bytes
    }

    public static func - (left: StorageAmount, right: StorageAmount) -> StorageAmount {
        StorageAmount(files: left.files - right.files, bytes: left.bytes - right.bytes)
    }

    /// Never below nothing: counts that are mended later may be a little off.
    public var clamped: StorageAmount { StorageAmount(files: max(0, files), bytes: max(0, bytes)) }
}
