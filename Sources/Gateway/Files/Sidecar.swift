import Dialects
import Domain

/// A JSON file that is an event itself; the picture beside it has the same name but for the ending.
enum Sidecar {
    static func isNamed(like path: String) -> Bool { path.lowercased().hasSuffix(".json") }

    /// Reads it by the same dialects as any other link.
    static func content(
        _ bytes: [UInt8], device: DeviceID, _ rules: FileRules
    ) throws(MessageRejection) -> IntakeDelivery.Content {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes)
        } catch {
            throw MessageRejection(
                fields: [FieldError("", "the file is no JSON: \(error.reason) at byte \(error.offset)")],
                deviceID: device.text)
        }
        switch MessageShape(value) {
        case .event:
            return .event(
                try NativeEvent.decode(value, defaultDevice: device, pictureLimit: rules.pictureLimit))
        case .fieldCamera(.health):
            return .health(try FieldCamera.health(value, defaultDevice: device), isSignOfLife: false)
        case .fieldCamera(.registration):
            return .registration(try FieldCamera.registration(value, defaultDevice: device))
        case .fieldCamera(.detection):
            return .frame(
                try FieldCamera.frame(
                    value, defaultDevice: device, zone: rules.zone, pictureLimit: rules.pictureLimit))
        }
    }

    /// The picture beside it, as an event announces one; of a long path its end, as much as an event keeps.
    static func picture(beside path: String) -> String? {
        var parts = path.split(separator: "/").map(String.init)
        guard let name = parts.popLast() else { return nil }
        let picture = name.dropLast(".json".count) + ".jpg"
        var result = String(picture)
        for part in parts.reversed() {
            let longer = part + "/" + result
            guard longer.count <= LPREventDraft.imagePathLimit else { break }
            result = longer
        }
        return result.count <= LPREventDraft.imagePathLimit ? result : nil
    }
}

extension PreparedMessage {
    /// The same message; its events without a picture wait for that one.
    ///
    /// Only the row says so. The content by which a repeat is known is what the device sent (invariant 3): the same
    /// event may come over another link, too.
    func awaiting(picture path: String?) -> PreparedMessage {
        guard let path else { return self }
        func awaiting(_ event: LPREvent) -> LPREvent {
            guard event.imagePath == nil, event.announcedImagePath == nil else { return event }
            var event = event
            event.announcedImagePath = path
            return event
        }
        var message = self
        switch content {
        case .event(let event): message.content = .event(awaiting(event))
        case .frame(let events, let checkpoint):
            message.content = .frame(events.map(awaiting), checkpoint: checkpoint)
        case .health, .registration, .announcement, .rejected: break
        }
        return message
    }
}
