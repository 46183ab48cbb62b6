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

    /// Reads all that are kept, one after the other, by their places: together they may be many.
    public static func forEach(_ database: Database, _ take: (DeliveryRecord) -> Void) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT place, broker, packet_id, digest, event_ids FROM mqtt_deliveries ORDER BY place")
        while let row = try rows.next() {
            take(
                DeliveryRecord(
                    place: row[0], broker: row[1], packetID: row[2], digest: Array(row[3] as Data),
                    eventIDs: ids(row[4])))
        }
    }

    private static func ids(_ text: String) -> [String] {
        // Nearly always one.
        guard text.utf8.contains(UInt8(ascii: " ")) || text.isEmpty else { return [text] }
        return text.split(separator: " ").map(String.init)
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
