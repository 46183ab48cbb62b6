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
    /// The marks of earlier deliveries, by their places; for the start.
    /// - Parameters:
    ///   - place: those behind it.
    ///   - limit: the most that are returned: all together may be many.
    /// - Throws: `StoreError`.
    public func deliveryMarks(after place: Int = -1, limit: Int = 4_096) async throws -> [DeliveryMark] {
        try await store.read { try DeliveryRecord.fetch(after: place, limit: limit, $0) }.map(DeliveryMark.init)
    }

    /// Forgets the marks of a broker: its session is gone, and its numbers begin anew.
    /// - Throws: `StoreError`.
    public func forgetDeliveryMarks(broker: String) async throws {
        try await store.write { try $0.forgetDeliveries(broker: broker) }
    }
}
