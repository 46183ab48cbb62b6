import Domain

extension OpenAPISchemas {
    private static let labels = """
        "name": \(label), "hostname": \(label), "site": \(label), "checkpoint": \(label)
        """

    static let devices = """
        {
        "Device": {"type": "object",
            "required": ["device_id", "status", "online", "protocols", "events_today", "created_at", "updated_at"],
            "properties": {
            "device_id": \(deviceID), \(labels),
            "ip_address": {"type": ["string", "null"], "description": "Of its last message."},
            "status": {"type": "string", "enum": ["active", "disabled"]},
            "last_seen": \(optionalInstant),
            "online": {"type": "boolean", "description": "Heard of within the last two minutes."},
            "protocols": {"type": "array", "items": \(protocols)},
            "events_today": {"type": "integer", "minimum": 0, "description": "Since midnight in the site's zone."},
            "health": {"type": ["object", "null"], "additionalProperties": true, "description": "Its last report about itself."},
            "created_at": \(instant), "updated_at": \(instant)}},
        "DevicePage": {"type": "object", "required": ["devices", "next"], "properties": {
            "devices": {"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/Device"}},
            "next": \(cursor)}},
        "DeviceDraft": {"type": "object", "required": ["device_id"], "additionalProperties": false, "properties": {
            "device_id": \(deviceID), \(labels)}},
        "DeviceChange": {"type": "object", "additionalProperties": false, "properties": {
            \(labels), "status": {"type": ["string", "null"], "enum": ["active", "disabled", null]}}},
        "NewDevice": {"type": "object", "required": ["device", "api_key"], "properties": {
            "device": {"$ref": "#/components/schemas/Device"},
            "api_key": {"type": "string", "description": "Shown this once."}}}
        }
        """

    static let communication = """
        {
        "CommunicationStatistics": {"type": "object", "required": ["window", "protocols"], "properties": {
            "window": {"type": "string", "enum": ["1h", "24h", "7d"]},
            "protocols": {"type": "array", "items": {"type": "object", "properties": {
                "protocol": \(protocols), "direction": {"type": "string", "enum": ["in", "out"]},
                "messages": \(count), "failures": \(count), "success_rate": \(rate), "bytes": \(count),
                "latency_ms": {"type": "object", "properties": {"p50": {"type": ["number", "null"]},
                    "p95": {"type": ["number", "null"]}, "p99": {"type": ["number", "null"]}}},
                "connected_now": {"type": ["integer", "null"], "description": "null for protocols that keep no connection."},
                "last_error": \(optionalText), "last_error_at": \(optionalInstant)}}}}},
        "CommunicationLogPage": {"type": "object", "required": ["logs", "next"], "properties": {
            "logs": {"type": "array", "maxItems": 500, "items": {"type": "object", "properties": {
                "id": {"type": "integer"}, "protocol": {"type": "string"},
                "direction": {"type": "string", "enum": ["in", "out"]}, "source": {"type": "string"},
                "destination": {"type": "string"}, "message_type": \(optionalText), "success": {"type": "boolean"},
                "latency_ms": {"type": ["integer", "null"]}, "bytes": \(count), "error_message": \(optionalText),
                "trusted_network": {"type": "boolean", "description": "Let in by its address alone."},
                "created_at": \(instant)}}},
            "next": \(cursor)}},
        "RejectedPage": {"type": "object", "required": ["rejected", "next"], "properties": {
            "rejected": {"type": "array", "maxItems": 500, "items": {"type": "object", "properties": {
                "id": {"type": "integer"}, "received_at": \(instant), "protocol": {"type": "string"},
                "peer": {"type": "string"}, "device_id": \(optionalText),
                "topic": {"type": ["string", "null"], "maxLength": 255, "description": "Of MQTT messages."},
                "reason": {"type": "string"},
                "payload": {"type": "string", "description": "At most the first 4 KiB; what is no UTF-8 is U+FFFD."},
                "payload_bytes": {"type": "integer", "minimum": 0, "description": "Of the whole message."}}}},
            "next": \(cursor)}}
        }
        """
}
