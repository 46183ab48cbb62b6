public import Domain

extension FieldCamera {
    /// The most plates of one frame; what lies beyond is kept as metadata.
    static let plateLimit = 32
    private static let itemLimit = 256

    /// A detection: `lpr_data` of Socket.IO, the bodies of REST and of MQTT.
    /// - Parameters:
    ///   - defaultDevice: the device that the sender's key belongs to, for messages that name no camera.
    ///   - zone: the site's; `timestamp` is local time. `created_at` is UTC.
    ///   - pictureLimit: the most bytes of one picture.
    /// - Throws: `MessageRejection` when the message is no detection, or names no camera.
    public static func frame(
        _ value: JSONValue, defaultDevice: DeviceID?, zone: TimeZoneRules, pictureLimit: Int
    ) throws(MessageRejection) -> CameraFrame {
        var members = try FieldMembers(message: value)
        guard kind(of: value) == .detection else {
            throw MessageRejection(
                fields: [
                    FieldError(
                        "",
                        "the message is no detection: it has neither type \"detection_result\" nor one of ocr_results, plate_detections, vehicle_detections, plates_count, vehicles_count, data.plates"
                    )
                ], deviceID: (try? members.device(default: defaultDevice))?.id.text)
        }
        return try FrameReading(members, pictureLimit: pictureLimit).frame(defaultDevice: defaultDevice, zone: zone)
    }

    /// Takes one detection apart.
    private struct FrameReading {
        private var members: FieldMembers
        private let pictureLimit: Int

        init(_ members: FieldMembers, pictureLimit: Int) {
            self.members = members
            self.pictureLimit = pictureLimit
        }

        consuming func frame(
            defaultDevice: DeviceID?, zone: TimeZoneRules
        ) throws(MessageRejection) -> CameraFrame {
            let device = try members.device(default: defaultDevice)
            _ = members.take("type")
            let checkpoint = members.label("checkpoint_id", "checkpoint", limit: FieldCamera.checkpointLimit)
            let created = time("created_at", zone: .utc)
            let sent = time("timestamp", zone: zone)
            let picture = framePicture()
            var metadata = FrameMetadata()
            metadata.add("device_as_sent", device.asSent.map { .string(String($0.prefix(200))) })
            metadata.add("checkpoint", checkpoint.map { .string($0) })
            for name in ["vehicles_count", "plates_count", "processing_time_ms"] {
                guard let (_, value) = members.take(name) else { continue }
                if value.text.utf8.count <= 100 { metadata.add(name, value) } else { metadata.trim(name) }
            }
            let vehicles = members.list("vehicle_detections", "vehicles")
            let detections = members.list("plate_detections")
            metadata.add("vehicles", list: vehicles)
            metadata.add("plate_detections", list: detections)
            let crops = members.list("cropped_plates")
            let items = plates(detections: detections)
            let all = items.indices.filter { items[$0].plate != nil }
            let read = all.prefix(FieldCamera.plateLimit)
            metadata.add("more_plates", list: all.dropFirst(FieldCamera.plateLimit).map { items[$0].raw })
            metadata.add(
                "unread_plates",
                list: items.filter { $0.plate == nil && !FieldMembers.isUnset($0.raw) && !detections.contains($0.raw) }
                    .map(\.raw))
            if members.rest.contains(where: { $0.name == "annotated_image" }) {
                _ = members.take("annotated_image")
                metadata.trim("annotated_image")
            }

            let moment = created.moment ?? sent.moment ?? picture.map { "picture " + FrameIdentity.digest(of: $0) }
            var identity = FrameIdentity(device: device.id, moment: moment)
            let scene: () -> String = {
                let seen = vehicles + detections
                return seen.isEmpty ? picture.map(FrameIdentity.digest(of:)) ?? "" : JSONValue.array(seen).text
            }
            var drafts: [LPREventDraft] = []
            var marks: [(plate: String?, mark: String)] = []
            for (number, index) in read.enumerated() {
                let item = items[index]
                let mark = item.box?.text ?? ""
                marks.append((item.plate, mark))
                var draft = LPREventDraft(
                    eventID: identity.event(plate: item.plate, mark: mark), edgeDeviceID: device.id,
                    licensePlate: item.plate, province: item.province, confidence: item.confidence,
                    metadata: item.box.map { ["bbox": $0] } ?? JSONObject(),
                    passingMetadata: passing(item))
                let crop = item.picture ?? crop(of: index, number: number, crops, items: items.count, read: read.count)
                draft.plateImage = crop.flatMap { plateImage($0) }
                drafts.append(draft)
            }
            if drafts.isEmpty {
                let mark = scene()
                drafts.append(
                    LPREventDraft(eventID: identity.event(plate: nil, mark: mark), edgeDeviceID: device.id))
            }
            if read.isEmpty, !crops.isEmpty { metadata.trim("cropped_plates") }
            metadata.add("extra", members: members.rest)
            let shared = metadata.finish(faults: members.faults)
            let frameID = drafts.count > 1 ? identity.frame(plates: marks) : nil
            for index in drafts.indices {
                // A created_at that cannot be read still tells a repeat; the time of sending, which changes, must then
                // not be compared. Without captured_at the intake takes sent_at.
                drafts[index].capturedAt = created.moment == nil ? sent.instant : created.instant
                drafts[index].sentAt = sent.instant
                drafts[index].frameID = frameID
                for member in shared.members { drafts[index].passingMetadata[member.name] = member.value }
            }
            return CameraFrame(device: device.id, checkpoint: checkpoint, picture: picture, events: drafts)
        }

