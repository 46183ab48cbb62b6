import Domain

extension OpenAPISchemas {
    private static let draft = """
        "event_id": \(eventID),
        "edge_device_id": \(deviceID),
        "license_plate": {"type": ["string", "null"], "maxLength": \(LPREventDraft.plateLimit),
            "description": "As read; null when nothing was read."},
        "province": {"type": ["string", "null"], "maxLength": 100, "description": "Thai or English name, or TH-nn."},
        "confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "captured_at": {"type": ["string", "null"], "format": "date-time",
            "description": "By the camera's clock, not before 2000 and at most a day ahead; else the time of reception."},
        "sent_at": \(optionalInstant),
        "frame_id": {"type": ["string", "null"], "maxLength": 100, "description": "The frame that several plates came from."},
        "image_path": {"type": ["string", "null"], "maxLength": \(LPREventDraft.imagePathLimit),
            "description": "The path of a file that is sent apart, below the device's folder; not beside image."},
        "metadata": {"type": ["object", "null"], "additionalProperties": true,
            "description": "At most 64 KiB as compact JSON, with all unknown fields, which are kept under extra."}
        """

    private static let plateKinds = PlateKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

    static let events = """
        {
        "EventDraft": {"type": "object", "additionalProperties": true, "properties": {
            \(draft),
            "image": {"type": ["string", "null"], "contentEncoding": "base64",
                "description": "JPEG, PNG or WebP, at most 8 MiB decoded."},
            "plate_image": {"type": ["string", "null"], "contentEncoding": "base64",
                "description": "JPEG, PNG or WebP, at most 8 MiB decoded."}},
            "description": "edge_device_id is needed unless the key belongs to a device."},
        "EventForm": {"type": "object", "required": ["event"], "additionalProperties": false, "properties": {
            "event": {"$ref": "#/components/schemas/EventDraft"},
            "image": {"type": "string", "contentMediaType": "image/jpeg", "description": "JPEG, PNG or WebP, at most 8 MiB."},
            "plate_image": {"type": "string", "contentMediaType": "image/jpeg", "description": "JPEG, PNG or WebP, at most 8 MiB."}}},
        "EventCorrection": {"type": "object", "additionalProperties": false, "properties": {
            "license_plate": {"type": ["string", "null"], "maxLength": \(LPREventDraft.plateLimit)},
            "province": {"type": ["string", "null"], "maxLength": 100},
            "note": {"type": ["string", "null"], "maxLength": 2000},
            "keep": {"type": ["boolean", "null"], "description": "Whether event and pictures stay when room is made."}},
            "description": "What is absent stays as it is; null empties."},
        "Event": {"type": "object",
            "required": ["event_id", "edge_device_id", "captured_at", "received_at", "created_at", "updated_at",
                "source_protocol", "metadata"],
            "properties": {
            "event_id": \(eventID), "edge_device_id": \(deviceID),
            "license_plate": {"type": ["string", "null"], "maxLength": \(LPREventDraft.plateLimit)},
            "plate_key": {"type": ["string", "null"], "description": "Normalised; plates are found by it."},
            "plate_kind": {"type": ["string", "null"], "enum": [\(plateKinds), null]},
            "province": \(optionalText),
            "province_code": {"type": ["string", "null"], "pattern": "^TH-[0-9]{2}$"},
            "confidence": \(rate),
            "captured_at": \(instant), "sent_at": \(optionalInstant), "received_at": \(instant),
            "created_at": \(instant), "updated_at": \(instant),
            "source_protocol": \(protocols),
            "clock_skew_ms": {"type": ["integer", "null"], "description": "How far the camera's clock is ahead, when it is off."},
            "frame_id": \(optionalText), "image_path": \(optionalText), "image_url": \(optionalText),
            "plate_image_url": \(optionalText), "thumbnail_url": \(optionalText), "note": \(optionalText),
            "pictures_removed_at": {"type": ["string", "null"], "format": "date-time",
                "description": "When a picture of it was removed to make room."},
            "keep": {"type": "boolean", "description": "It stays when room is made."},
            "correction": {"type": ["object", "null"], "description": "The first reading, when a person corrected it.",
                "properties": {"first_plate": \(optionalText), "first_province": \(optionalText),
                    "corrected_at": \(instant), "corrected_by": {"type": "string"}}},
            "metadata": {"type": "object", "additionalProperties": true}}},
        "EventPage": {"type": "object", "required": ["events", "next"], "properties": {
            "events": {"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/Event"}},
            "next": \(cursor)}},
        "BatchResult": {"type": "object", "required": ["results", "created", "duplicates", "rejected"], "properties": {
            "results": {"type": "array", "maxItems": \(RequestLimits.batchEvents), "description": "One entry a line, in order.",
                "items": {"type": "object", "required": ["event_id", "status"], "properties": {
                    "event_id": \(optionalText),
                    "status": {"type": "string", "enum": ["created", "duplicate", "rejected"]},
                    "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}}}}},
            "created": \(count), "duplicates": \(count), "rejected": \(count)}},
        "Statistics": {"type": "object", "required": ["bucket", "from", "to", "total", "buckets"], "properties": {
            "bucket": {"type": "string", "enum": ["hour", "day"]}, "from": \(instant), "to": \(instant),
            "total": {"$ref": "#/components/schemas/Counts"},
            "buckets": {"type": "array", "items": {"allOf": [{"$ref": "#/components/schemas/Counts"},
                {"type": "object", "required": ["start"], "properties": {"start": \(instant)}}]}}}},
        "Counts": {"type": "object",
            "required": ["events", "with_plate", "unique_plates", "read_rate", "mean_confidence"], "properties": {
            "events": \(count), "with_plate": \(count), "unique_plates": \(count), "read_rate": \(rate),
            "mean_confidence": \(rate)}}
        }
        """
}
