import Domain
import Store

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where the messages go that the appliance sends of its own accord.
enum OutboundTopic {
    static let processed = "lpr/data/processed"
    static let error = "lpr/data/error"
}

extension OutboundMessage {
    /// A stored event.
    init(_ event: LPREvent, sequence: Int64) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("sequence", sequence)
            event.writeReading(to: &writer)
            writer.member("received_at", event.receivedAt)
            writer.member("frame_id", event.frameID)
            writer.member("source_protocol", event.sourceProtocol.rawValue)
        }
        self.init(
            origin: .change(sequence: sequence), topic: OutboundTopic.processed, payload: writer.bytes,
            messageType: "lpr_event_processed", device: event.edgeDeviceID)
    }

    /// A message that was not accepted.
    init(_ message: RejectedMessageRow) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("time", message.receivedAt)
            writer.member("protocol", message.protocol)
            writer.member("peer", message.peer)
            writer.member("device_id", message.deviceID)
            writer.member("topic", message.topic)
            writer.member("reason", message.reason)
            if let text = message.validPayload {
                writer.member("payload", text)
            } else {
                writer.member("payload_base64", Data(message.keptPayload).base64EncodedString())
            }
            writer.member("payload_bytes", message.payloadByteCount)
        }
        self.init(
            origin: .rejected(id: message.id), topic: OutboundTopic.error, payload: writer.bytes,
            messageType: "lpr_event_error", device: message.deviceID)
    }

    /// A message of the queue.
    init(_ row: OutboxRow) {
        self.init(
            origin: .queued(id: row.id), topic: row.topic, payload: row.payload, messageType: row.messageType,
            device: row.deviceID)
    }
}
