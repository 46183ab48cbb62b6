import Store

extension DeliveryMark {
    var record: DeliveryRecord {
        DeliveryRecord(place: place, broker: broker, packetID: packetID, digest: digest, eventIDs: eventIDs)
    }

    init(_ record: DeliveryRecord) {
        self.init(
            place: record.place, broker: record.broker, packetID: record.packetID, digest: record.digest,
            eventIDs: record.eventIDs)
    }
}

extension Intake {
    /// Reads the marks of earlier deliveries, one after the other; for the start.
    /// - Throws: `StoreError`.
    public func readDeliveryMarks(_ take: @escaping @Sendable (DeliveryMark) -> Void) async throws {
        try await store.read { database in
            try DeliveryRecord.forEach(database) { take(DeliveryMark($0)) }
        }
    }

    /// Forgets the marks of a broker: its session is gone, and its numbers begin anew.
    /// - Throws: `StoreError`.
    public func forgetDeliveryMarks(broker: String) async throws {
        try await store.write { try $0.forgetDeliveries(broker: broker) }
    }
}
