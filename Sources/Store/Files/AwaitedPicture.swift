import Domain
import GRDB

/// An event that has announced a picture which has not come yet: a row of `awaited_pictures`.
///
/// A row whose event is gone, or has a picture by another way, is skipped and removed when its picture comes, else by
/// upkeep.
struct AwaitedPicture {
    let eventID: String
    let path: AnnouncedPath
    let createdAt: Instant

    /// Those of a device that a file of this name could be meant by, oldest first.
    static func named(
        _ name: String, deviceID: String, since earliest: Instant, _ database: Database
    ) throws -> [AwaitedPicture] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT event_id, path, created_at FROM awaited_pictures
                    WHERE device_id = ? AND name = ? AND created_at >= ?
                    ORDER BY created_at, event_id LIMIT \(FileJoining.candidateLimit)
                    """),
            arguments: [deviceID, name, earliest.microseconds]
        ).map { row in
            AwaitedPicture(
                eventID: row[0], path: AnnouncedPath(row[1]), createdAt: Instant(microseconds: row[2]))
        }
    }

    static func insert(_ event: LPREvent, _ database: Database) throws {
        guard let path = event.announcedImagePath else { return }
        try insert(
            eventID: event.eventID, deviceID: event.edgeDeviceID, path: path, createdAt: event.createdAt, database)
    }

    static func insert(
        eventID: String, deviceID: String, path: String, createdAt: Instant, _ database: Database
    ) throws {
        let name = AnnouncedPath(path).name
        guard !name.isEmpty else { return }
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO awaited_pictures (device_id, name, event_id, path, created_at)
                VALUES (?,?,?,?,?)
                """
        ).execute(arguments: [deviceID, name, eventID, path, createdAt.microseconds])
    }

    static func delete(deviceID: String, name: String, eventID: String, _ database: Database) throws {
        try database.cachedStatement(
            sql: "DELETE FROM awaited_pictures WHERE device_id = ? AND name = ? AND event_id = ?"
        ).execute(arguments: [deviceID, name, eventID])
    }
}
