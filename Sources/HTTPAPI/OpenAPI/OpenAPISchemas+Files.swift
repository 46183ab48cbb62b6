extension OpenAPISchemas {
    static let files = """
        {
        "File": {"type": "object", "required": ["file_id", "device_id", "path", "size", "kind", "state", "received_at"],
            "properties": {
            "file_id": {"type": "integer"}, "device_id": \(deviceID),
            "path": {"type": "string", "description": "Below the device's own folder."},
            "size": {"type": "integer", "minimum": 0, "description": "Bytes."},
            "kind": {"type": "string", "enum": ["picture", "event", "other"]},
            "state": {"type": "string", "enum": ["unclaimed", "joined", "noted"]},
            "event_id": \(optionalText),
            "problem": {"type": ["string", "null"], "description": "Why it was not taken, or still waits."},
            "protocol": \(protocols),
            "modified_at": \(instant), "received_at": \(instant),
            "image_url": \(optionalText), "thumbnail_url": \(optionalText)}},
        "FilePage": {"type": "object", "required": ["files", "unclaimed", "next"], "properties": {
            "files": {"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/File"}},
            "unclaimed": {"type": "object", "description": "Of all devices.", "properties": {
                "count": \(count), "bytes": \(count)}},
            "next": \(cursor)}},
        "DeviceKey": {"type": "object", "required": ["fingerprint", "type", "comment", "created_by", "created_at"],
            "properties": {
            "fingerprint": {"type": "string", "description": "SHA256:… as OpenSSH shows it."},
            "type": {"type": "string"}, "comment": {"type": "string"}, "created_by": {"type": "string"},
            "created_at": \(instant), "last_used_at": \(optionalInstant)}},
        "DeviceKeyList": {"type": "object", "required": ["ssh_keys"], "properties": {
            "ssh_keys": {"type": "array", "maxItems": 16, "items": {"$ref": "#/components/schemas/DeviceKey"}}}},
        "DeviceKeyDraft": {"type": "object", "required": ["public_key"], "additionalProperties": false, "properties": {
            "public_key": {"type": "string", "minLength": 1, "maxLength": 8192,
                "description": "The line of a .pub file."},
            "comment": \(label)}}
        }
        """
}
