public import Domain
public import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A row of `file_transfers`: a file that a device has announced or sent.
public struct FileTransferRecord: Sendable, Hashable {
    public enum Status: String, Sendable, CaseIterable {
        /// The device said that it will send it.
        case announced
        /// It is there; no event has claimed it, or it belongs to none.
        case received
        /// It is a picture, and an event has it.
        case joined
        /// What came was not what was announced, or could not be taken; it may come again.
        case failed
    }

    public let deviceID: String
    /// Below the device's own directory.
    public let path: String
    public let requestID: String?
    /// The event that the file belongs to, when the device said it.
    public let eventID: String?
    /// The MQTT topic on which the device waits for answers.
    public let answerTopic: String?
    /// Bytes.
    public let size: Int64
    /// 32 bytes; nil when the device did not say it.
    public let sha256: [UInt8]?
    /// As it stands in the table.
    public let status: String
    public let announcedAt: Instant?
    public let updatedAt: Instant

    /// The transfer of one file; nil when nobody spoke of it.
    public static func fetch(deviceID: String, path: String, _ database: Database) throws -> FileTransferRecord? {
        try Row.fetchOne(
            database,
            sql: """
                SELECT device_id, path, request_id, size, sha256, status, announced_at, updated_at, event_id, answer_topic
                FROM file_transfers
                WHERE device_id = ? AND path = ?
                """,
            arguments: [deviceID, path]
        ).map { row in
            FileTransferRecord(
                deviceID: row[0], path: row[1], requestID: row[2], eventID: row[8], answerTopic: row[9], size: row[3],
                sha256: (row[4] as Data?).map(Array.init),
                status: row[5], announcedAt: (row[6] as Int64?).map(Instant.init(microseconds:)),
                updatedAt: Instant(microseconds: row[7]))
        }
    }
}

extension WriteContext {
    /// Notes what became of an announced file.
    public func noteTransfer(deviceID: String, path: String, _ status: FileTransferRecord.Status) throws {
        try database.cachedStatement(
            sql: "UPDATE file_transfers SET status = ?, updated_at = ? WHERE device_id = ? AND path = ?"
        ).execute(arguments: [status.rawValue, now.microseconds, deviceID, path])
    }

    /// Notes that a device will send a file; what it said of the same file before is gone.
    /// - Parameters:
    ///   - size: bytes.
    ///   - sha256: 32 bytes, when it is known.
    ///   - eventID: the event that it belongs to, when the device says it.
    ///   - answerTopic: the MQTT topic on which the device waits for answers.
    public func announceFile(
        deviceID: String, path: String, requestID: String?, size: Int64, sha256: [UInt8]?, eventID: String? = nil,
        answerTopic: String? = nil
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO file_transfers (
                    device_id, path, request_id, size, sha256, status, announced_at, updated_at, event_id,
                    answer_topic)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9)
                ON CONFLICT (device_id, path) DO UPDATE SET
                    request_id = excluded.request_id, size = excluded.size, sha256 = excluded.sha256,
                    status = excluded.status, announced_at = excluded.announced_at, updated_at = excluded.updated_at,
                    event_id = excluded.event_id, answer_topic = excluded.answer_topic
                """,
            arguments: [
                deviceID, path, requestID, size, sha256.map { Data($0) }, FileTransferRecord.Status.announced.rawValue,
                now.microseconds, eventID, answerTopic,
            ])
    }
}
