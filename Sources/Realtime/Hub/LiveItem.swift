import Domain
import Gateway
import NIOCore
import Synchronization

/// Something that live connections hear of, encoded once for all of them.
final class LiveItem: Sendable {
    let name: LiveEventName
    /// The number of the change; nil for what is no change.
    let sequence: Int64?
    /// What a client remembers to ask from after a break: the change itself, or the last one before it.
    private let cursor: Int64?
    let device: String?
    let plateKey: [Unicode.Scalar]?
    /// A JSON object.
    private let data: [UInt8]
    private let frames = Mutex(Frames())

    private struct Frames {
        var plain: ByteBuffer?
        var socketIO: ByteBuffer?
        var message: ByteBuffer?
    }

    /// - Parameters:
    ///   - data: a JSON object as text; the cursor is added to it.
    ///   - cursor: the last change before it, for what is no change.
    init(
        _ name: LiveEventName, _ data: [UInt8], sequence: Int64? = nil, cursor: Int64? = nil, device: String? = nil,
        plateKey: String? = nil
    ) {
        self.name = name
        self.sequence = sequence
        self.cursor = sequence ?? cursor
        self.device = device
        self.plateKey = plateKey.map { Array($0.unicodeScalars) }
        guard let cursor = self.cursor else {
            self.data = data
            return
        }
        let isEmpty = data.count <= 2
        self.data = data.dropLast() + Array("\(isEmpty ? "" : ",")\"sequence\":\(cursor)}".utf8)
    }

    /// For `/ws`: a text frame with `{"event":…,"data":…,"id":…}`.
    var plainFrame: ByteBuffer {
        frame(\.plain) {
            var text = Array("{\"event\":\"\(name.rawValue)\",\"data\":".utf8)
            text += data
            if let cursor { text += Array(",\"id\":\(cursor)".utf8) }
            text.append(UInt8(ascii: "}"))
            return WebSocketFrame.text(text)
        }
    }

    /// For Socket.IO by polling: an event packet of the main namespace.
    var socketIOMessage: ByteBuffer {
        frame(\.message) { ByteBuffer(bytes: Array("2[\"\(name.rawValue)\",".utf8) + data + [UInt8(ascii: "]")]) }
    }

    /// For Socket.IO by WebSocket: the same packet in a text frame.
    var socketIOFrame: ByteBuffer {
        let message = socketIOMessage
        return frame(\.socketIO) { WebSocketFrame.text([UInt8(ascii: "4")] + Array(message.readableBytesView)) }
    }

    private func frame(_ kind: any WritableKeyPath<Frames, ByteBuffer?> & Sendable, _ make: () -> ByteBuffer)
        -> ByteBuffer
    {
        frames.withLock { frames in
            if let made = frames[keyPath: kind] { return made }
            let made = make()
            frames[keyPath: kind] = made
            return made
        }
    }
}

extension LiveItem {
    /// What one change of an event is told as; a stored one twice: as it is, and what became of its plate.
    static func items(of change: BusMessage.Change, sequence: Int64) -> [LiveItem] {
        switch change {
        case .eventStored(let event):
            [
                LiveItem(
                    .received, event.json, sequence: sequence, device: event.edgeDeviceID, plateKey: event.plateKey),
                LiveItem(
                    .processed, processed(event), sequence: sequence, device: event.edgeDeviceID,
                    plateKey: event.plateKey),
            ]
        case .eventCorrected(let event):
            [LiveItem(.updated, event.json, sequence: sequence, device: event.edgeDeviceID, plateKey: event.plateKey)]
        case .pictureJoined(let event):
            [
                LiveItem(
                    .updated, event.json, sequence: sequence, device: event.edgeDeviceID, plateKey: event.plateKey),
                LiveItem(
                    .processed, processed(event), sequence: sequence, device: event.edgeDeviceID,
                    plateKey: event.plateKey),
            ]
        case .eventDeleted(let eventID):
            [LiveItem(.deleted, object { $0.member("event_id", eventID) }, sequence: sequence)]
        case .deviceChanged: []
        }
    }

    static func item(of notice: RejectedNotice) -> LiveItem {
        LiveItem(
            .error,
            object { writer in
                writer.member("time", notice.receivedAt)
                writer.member("protocol", notice.protocol.rawValue)
                writer.member("peer", notice.peer)
                writer.member("device_id", notice.deviceID)
                writer.member("reason", notice.reason)
            }, device: notice.deviceID)
    }

    static func item(of device: EdgeDevice, sequence: Int64?, now: Instant) -> LiveItem {
        var writer = JSONWriter()
        device.write(to: &writer, eventsToday: nil, now: now)
        return LiveItem(.deviceStatus, writer.bytes, sequence: sequence, device: device.deviceID)
    }

    private static func processed(_ event: LPREvent) -> [UInt8] {
        object { writer in
            event.writeReading(to: &writer)
            writer.member("frame_id", event.frameID)
            writer.member("image_url", event.imageURL)
            writer.member("thumbnail_url", event.thumbnailURL)
            writer.member("latency_ms", event.createdAt.since(event.receivedAt).wholeMilliseconds)
        }
    }

    private static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(body)
        return writer.bytes
    }
}
