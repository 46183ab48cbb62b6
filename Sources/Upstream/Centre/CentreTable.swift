/// A table of the centre as columns, from which its SQL, the staging table and the text that is copied are made, so that
/// the three cannot differ. docs/upstream.md explains the columns.
struct CentreTable: Sendable {
    struct Column: Sendable {
        let name: String
        let type: String
        let isRequired: Bool

        init(_ name: String, _ type: String, isRequired: Bool = false) {
            self.name = name
            self.type = type
            self.isRequired = isRequired
        }
    }

    let name: String
    /// What a site sends, in the order of `CopyText`.
    let columns: [Column]

    /// `a, b, c`
    var names: String { names(prefix: "") }

    func names(prefix: String) -> String { columns.map { prefix + $0.name }.joined(separator: ", ") }

    /// For the table itself.
    var definitions: String {
        columns.map { "\($0.name) \($0.type)\($0.isRequired ? " NOT NULL" : "")" }.joined(separator: ",\n    ")
    }

    /// For the staging table: whatever is missing is found when the row is stored, and names its column then.
    var stagingDefinitions: String { columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ") }

    /// `a = excluded.a, …` without the key.
    func assignments(except key: Set<String>) -> String {
        columns.filter { !key.contains($0.name) }.map { "\($0.name) = excluded.\($0.name)" }.joined(separator: ", ")
    }
}

extension CentreTable {
    /// Keys compare byte by byte: faster, and the beginning of a plate can use the index.
    private static let key = "text COLLATE \"C\""

    /// Fixed lengths first, so that rows have few gaps.
    static let events = CentreTable(
        name: "lpr_events",
        columns: [
            Column("event_id", key, isRequired: true),
            Column("captured_at", "timestamptz", isRequired: true),
            Column("received_at", "timestamptz", isRequired: true),
            Column("sent_at", "timestamptz"),
            Column("created_at", "timestamptz", isRequired: true),
            Column("updated_at", "timestamptz", isRequired: true),
            Column("corrected_at", "timestamptz"),
            Column("pictures_removed_at", "timestamptz"),
            Column("clock_skew_ms", "bigint"),
            Column("image_bytes", "bigint"),
            Column("confidence", "numeric(5,4)"),
            Column("keep", "boolean", isRequired: true),
            Column("edge_device_id", key, isRequired: true),
            Column("license_plate", "text"),
            Column("plate_key", key),
            Column("plate_kind", "text"),
            Column("province", "text"),
            Column("province_code", "text"),
            Column("source_protocol", "text", isRequired: true),
            Column("frame_id", "text"),
            Column("image_path", "text"),
            Column("announced_image_path", "text"),
            Column("plate_image_path", "text"),
            Column("thumbnail_path", "text"),
            Column("image_sha256", "bytea"),
            Column("note", "text"),
            Column("first_plate", "text"),
            Column("first_province", "text"),
            Column("corrected_by", "text"),
            Column("metadata", "jsonb", isRequired: true),
            Column("content_digest", "bytea", isRequired: true),
        ])

    static let devices = CentreTable(
        name: "edge_devices",
        columns: [
            Column("device_id", key, isRequired: true),
            Column("name", "text"),
            Column("hostname", "text"),
            Column("ip_address", "inet"),
            Column("status", "text", isRequired: true),
            Column("site", "text"),
            Column("checkpoint", "text"),
            Column("last_seen", "timestamptz"),
            Column("protocols", "text[]", isRequired: true),
            Column("health", "jsonb"),
            Column("created_at", "timestamptz", isRequired: true),
            Column("updated_at", "timestamptz", isRequired: true),
        ])

    static let logs = CentreTable(
        name: "communication_logs",
        columns: [
            Column("id", "bigint", isRequired: true),
            Column("protocol", "text", isRequired: true),
            Column("direction", "text", isRequired: true),
            Column("source", "text", isRequired: true),
            Column("destination", "text", isRequired: true),
            Column("message_type", "text"),
            Column("success", "boolean", isRequired: true),
            Column("latency_ms", "bigint"),
            Column("bytes", "bigint", isRequired: true),
            Column("error_message", "text"),
            Column("trusted_network", "boolean", isRequired: true),
            Column("created_at", "timestamptz", isRequired: true),
        ])
}
