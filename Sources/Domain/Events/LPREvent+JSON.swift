extension LPREvent {
    /// Writes the event as the API shows it, without pictures.
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writeReading(to: &writer)
            writer.member("sent_at", sentAt)
            writer.member("received_at", receivedAt)
            writer.member("created_at", createdAt)
            writer.member("updated_at", updatedAt)
            writer.member("source_protocol", sourceProtocol.rawValue)
            writer.member("clock_skew_ms", clockSkewMilliseconds)
            writer.member("frame_id", frameID)
            writer.member("image_path", imagePath ?? announcedImagePath)
            writer.member("image_url", imageURL)
            let hasPlateImage = plateImagePath != nil || plateBox != nil
            writer.member("plate_image_url", hasPlateImage ? "/api/lpr/events/\(eventID)/plate-image" : nil)
            writer.member("thumbnail_url", thumbnailURL)
            writer.member("pictures_removed_at", picturesRemovedAt)
            writer.member("keep", isKept)
            writer.member("note", note)
            writer.name("correction")
            if let correction {
                writer.object { writer in
                    writer.member("first_plate", correction.firstPlate)
                    writer.member("first_province", correction.firstProvince)
                    writer.member("corrected_at", correction.correctedAt)
                    writer.member("corrected_by", correction.correctedBy)
                }
            } else {
                writer.null()
            }
            writer.name("metadata")
            writer.rawValue(metadata)
        }
    }

    /// Where the picture is found; nil when there is none.
    public var imageURL: String? { imagePath.map { _ in "/api/lpr/events/\(eventID)/image" } }
    public var thumbnailURL: String? { thumbnailPath.map { _ in "/api/lpr/events/\(eventID)/thumbnail" } }

    public var json: [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        write(to: &writer)
        return writer.bytes
    }
}

extension LPREvent {
    /// The first members of an event, which are also those told when it is processed, over every protocol: what was read,
    /// and by whom.
    public func writeReading(to writer: inout JSONWriter) {
        writer.member("event_id", eventID)
        writer.member("edge_device_id", edgeDeviceID)
        writer.member("license_plate", licensePlate)
        writer.member("plate_key", plateKey)
        writer.member("plate_kind", plateKind?.rawValue)
        writer.member("province", province)
        writer.member("province_code", provinceCode)
        writer.member("confidence", confidence)
        writer.member("captured_at", capturedAt)
    }
}
