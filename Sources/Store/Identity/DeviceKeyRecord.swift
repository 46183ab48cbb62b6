public import Domain
public import GRDB

/// A row of `device_keys`: an SSH public key by which a device logs in.
public struct DeviceKeyRecord: Sendable, Hashable {
    public var deviceID: String
    /// `SHA256:…`, as OpenSSH shows it.
    public var fingerprint: String
    /// `ssh-ed25519`, …
    public var type: String
    /// The key in the wire format of RFC 4253.
    public var blob: [UInt8]
    public var comment: String
    public var createdBy: String
    public var createdAt: Instant
    public var lastUsedAt: Instant?

    public init(
        deviceID: String, fingerprint: String, type: String, blob: [UInt8], comment: String, createdBy: String,
        createdAt: Instant, lastUsedAt: Instant? = nil
    ) {
        self.deviceID = deviceID
        self.fingerprint = fingerprint
        self.type = type
        self.blob = blob
        self.comment = comment
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }

    private init(row: Row) {
        deviceID = row["device_id"]
        fingerprint = row["fingerprint"]
        type = row["type"]
        blob = [UInt8](databaseBytes: row["blob"])
        comment = row["comment"]
        createdBy = row["created_by"]
        createdAt = Instant(microseconds: row["created_at"])
        lastUsedAt = (row["last_used_at"] as Int64?).map(Instant.init(microseconds:))
    }

    /// All keys of a device, oldest first.
    public static func all(of deviceID: String, _ database: Database) throws -> [DeviceKeyRecord] {
        try Row.fetchAll(
            database, sql: "SELECT * FROM device_keys WHERE device_id = ? ORDER BY created_at, fingerprint",
            arguments: [deviceID]
        ).map(DeviceKeyRecord.init(row:))
    }

    /// The key of a device that is this one; nil when it has none such.
    public static func fetch(
        deviceID: String, blob: [UInt8], _ database: Database
    ) throws -> DeviceKeyRecord? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM device_keys WHERE device_id = ? AND blob = ?",
            arguments: [deviceID, blob.databaseBytes]
        ).map(DeviceKeyRecord.init(row:))
    }
}

extension WriteContext {
    /// - Throws: when the device has the key already, or there is no such device.
    public func insert(_ key: DeviceKeyRecord) throws {
        try database.execute(
            sql: """
                INSERT INTO device_keys (device_id, fingerprint, type, blob, comment, created_by, created_at)
                VALUES (?,?,?,?,?,?,?)
                """,
            arguments: [
                key.deviceID, key.fingerprint, key.type, key.blob.databaseBytes, key.comment, key.createdBy,
                key.createdAt.microseconds,
            ])
    }

    /// - Returns: false when the device has no such key.
    public func deleteDeviceKey(deviceID: String, fingerprint: String) throws -> Bool {
        try database.execute(
            sql: "DELETE FROM device_keys WHERE device_id = ? AND fingerprint = ?", arguments: [deviceID, fingerprint])
        return database.changesCount == 1
    }

    /// Notes when keys of devices were last used.
    public func noteDeviceKeyUse(_ uses: [(deviceID: String, fingerprint: String, at: Instant)]) throws {
        for use in uses {
            try database.execute(
                sql: """
                    UPDATE device_keys SET last_used_at = max(coalesce(last_used_at, 0), ?)
                    WHERE device_id = ? AND fingerprint = ?
                    """,
                arguments: [use.at.microseconds, use.deviceID, use.fingerprint])
        }
    }
}
