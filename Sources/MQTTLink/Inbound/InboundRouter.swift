import Dialects
import Domain
import Gateway

/// Reads a message: topic and bytes in, what it says out. Pure; nothing that comes from the network makes it fail
/// otherwise than by a `MessageRejection`.
struct InboundRouter: Sendable {
    /// Values of a message that a field camera or an appliance sends.
    private static let limits = JSONParser.Limits()
    /// Bytes of a status that is a word and no JSON.
    private static let wordLimit = 64

    let siteID: String
    let extraTopics: [TopicPattern]
    /// Bytes.
    let payloadLimit: Int
    /// Bytes of one picture.
    let pictureLimit: Int
    /// Of times without a zone.
    let zone: TimeZoneRules

    /// What became of a message.
    enum Route: Sendable {
        /// It is our own, or another appliance's, or says nothing.
        case ignored
        /// - Parameters:
        ///   - device: who speaks, by the topic.
        ///   - request: what an answer to an announcement needs.
        case content(IntakeDelivery.Content, device: DeviceID?, request: TransferRequest?)
    }

    func route(_ message: InboundMessage) -> Route {
        let topic = InboundTopic(message.topic, extra: extraTopics)
        if case .status(let device) = topic {
            if [siteID, "appliance"].contains(device) || message.payload.isEmpty { return .ignored }
        }
        let device: DeviceID?
        do throws(MessageRejection) {
            device = try speaker(topic)
        } catch {
            return .content(.unreadable(error), device: nil, request: nil)
        }
        var request: TransferRequest?
        if case .transferRequest = topic { request = TransferRequest(topic: message.topic, device: device) }
        do throws(MessageRejection) {
            let value = try parse(message, topic)
            if case .status = topic, let object = value.objectValue, ApplianceStatus.isAppliance(object) {
                return .ignored
            }
            if request != nil { request?.read(value) }
            let content = try read(value, topic, device, isRetained: message.isRetained)
            return .content(content, device: device ?? speaker(of: content), request: request)
        } catch {
            let rejection = MessageRejection(
                fields: error.fields, deviceID: device?.text ?? error.deviceID, eventID: error.eventID)
            return .content(.unreadable(rejection), device: device, request: request)
        }
    }

    private func speaker(_ topic: InboundTopic) throws(MessageRejection) -> DeviceID? {
        let text: String?
        switch topic {
        case .data(let device), .transferRequest(let device): text = device
        case .status(let device): text = device
        case .unknown:
            throw MessageRejection(fields: [FieldError("", "the topic belongs to nothing that is read here")])
        }
        guard let text else { return nil }
        guard let device = DeviceID(text) else {
            throw MessageRejection(
                fields: [
                    FieldError(
                        "",
                        "the topic names no device: \"\(text.prefix(60))\" must be 1 to 50 characters of "
                            + "A-Z a-z 0-9 . _ -, not beginning with a dot")
                ])
        }
        return device
    }

    private func parse(_ message: InboundMessage, _ topic: InboundTopic) throws(MessageRejection) -> JSONValue {
        let payload = message.payload
        func rejected(_ words: String) -> MessageRejection { MessageRejection(fields: [FieldError("", words)]) }
        guard !payload.isEmpty else { throw rejected("the message is empty") }
        guard payload.count <= payloadLimit else {
            throw rejected(
                "the message is larger than \(payloadLimit) bytes (mqtt.max_payload): it has \(payload.count)")
        }
        do throws(JSONError) {
            let value = try JSONParser.parse(payload, limits: Self.limits)
            if case .status = topic, case .string(let word) = value { return ["status": .string(word)] }
            return value
        } catch {
            if case .status = topic, let word = Self.word(payload) { return ["status": .string(word)] }
            throw rejected("the message is not valid JSON: \(error)")
        }
    }

    /// A status such as `online`, as simple devices send it, and as last wills often are.
    private static func word(_ payload: [UInt8]) -> String? {
        guard payload.count <= wordLimit, payload.allSatisfy({ (0x20...0x7E).contains($0) }),
            payload.contains(where: { $0 != 0x20 }), let first = payload.first, !"{[\"".utf8.contains(first)
        else { return nil }
        return String(decoding: payload, as: UTF8.self)
    }

    private func read(
        _ value: JSONValue, _ topic: InboundTopic, _ device: DeviceID?, isRetained: Bool
    ) throws(MessageRejection) -> IntakeDelivery.Content {
        let content: IntakeDelivery.Content
        switch topic {
        case .status: content = try health(value, device, isRetained: isRetained)
        case .transferRequest:
            content = .announcement(
                try TransferRequest.announcement(
                    value, device, answerTopic: TransferRequest.answerTopic(device)))
        case .data, .unknown:
            switch MessageShape(value) {
            case .event:
                content = .event(
                    try NativeEvent.decode(value, defaultDevice: device, pictureLimit: pictureLimit))
            case .fieldCamera(.health): content = try health(value, device, isRetained: isRetained)
            case .fieldCamera(.registration):
                content = .registration(try FieldCamera.registration(value, defaultDevice: device))
            case .fieldCamera(.detection):
                content = .frame(
                    try FieldCamera.frame(value, defaultDevice: device, zone: zone, pictureLimit: pictureLimit))
            }
        }
        if let device, let named = speaker(of: content), named != device {
            throw MessageRejection(
                fields: [
                    FieldError(
                        "edge_device_id", "must be \(device), as the topic belongs to device \(device): it is \(named)")
                ], deviceID: device.text)
        }
        return content
    }

    private func health(
        _ value: JSONValue, _ device: DeviceID?, isRetained: Bool
    ) throws(MessageRejection) -> IntakeDelivery.Content {
        let health = try FieldCamera.health(value, defaultDevice: device)
        return .health(health, isSignOfLife: !isRetained && !Self.isFarewell(health.report))
    }

    /// A last will: what the broker says when the device is gone.
    private static func isFarewell(_ report: JSONObject) -> Bool {
        ["status", "state"].contains { name in
            ["offline", "disconnected"].contains(report[name]?.stringValue?.lowercased() ?? "")
        }
    }

    private func speaker(of content: IntakeDelivery.Content) -> DeviceID? {
        switch content {
        case .event(let draft): draft.edgeDeviceID
        case .frame(let frame): frame.device
        case .health(let health, _): health.device
        case .registration(let registration): registration.device
        case .announcement(let announcement): announcement.device
        case .unreadable: nil
        }
    }
}
