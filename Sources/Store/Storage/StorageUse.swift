public import Domain
public import GRDB

/// How much of what each device has sent takes, in the table `storage_use`: small, so that a look costs nothing.
///
/// It is changed by what was counted in memory, every half minute, and mended by the nightly walk over the rows that
/// name pictures; a crash in between leaves it a little off until then.
public struct StorageUse: Sendable {
    public struct Key: Sendable, Hashable {
        public let deviceID: String
        public let storageClass: StorageClass

        public init(deviceID: String, storageClass: StorageClass) {
            self.deviceID = deviceID
            self.storageClass = storageClass
        }
    }

    /// Devices that are told apart (invariant 5).
    public static let deviceLimit = 20_000

    public let amounts: [Key: StorageAmount]

    public static func read(_ database: Database) throws -> StorageUse {
        var amounts: [Key: StorageAmount] = [:]
        let rows = try Row.fetchCursor(database, sql: "SELECT device_id, class, files, bytes FROM storage_use")
        while let row = try rows.next() {
            guard let storageClass = StorageClass(rawValue: row[1]) else { continue }
            amounts[Key(deviceID: row[0], storageClass: storageClass)] = StorageAmount(files: row[2], bytes: row[3])
        }
        return StorageUse(amounts: amounts)
    }
}

extension WriteContext {
    /// Adds to the amounts of devices; negative ones are taken away.
    public func add(use: [StorageUse.Key: StorageAmount]) throws {
        for (key, amount) in use {
            try database.cachedStatement(
                sql: """
                    INSERT INTO storage_use (device_id, class, files, bytes) VALUES (?1, ?2, max(0, ?3), max(0, ?4))
                    ON CONFLICT (device_id, class)
                    DO UPDATE SET files = max(0, files + ?3), bytes = max(0, bytes + ?4)
                    """
            ).execute(arguments: [key.deviceID, key.storageClass.rawValue, amount.files, amount.bytes])
        }
    }

    /// Puts what was found on the disk in the place of what was counted.
    public func replace(use: [StorageUse.Key: StorageAmount]) throws {
        try database.execute(sql: "DELETE FROM storage_use")
        try add(use: use)
    }
}

/// A row that names pictures, for the walk that mends the amounts of devices.
public struct PictureNames: Sendable {
    public let rowID: Int64
    public let deviceID: String
    public let isKept: Bool
    public let paths: [String]

    /// Rows looked at in one read.
    public static let pageLimit = 2_000

    /// The pictures named by the rows behind `rowID`, and where the next look begins; nil at the end.
    public static func page(
        after rowID: Int64, _ database: Database
    ) throws -> (names: [PictureNames], next: Int64?) {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT id, edge_device_id, \(KeptEvents.condition), image_path, plate_image_path, thumbnail_path
                    FROM lpr_events WHERE id > ? ORDER BY id LIMIT \(pageLimit)
                    """),
            arguments: [rowID])
        let names = rows.compactMap { row -> PictureNames? in
            let paths = (3...5).compactMap { row[$0] as String? }
            return paths.isEmpty
                ? nil : PictureNames(rowID: row[0], deviceID: row[1], isKept: row[2], paths: paths)
        }
        return (names, rows.count < pageLimit ? nil : rows.last?[0])
    }
}
