public import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A row of `mqtt_deliveries`: a delivery of a broker that was dealt with, and the ids that its events got.
public struct DeliveryRecord: Sendable, Hashable {
    /// The key: a delivery that takes the place of another one writes over it.
    public let place: Int
    public let broker: String
    /// The packet identifier.
    public let packetID: Int
    /// Of topic and payload.
    public let digest: [UInt8]
    /// In the order of the message. No id has a space in it.
    public let eventIDs: [String]

    public init(place: Int, broker: String, packetID: Int, digest: [UInt8], eventIDs: [String]) {
        self.place = place
        self.broker = broker
        self.packetID = packetID
        self.digest = digest
        self.eventIDs = eventIDs
    }

    /// Those behind a place, in their order.
    public static func fetch(after place: Int, limit: Int, _ database: Database) throws -> [DeliveryRecord] {
        try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT place, broker, packet_id, digest, event_ids FROM mqtt_deliveries
                    WHERE place > ? ORDER BY place LIMIT ?
                    """),
            arguments: [place, limit]
        ).map { row in
            DeliveryRecord(
                place: row[0], broker: row[1], packetID: row[2], digest: Array(row[3] as Data),
                eventIDs: (row[4] as String).split(separator: " ").map(String.init))
        }
    }
}

extension WriteContext {
    /// Remembers a delivery in the transaction that stores what it brought.
    public func keep(_ delivery: DeliveryRecord) throws {
        try statements.insertDelivery.run { row in
            row.bind(Int64(delivery.place))
            row.bind(delivery.broker)
            row.bind(Int64(delivery.packetID))
            row.bind(delivery.digest)
            row.bind(delivery.eventIDs.joined(separator: " "))
            row.bind(now)
        }
    }

    /// Forgets the deliveries of a broker whose session has ended.
    public func forgetDeliveries(broker: String) throws {
        try database.execute(sql: "DELETE FROM mqtt_deliveries WHERE broker = ?", arguments: [broker])
    }
}
