public import Domain
import GRDB

extension WriteContext {
    /// Adds a device unless its id is there already; what is there stays as it is.
    /// - Returns: whether it was added, which is a change in the feed.
    /// - Throws: `StoreError` `constraint` when a text is longer than its column allows.
    @discardableResult
    public func register(_ device: EdgeDevice) throws -> Bool {
        try database.execute(
            sql: """
                INSERT INTO edge_devices (
                    device_id, name, hostname, ip_address, status, site, checkpoint, last_seen, protocols, health,
                    created_at, updated_at)
                VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (device_id) DO NOTHING
                """,
            arguments: [
                device.deviceID, device.name, device.hostname, device.ipAddress, device.status.rawValue, device.site,
                device.checkpoint, device.lastSeen?.microseconds,
                device.protocols.map(\.rawValue).joined(separator: ","), device.health, device.createdAt.microseconds,
                device.updatedAt.microseconds,
            ])
        guard database.changesCount == 1 else { return false }
        try recordChange(.deviceChanged(deviceID: device.deviceID))
        return true
    }

    /// Writes what an admin may change: name, hostname, site, checkpoint and status. What the device itself tells
    /// (address, protocols, last message, health) is left alone, so that nothing newer is written over.
    /// - Returns: false when no such device is there.
    /// - Throws: `StoreError` `constraint` when a text is longer than its column allows.
    @discardableResult
    public func update(_ device: EdgeDevice) throws -> Bool {
        try database.execute(
            sql: """
                UPDATE edge_devices SET name = ?, hostname = ?, site = ?, checkpoint = ?, status = ?, updated_at = ?
                WHERE device_id = ?
                """,
            arguments: [
                device.name, device.hostname, device.site, device.checkpoint, device.status.rawValue,
                now.microseconds, device.deviceID,
            ])
        guard database.changesCount == 1 else { return false }
        try recordChange(.deviceChanged(deviceID: device.deviceID))
        return true
    }

    /// Keeps a device's last health report. Like its last message it is a state that passes and no change in the
    /// feed: thousands of devices report every few seconds.
    /// - Parameter json: an object as text.
    /// - Returns: false when no such device is there.
    @discardableResult
    public func setHealth(deviceID: String, json: String) throws -> Bool {
        try database.execute(
            sql: "UPDATE edge_devices SET health = ? WHERE device_id = ?", arguments: [json, deviceID])
        return database.changesCount == 1
    }
}
