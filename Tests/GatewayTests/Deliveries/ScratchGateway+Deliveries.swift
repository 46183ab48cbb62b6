import Dialects
import Domain
import GRDB
import Gateway
import Store
import Synchronization
import Testing

extension ScratchGateway {
    /// As a broker relays it: the address is the broker's.
    func relay(device: String? = "gate-1") -> Sender {
        Sender(
            protocol: .mqtt, address: "198.51.100.1", device: device.flatMap { DeviceID($0) },
            isFromTrustedNetwork: false, receivedAt: Self.now, startedAt: ContinuousClock().now, byteCount: 100,
            isRelayed: true)
    }

    func delivery(
        _ content: IntakeDelivery.Content, device: String? = "gate-1", payload: String = "{}", mark: DeliveryMark? = nil
    ) -> IntakeDelivery {
        IntakeDelivery(
            content, from: relay(device: device), topic: "lpr/data/edge/gate-1", payload: Array(payload.utf8),
            mark: mark)
    }

    func event(
        _ id: String?, plate: String? = "1กก 1234", picture: [UInt8]? = nil, payload: String = "{}"
    ) throws -> IntakeDelivery {
        delivery(.event(try draft(id, plate: plate, picture: picture)), payload: payload)
    }

    func mark(_ place: Int, _ ids: [String], broker: String = "broker-a") -> DeliveryMark {
        DeliveryMark(
            place: place, broker: broker, packetID: place + 1, digest: [UInt8](repeating: 7, count: 16), eventIDs: ids)
    }

    /// The marks that are kept, by their places.
    func marks() async throws -> [DeliveryMark] {
        let marks = Mutex<[DeliveryMark]>([])
        try await intake.readDeliveryMarks { mark in marks.withLock { $0.append(mark) } }
        return marks.withLock { $0 }
    }

    func rejectedMessages() async throws -> [RejectedMessageRow] {
        try await store.read { try RejectedMessageRow.page(after: nil, limit: 100, $0) }.messages
    }

    /// One column of a table, in the order of its rows.
    func column(_ name: String, of table: String) async throws -> [String?] {
        try await store.read { try Optional<String>.fetchAll($0, sql: "SELECT \(name) FROM \(table) ORDER BY rowid") }
    }
}

/// The verdicts as words.
func words(_ verdicts: [DeliveryVerdict]) -> [String] {
    verdicts.map { verdict in
        switch verdict {
        case .noted: "noted"
        case .rejected(let error): "\(error.kind)"
        case .stored(let outcomes):
            outcomes.map { outcome in
                switch outcome {
                case .created: "created"
                case .duplicate: "duplicate"
                case .conflict: "conflict"
                }
            }.joined(separator: " ")
        }
    }
}
