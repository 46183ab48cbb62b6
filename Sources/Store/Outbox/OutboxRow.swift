public import Domain
public import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A row of `mqtt_outbox`: a command or an answer that waits for the broker, or was sent not long ago.
public struct OutboxRow: Sendable, Hashable {
    public let id: Int64
    public let messageType: String
    public let topic: String
    public let payload: [UInt8]
    /// Whom it is for.
    public let deviceID: String?
    public let commandID: String?
    public let createdAt: Instant
    /// When the broker acknowledged it; nil while it waits.
    public let sentAt: Instant?

    /// Those that wait behind a row, in the order of sending.
    public static func waiting(after id: Int64, limit: Int, _ database: Database) throws -> [OutboxRow] {
        let statement = try database.cachedStatement(
            sql: "SELECT \(columns) FROM mqtt_outbox WHERE sent_at IS NULL AND id > ? ORDER BY id LIMIT ?")
        return try Row.fetchAll(statement, arguments: [id, max(limit, 0)]).map(OutboxRow.init(row:))
    }

    /// How many wait.
    public static func waitingCount(_ database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM mqtt_outbox WHERE sent_at IS NULL") ?? 0
    }

    public static func fetch(commandID: String, _ database: Database) throws -> OutboxRow? {
        try Row.fetchOne(
            database, sql: "SELECT \(columns) FROM mqtt_outbox WHERE command_id = ?", arguments: [commandID]
        ).map(OutboxRow.init(row:))
    }

    /// The columns that `init(row:)` reads, in its order.
    private static let columns = "id, message_type, topic, payload, device_id, command_id, created_at, sent_at"

    private init(row: Row) {
        id = row[0]
        messageType = row[1]
        topic = row[2]
        payload = Array(row[3] as Data)
        deviceID = row[4]
        commandID = row[5]
        createdAt = Instant(microseconds: row[6])
        sentAt = (row[7] as Int64?).map(Instant.init(microseconds:))
    }
}

extension WriteContext {
    /// Adds a message to the queue.
    /// - Returns: its id, which is never used twice.
    /// - Throws: `StoreError` `constraint` when the command id is there already.
    public func enqueue(
        topic: String, payload: [UInt8], messageType: String, deviceID: String?, commandID: String?
    ) throws -> Int64 {
        try database.execute(
            sql: """
                INSERT INTO mqtt_outbox (message_type, topic, payload, device_id, command_id, created_at)
                VALUES (?,?,?,?,?,?)
                """,
            arguments: [messageType, topic, Data(payload), deviceID, commandID, now.microseconds])
        return database.lastInsertedRowID
    }

    /// Adds an answer to the queue in a transaction that does other things too; `Commit.queuedAnswers` counts it.
    /// - Parameter limit: how many may wait; above it nothing is added.
    /// - Returns: whether it was added.
    @discardableResult
    public func enqueueAnswer(
        topic: String, payload: [UInt8], messageType: String, deviceID: String?, limit: Int
    ) throws -> Bool {
        guard try OutboxRow.waitingCount(database) < limit else { return false }
        _ = try enqueue(topic: topic, payload: payload, messageType: messageType, deviceID: deviceID, commandID: nil)
        noteQueuedAnswer()
        return true
    }

    /// Notes that the broker has a message of the queue.
    /// - Returns: false when it is not there, or was noted before.
    @discardableResult
    public func markSent(outboxID: Int64) throws -> Bool {
        try database.cachedStatement(sql: "UPDATE mqtt_outbox SET sent_at = ? WHERE id = ? AND sent_at IS NULL")
            .execute(arguments: [now.microseconds, outboxID])
        return database.changesCount == 1
    }
}
