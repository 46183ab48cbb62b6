public import Domain

/// The appliance's own dialect: an event as docs/api.md describes it.
public enum NativeEvent {
    /// Decodes one event.
    /// - Parameters:
    ///   - defaultDevice: the device that the sender's key belongs to, for senders that leave `edge_device_id` out.
    ///   - pictureLimit: the most bytes of one picture.
    public static func decode(
        _ value: JSONValue, defaultDevice: DeviceID? = nil, pictureLimit: Int = 8 << 20
    ) throws(MessageRejection) -> LPREventDraft {
        guard case .object(let object) = value else {
            throw MessageRejection(
                fields: [FieldError("", "the event must be a JSON object, not \(value.kindName)")])
        }
        var reader = FieldReader(object)
        let eventID = reader.eventID()
        let device = reader.deviceID(default: defaultDevice)
        let plate = reader.plate()
        let province = reader.text("province", limit: 100)
        let confidence = reader.number("confidence")
        let capturedAt = reader.instant("captured_at")
        let sentAt = reader.instant("sent_at")
        let frameID = reader.text("frame_id", limit: 100)
        let imagePath = reader.text("image_path", limit: 4_096)
        let image = reader.picture("image", limit: pictureLimit)
        let plateImage = reader.picture("plate_image", limit: pictureLimit)
        let metadata = reader.metadata()
        if image != nil, imagePath != nil {
            reader.problem("image_path", "stands beside image; send the picture here or name its file, not both")
        }
        guard reader.problems.isEmpty, let device else {
            throw MessageRejection(
                fields: reader.problems, deviceID: device?.text ?? defaultDevice?.text, eventID: eventID?.text)
        }
        return LPREventDraft(
            eventID: eventID, edgeDeviceID: device, licensePlate: plate, province: province, confidence: confidence,
            capturedAt: capturedAt, sentAt: sentAt, frameID: frameID, imagePath: imagePath, metadata: metadata,
            image: image, plateImage: plateImage)
    }
}

/// Reads the members of one object, collects what is wrong, and knows what nobody asked for.
private struct FieldReader {
    private var rest: JSONObject
    private(set) var problems: [FieldError] = []

    init(_ object: JSONObject) {
        rest = object
    }

    mutating func problem(_ field: String, _ message: String) {
        problems.append(FieldError(field, message))
    }

    /// Takes a member; null counts as absent.
    private mutating func take(_ name: String) -> JSONValue? {
        guard let value = rest[name] else { return nil }
        rest[name] = nil
        return value.isNull ? nil : value
    }

    mutating func eventID() -> EventID? {
        guard let value = take("event_id") else { return nil }
        guard let text = value.stringValue else {
            problem("event_id", "must be a string, not \(value.kindName)")
            return nil
        }
        guard let id = EventID(text) else {
            problem("event_id", "must be 1 to 50 characters of A-Z a-z 0-9 . _ : -")
            return nil
        }
        return id
    }

    mutating func deviceID(default defaultDevice: DeviceID?) -> DeviceID? {
        guard let value = take("edge_device_id") else {
            if defaultDevice == nil { problem("edge_device_id", "is missing; name the camera that read the plate") }
            return defaultDevice
        }
        guard let text = value.stringValue else {
            problem("edge_device_id", "must be a string, not \(value.kindName)")
            return nil
        }
        guard let id = DeviceID(text) else {
            problem("edge_device_id", "must be 1 to 50 characters of A-Z a-z 0-9 . _ -, not beginning with a dot")
            return nil
        }
        return id
    }

    mutating func plate() -> String? {
        guard let text = text("license_plate", limit: 4_096) else { return nil }
        // A plate of blanks is what some readers send when they read nothing.
        return Plate(text: text) == nil && !text.contains(where: { !$0.isWhitespace }) ? nil : text
    }

    mutating func text(_ name: String, limit: Int) -> String? {
        guard let value = take(name) else { return nil }
        guard let text = value.stringValue else {
            problem(name, "must be a string or null, not \(value.kindName)")
            return nil
        }
        guard text.unicodeScalars.count <= limit else {
            problem(name, "has more than \(limit) characters")
            return nil
        }
        guard !text.unicodeScalars.contains("\0") else {
            problem(name, "has a NUL character")
            return nil
        }
        return text.isEmpty ? nil : text
    }

    mutating func number(_ name: String) -> Double? {
        guard let value = take(name) else { return nil }
        guard let number = value.doubleValue, number.isFinite else {
            problem(name, "must be a number, not \(value.kindName)")
            return nil
        }
        return number
    }

    mutating func instant(_ name: String) -> Instant? {
        guard let text = text(name, limit: 64) else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            problem(name, "must be a time with a zone as in RFC 3339, such as 2026-11-23T08:00:00+07:00")
            return nil
        }
        return instant
    }

    mutating func picture(_ name: String, limit: Int) -> PictureBytes? {
        guard let value = take(name) else { return nil }
        guard let text = value.stringValue else {
            problem(name, "must be base64 text, not \(value.kindName)")
            return nil
        }
        if text.isEmpty { return nil }
        guard text.utf8.count / 4 * 3 <= limit + 3 else {
            problem(name, "is larger than \(limit) bytes")
            return nil
        }
        guard let bytes = Base64.decode(text), !bytes.isEmpty else {
            problem(name, "is not valid base64")
            return nil
        }
        return PictureBytes(bytes)
    }

    /// The metadata object, with all members that this dialect does not know under `extra`.
    mutating func metadata() -> JSONObject {
        var metadata = JSONObject()
        if let value = take("metadata") {
            guard let object = value.objectValue else {
                problem("metadata", "must be a JSON object, not \(value.kindName)")
                return metadata
            }
            metadata = object
        }
        let unknown = rest.members.filter { !$0.value.isNull }
        if !unknown.isEmpty {
            var extra = metadata["extra"]?.objectValue ?? JSONObject()
            for member in unknown { extra[member.name] = member.value }
            metadata["extra"] = .object(extra)
        }
        if metadata.isEmpty { return metadata }
        let size = JSONValue.object(metadata).text.utf8.count
        if size > LPREventDraft.metadataLimit {
            problem(
                "metadata", "has \(size) bytes with all unknown fields; at most \(LPREventDraft.metadataLimit) are kept"
            )
        }
        return metadata
    }
}
