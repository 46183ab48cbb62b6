extension OpenAPISchemas {
    private static let component = """
        "state": {"type": "string", "enum": ["off", "ok", "degraded", "failed"]}, "since": \(instant), "last_error": \(optionalText)
        """

    static let system = """
        {
        "Health": {"type": "object", "required": ["status", "version", "uptime_seconds"], "properties": {
            "status": {"type": "string", "enum": ["ok", "degraded"]}, "version": {"type": "string"},
            "uptime_seconds": \(count),
            "components": {"type": "object", "description": "With a login.", "properties": {
                "database": {"type": "object", "properties": {\(component),
                    "queue_length": \(count), "size_bytes": \(count)}},
                "disk": {"type": "object", "properties": {\(component),
                    "available_bytes": \(count), "total_bytes": \(count), "reserve_bytes": \(count)}},
                "storage": {"type": "object", "description": "The room for pictures.", "properties": {\(component),
                    "used_bytes": \(count), "limit_bytes": {"type": ["integer", "null"]},
                    "refuses_pictures": {"type": "boolean"},
                    "days_until_high": {"type": ["number", "null"]}}},
                "media": {"type": "object", "properties": {\(component)}},
                "upstream": {"type": "object", "description": "The replication to the central database; never `failed`, as reads are kept all the same.",
                    "properties": {\(component), \(upstreamDetails)}},
                "mqtt": {"type": "object", "description": "The link to the broker.", "properties": {\(component),
                    "broker": {"type": ["string", "null"]}, "protocol_version": {"type": ["string", "null"]},
                    "client_id": {"type": ["string", "null"]}, "connected_since": \(optionalInstant),
                    "waiting": \(count), "dropped": \(count)}}}},
            "notices": {"type": "array", "description": "With a login.", "items": {"type": "object",
                "required": ["code", "message", "since"], "properties": {
                "code": {"type": "string", "enum": ["database_recovered", "unclean_stop", "disk_full", "pictures_refused"]},
                "message": {"type": "string"}, "since": \(instant)}}}}},
        "FieldError": {"type": "object", "required": ["field", "message"], "properties": {
            "field": {"type": "string"}, "message": {"type": "string"}}},
        "Problem": {"type": "object", "required": ["type", "title", "status", "detail"], "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "/api/docs#problem-…"},
            "title": {"type": "string"}, "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What was wrong and what would be right."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}}}}
        }
        """
}
