import Domain

extension OpenAPISchemas {
    private static let problems = UpstreamStatus.Problem.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    private static let states = UpstreamStatus.State.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    private static let problem = #"{"type": ["string", "null"], "enum": [\#(problems), null]}"#
    private static let seconds = #"{"type": "number", "minimum": 0}"#

    /// What `/api/health` tells of it beside the state, unless it is off.
    static let upstreamDetails = """
        "replication": {"type": "string", "enum": [\(states)]}, "problem": \(problem), "server": \(optionalText),
        "connected_since": \(optionalInstant), "lag_rows": \(count), "lag_seconds": \(seconds), "parked_rows": \(count)
        """

    static let upstream = """
        {
        "Upstream": {"type": "object",
            "required": ["state", "problem", "lag_rows", "lag_seconds", "rows_per_second", "parked_rows"], "properties": {
            "state": {"type": "string", "enum": [\(states)],
                "description": "`waiting`: after an error, it is tried again by itself; `paused`: nothing is sent for now."},
            "problem": {"type": ["string", "null"], "enum": [\(problems), null],
                "description": "What kind of error lasts; null when all is well."},
            "last_error": {"type": ["string", "null"], "description": "In the server's words, also when it is over."},
            "last_error_at": \(optionalInstant),
            "server": {"type": ["string", "null"], "description": "host:port/dbname"},
            "connected_since": \(optionalInstant),
            "last_confirmed_at": {"type": ["string", "null"], "format": "date-time",
                "description": "When the centre last had a batch on disk."},
            "lag_rows": {"type": "integer", "minimum": 0, "description": "Changes that the centre does not have yet."},
            "lag_seconds": {"type": "number", "minimum": 0, "description": "Age of the oldest of them."},
            "rows_per_second": {"type": "number", "minimum": 0, "description": "Mean of the last minute."},
            "confirmed_sequence": {"type": "integer", "minimum": 0,
                "description": "The last change that the centre has, as in the cursor of the feed."},
            "epoch": {"type": ["integer", "null"],
                "description": "Which life of the local database it is; one more after a restore."},
            "rows_sent": {"type": "integer", "minimum": 0, "description": "Since the start."},
            "batches_sent": {"type": "integer", "minimum": 0, "description": "Since the start."},
            "parked_rows": {"type": "integer", "minimum": 0, "description": "Changes that the centre has refused."},
            "backfill_remaining": {"type": ["integer", "null"], "minimum": 0,
                "description": "Stored events that are still sent anew; null while nothing is."},
            "pictures_waiting": {"type": ["integer", "null"], "minimum": 0,
                "description": "Events whose pictures are still to be sent, about, when many; null when pictures stay here."},
            "pictures_sent": {"type": "integer", "minimum": 0, "description": "Since the start."},
            "pictures_passed": {"type": "integer", "minimum": 0,
                "description": "Lost, unreadable, too large or refused pictures, since the start."},
            "pictures_error": {"type": ["string", "null"],
                "description": "Why no pictures are sent although they should; null when all is well."}}},
        "ParkedRow": {"type": "object",
            "required": ["id", "entity", "entity_key", "operation", "sqlstate", "message", "parked_at", "attempts"],
            "properties": {
            "id": \(count), "entity": {"type": "string", "description": "As in the change feed."},
            "entity_key": {"type": "string", "description": "Such as the event's id."},
            "operation": {"type": "string"}, "sequence": \(count),
            "sqlstate": {"type": "string", "description": "PostgreSQL's code of the error."},
            "message": {"type": "string", "description": "What the centre says is wrong."},
            "parked_at": \(instant), "attempts": {"type": "integer", "minimum": 1}}},
        "ParkedRowPage": {"type": "object", "required": ["parked", "count", "next"], "properties": {
            "parked": {"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/ParkedRow"}},
            "count": {"type": "integer", "minimum": 0, "description": "All of them."}, "next": \(cursor)}},
        "ParkedRetry": {"type": "object", "required": ["retried"], "properties": {
            "retried": {"type": "integer", "minimum": 0, "description": "How many are sent again."}}},
        "UpstreamResync": {"type": "object", "required": ["from"], "additionalProperties": false, "properties": {
            "from": {"type": ["string", "null"],
                "description": "A day of the site (2026-11-23) or a time with a zone (RFC 3339); null for all that is stored."}}},
        "UpstreamResyncBegun": {"type": "object", "properties": {"from": \(optionalInstant)}}
        }
        """
}