        /// What is kept of one plate beside its columns and its box.
        private func passing(_ item: PlateItem) -> JSONObject {
            var metadata = FrameMetadata()
            metadata.add("plate_as_read", .optional(item.asRead))
            metadata.add("ocr", members: item.rest.members, limit: 4 * 1_024)
            var object = metadata.object
            // The faults of one plate stand apart from those of the frame, which all its events carry.
            if !item.faults.isEmpty {
                object["plate_faults"] = .array(
                    item.faults.prefix(4).map { .string(FieldMembers.words($0.field, $0.message)) })
            }
            return object
        }

        /// The entries of the first list that has a text; each with the box of its detection where they pair.
        private mutating func plates(detections: [JSONValue]) -> [PlateItem] {
            var items: [PlateItem] = []
            for values in [
                members.list("ocr_results", isTextAnItem: true), members.list("plates", isTextAnItem: true), detections,
            ] {
                guard !items.contains(where: { $0.plate != nil }) else { break }
                let read = values.prefix(FieldCamera.itemLimit).map { PlateItem($0) }
                if read.contains(where: { $0.plate != nil }) || items.isEmpty { items = read }
            }
            if !items.contains(where: { $0.plate != nil }) {
                if let (_, value) = members.take("plate_number", "license_plate", "plate_text"),
                    value.text.utf8.count < 4_096
                {
                    var single: JSONObject = ["text": value]
                    for name in ["confidence", "province", "bbox"] {
                        if let (_, value) = members.take(name) { single[name] = value }
                    }
                    items = [PlateItem(.object(single))]
                }
            }
            if items.count == detections.count {
                for index in items.indices where items[index].box == nil {
                    items[index].box = PlateItem(detections[index]).box
                }
            }
            if items.count == 1, items[0].province == nil {
                items[0].province = members.label("province", limit: 100)
            }
            return items
        }

        /// The picture of one plate in `cropped_plates`: by its place among all plates, else among those that were read.
        private func crop(
            of index: Int, number: Int, _ crops: [JSONValue], items: Int, read: Int
        ) -> JSONValue? {
            if crops.count == items { return crops[index] }
            return crops.count == read ? crops[number] : nil
        }

        private mutating func plateImage(_ value: JSONValue) -> PictureBytes? {
            if let object = value.objectValue {
                let inside = ["image", "data", "base64"].lazy.compactMap { object[$0] }.first
                return inside.flatMap { picture($0, name: "cropped_plates") }
            }
            return picture(value, name: "cropped_plates")
        }

        /// The whole picture; older cameras send only the one with boxes drawn into it.
        private mutating func framePicture() -> PictureBytes? {
            for name in ["original_image", "image", "annotated_image"] {
                guard let (_, value) = members.take(name) else { continue }
                if let picture = picture(value, name: name) { return picture }
            }
            return nil
        }

        /// Nil, and a fault, when it is none; the read is kept without it.
        private mutating func picture(_ value: JSONValue, name: String) -> PictureBytes? {
            if FieldMembers.isUnset(value) { return nil }
            guard let text = value.stringValue else {
                members.fault(name, "is \(value.kindName), not base64 text; the read is kept without this picture")
                return nil
            }
            guard text.utf8.count / 4 * 3 <= pictureLimit + 3 else {
                members.fault(name, "is larger than \(pictureLimit) bytes; the read is kept without this picture")
                return nil
            }
            guard let bytes = Base64.decode(text), !bytes.isEmpty else {
                members.fault(name, "is not valid base64; the read is kept without this picture")
                return nil
            }
            return PictureBytes(bytes)
        }

        /// A time, and the text by which a repeat is known: also one that cannot be read stays the same.
        private mutating func time(_ name: String, zone: TimeZoneRules) -> (instant: Instant?, moment: String?) {
            guard let (_, value) = members.take(name) else { return (nil, nil) }
            if let instant = CameraTime.instant(value, zone: zone) { return (instant, "\(instant.microseconds)") }
            members.fault(name, "is no time: \(value.text.prefix(100))")
            return (nil, "\(name) \(value.text.prefix(1_000))")
        }
    }
}
