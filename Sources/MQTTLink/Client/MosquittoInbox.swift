import CMosquitto

/// What a broker said that is no message.
enum MosquittoEvent {
    /// - Parameter isSessionPresent: whether the broker still knew our session.
    case connected(isSessionPresent: Bool)
    /// - Parameter granted: for each filter the QoS, or a reason from 0x80.
    case subscribed(packetID: Int32, granted: [Int32])
    /// A message of ours is acknowledged; from 0x80 with the reason why the broker did not take it.
    case published(packetID: Int32, reason: Int32)
}

/// Where the callbacks of one client put what they hear.
///
/// The callbacks run inside `mosquitto_loop_read` and the like, on the thread that called those, and never at once.
final class MosquittoInbox {
    var events: [MosquittoEvent] = []
    private(set) var received: [InboundMessage] = []
    /// Bytes of the payloads of `received`.
    private(set) var receivedBytes = 0
    /// The broker's answer to the CONNECT when it was no.
    private(set) var refusal: Int32?
    private(set) var isConnected = false
    private(set) var disconnectReason: Int32?
    /// The last lines of the library's log about errors.
    private(set) var errors: [String] = []

    /// Lives as long as this object, which has to live as long as the client.
    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> MosquittoInbox? {
        pointer.map { Unmanaged<MosquittoInbox>.fromOpaque($0).takeUnretainedValue() }
    }

    func attach(to handle: OpaquePointer) {
        mosquitto_connect_v5_callback_set(handle) { _, pointer, code, flags, _ in
            MosquittoInbox.at(pointer)?.connected(code, flags)
        }
        mosquitto_disconnect_v5_callback_set(handle) { _, pointer, code, _ in
            MosquittoInbox.at(pointer)?.disconnectReason = code
        }
        mosquitto_message_v5_callback_set(handle) { _, pointer, message, _ in
            guard let message = message?.pointee, let topic = message.topic else { return }
            let payload = UnsafeRawBufferPointer(
                start: message.payload, count: message.payload == nil ? 0 : Int(message.payloadlen))
            MosquittoInbox.at(pointer)?.receive(
                InboundMessage(
                    topic: String(cString: topic), payload: Array(payload), qos: Int(message.qos),
                    packetID: Int(message.mid), isRetained: message.retain))
        }
        mosquitto_subscribe_v5_callback_set(handle) { _, pointer, packetID, count, granted, _ in
            let granted = UnsafeBufferPointer(start: granted, count: granted == nil ? 0 : Int(count))
            MosquittoInbox.at(pointer)?.events.append(.subscribed(packetID: packetID, granted: Array(granted)))
        }
        mosquitto_publish_v5_callback_set(handle) { _, pointer, packetID, reason, _ in
            MosquittoInbox.at(pointer)?.events.append(.published(packetID: packetID, reason: reason))
        }
        mosquitto_log_callback_set(handle) { _, pointer, level, text in
            guard level & Int32(MOSQ_LOG_ERR) != 0, let text else { return }
            MosquittoInbox.at(pointer)?.note(error: String(cString: text))
        }
    }

    private func connected(_ code: Int32, _ flags: Int32) {
        guard code == 0 else {
            refusal = code
            return
        }
        isConnected = true
        events.append(.connected(isSessionPresent: flags & 1 != 0))
    }

    private func receive(_ message: InboundMessage) {
        received.append(message)
        receivedBytes += message.payload.count
    }

    func release() {
        received.removeAll(keepingCapacity: true)
        receivedBytes = 0
    }

    private func note(error: String) {
        errors.append(String(error.prefix(200)))
        if errors.count > 4 { errors.removeFirst() }
    }
}
