/// The statements of the store, as `WriterStatements` and `SearchIndex` have them.
enum RawSQL {
    static let insertEvent = """
        INSERT INTO lpr_events (
            id, event_id, edge_device_id, license_plate, plate_key, plate_kind, province, province_code, confidence,
            captured_at, sent_at, received_at, source_protocol, clock_skew_ms, frame_id, image_path,
            plate_image_path, thumbnail_path, note, metadata, content_digest, created_at, updated_at)
        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
        ON CONFLICT (event_id) DO NOTHING
        """
    static let insertChange =
        "INSERT INTO changes (sequence, entity, entity_key, operation, changed_at) VALUES (?,?,?,?,?)"
    static let insertLog = """
        INSERT INTO communication_logs (
            protocol, direction, source, destination, message_type, success, latency_ms, bytes, error_message,
            trusted_network, created_at)
        VALUES (?,?,?,?,?,?,?,?,?,?,?)
        """
    static let touchDevice = """
        UPDATE edge_devices
        SET last_seen = max(coalesce(last_seen, 0), ?1), ip_address = coalesce(?2, ip_address),
            checkpoint = coalesce(checkpoint, ?3),
            protocols = CASE WHEN instr(',' || protocols || ',', ',' || ?4 || ',') > 0 THEN protocols
                             WHEN protocols = '' THEN ?4 ELSE protocols || ',' || ?4 END
        WHERE device_id = ?5
        """
    static let extendSearch = """
        INSERT INTO lpr_events_search (rowid, plate_key)
        SELECT id, plate_key FROM lpr_events WHERE id > ? AND id <= ? AND plate_key IS NOT NULL ORDER BY id
        """
    static let noteSearch = """
        INSERT INTO settings (name, value, updated_at) VALUES ('search.indexed_through', ?, ?)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
        """
}
