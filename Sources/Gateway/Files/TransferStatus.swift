import Domain
import Store

/// Tells a device by MQTT what became of a file: `file/transfer/status`, with the request's id when it was announced.
extension WriteContext {
    /// Tells of the joins that the messages of this transaction have brought.
    func tellJoined(_ place: IntakePlace) throws {
        for join in takeJoinedFiles() { try tell(of: join, place) }
    }

    func tell(of join: JoinedFile, _ place: IntakePlace) throws {
        try tell(
            join.deviceID, join.path, size: join.size, .joined, place, eventIDs: join.eventIDs, reason: nil,
            isRepeat: false)
    }

    /// - Parameter isRepeat: whether the device was told before; then only a new announcement makes it hear it again.
    func tell(
        _ file: PreparedFile, _ status: FileTransferRecord.Status, _ place: IntakePlace, eventIDs: [String] = [],
        reason: String? = nil, isRepeat: Bool = false
    ) throws {
        try tell(
            file.incoming.deviceID, file.incoming.path, size: file.incoming.size, status, place, eventIDs: eventIDs,
            reason: reason, isRepeat: isRepeat)
    }

    private func tell(
        _ device: String, _ path: String, size: Int64, _ status: FileTransferRecord.Status, _ place: IntakePlace,
        eventIDs: [String], reason: String?, isRepeat: Bool
    ) throws {
        let transfer = try FileTransferRecord.fetch(deviceID: device, path: path, database)
        if transfer != nil { try noteTransfer(deviceID: device, path: path, status) }
        guard let limit = place.answerLimit else { return }
        let isAnnounced = transfer.map { $0.isOpen || $0.status != status.rawValue } ?? false
        guard try isAnnounced || (!isRepeat && usesMQTT(device)) else { return }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("request_id", transfer?.requestID)
            writer.member("device_id", device)
            writer.member("path", path)
            writer.member("size", size)
            writer.member("status", status.rawValue)
            writer.member("reason", reason)
            writer.name("event_ids")
            writer.array { writer in
                for eventID in eventIDs { writer.value(eventID) }
            }
        }
        try enqueueAnswer(
            topic: transfer?.answerTopic ?? "file/transfer/status/\(device)", payload: writer.bytes,
            messageType: "file_transfer_status", deviceID: device, limit: limit)
    }

    private func usesMQTT(_ device: String) throws -> Bool {
        try EdgeDevice.fetch(deviceID: device, database)?.protocols.contains(.mqtt) ?? false
    }
}
