import Domain

extension OpenAPISchemas {
    private static let amount = #"{"type": "object", "properties": {"files": \#(count), "bytes": \#(count)}}"#
    private static let optionalCount = #"{"type": ["integer", "null"], "minimum": 0}"#
    private static let classes = StorageClass.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")

    private static let removed = """
        {"type": "array", "items": {"type": "object", "properties": {
            "kind": {"type": "string", "enum": ["unclaimed", "pictures", "thumbnails", "kept_pictures", "kept_thumbnails",
                "unconfirmed_pictures", "unconfirmed_thumbnails", "unconfirmed_events"]},
            "files": \(count), "bytes": \(count), "events": \(count),
            "oldest": \(optionalInstant), "newest": \(optionalInstant)}}}
        """

    static let storage = """
        {
        "Storage": {"type": "object", "required": ["state", "used_bytes", "classes", "devices", "sweeps"], "properties": {
            "state": {"type": "string", "enum": ["ok", "warning", "refusing"]}, "problem": \(optionalText),
            "problem_code": {"type": ["string", "null"], "enum": ["unreadable", "refused", "nearly_full", "full_soon",
                "nothing_left", "mostly_fixed", "unconfirmed_removed", null]},
            "counted": {"type": "boolean", "description": "False until all files have been counted since the start."},
            "refuses_pictures": {"type": "boolean"}, "used_bytes": \(count),
            "fixed_bytes": {"type": "integer", "description": "What may not be deleted to make room, about."},
            "quota_bytes": \(optionalCount), "limit_bytes": \(optionalCount), "high_bytes": \(optionalCount),
            "low_bytes": \(optionalCount), "limited_by": {"type": ["string", "null"], "enum": ["quota", "disk", null]},
            "disk": {"type": "object", "properties": {"total_bytes": \(optionalCount),
                "available_bytes": \(optionalCount), "reserve_bytes": \(count)}},
            "kept": \(amount),
            "growth_bytes_per_day": {"type": ["integer", "null"]}, "days_until_high": {"type": ["number", "null"]},
            "sweeping": {"type": "boolean"},
            "classes": {"type": "array", "items": {"type": "object", "properties": {
                "class": {"type": "string", "enum": [\(classes)]}, "files": \(count), "bytes": \(count)}}},
            "devices": {"type": "array", "items": {"type": "object", "properties": {
                "device_id": {"type": "string"}, "bytes": \(count), "files": \(count),
                "classes": {"type": "object", "additionalProperties": \(amount)}}}},
            "device_count": \(count),
            "history": {"type": "array", "items": {"type": "object", "properties": {
                "hour": \(instant), "used_bytes": \(count), "removed_bytes": \(count)}}},
            "sweeps": {"type": "array", "items": {"type": "object", "properties": {
                "started_at": \(instant), "finished_at": \(instant),
                "reason": {"type": "string", "enum": ["quota", "disk", "manual"]},
                "outcome": {"type": "string", "enum": ["done", "nothing_left", "stopped", "failed"]},
                "used_before_bytes": \(count), "used_after_bytes": \(count), "target_bytes": \(count),
                "longest_write_ms": \(count), "removed": \(removed)}}}}},
        "StorageSweep": {"type": "object", "additionalProperties": false, "properties": {
            "dry_run": {"type": "boolean", "default": false, "description": "Only say what would go."}}},
        "StoragePlan": {"type": "object", "properties": {"used_bytes": \(count), "target_bytes": \(count),
            "enough": {"type": "boolean", "description": "Whether that reaches the target."},
            "complete": {"type": "boolean", "description": "False when more than 200,000 events would be looked at."},
            "removed": \(removed)}},
        "StorageSweepBegun": {"type": "object", "properties": {"sweeping": {"type": "boolean"}}}
        }
        """
}
