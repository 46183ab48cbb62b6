import GRDB

/// The statements on the path of an event, prepared once.
final class WriterStatements {
    let insertEvent: PreparedStatement
    let eventByID: PreparedStatement
    let insertChange: PreparedStatement
    let insertLog: PreparedStatement
    let insertRejected: PreparedStatement
    let insertDelivery: PreparedStatement
    let touchDevice: PreparedStatement

    init(_ database: Database) throws {
        insertEvent = try PreparedStatement(
            """
            INSERT INTO lpr_events (
                id, event_id, edge_device_id, license_plate, plate_key, plate_kind, province, province_code, confidence,
                captured_at, sent_at, received_at, source_protocol, clock_skew_ms, frame_id, image_path,
                announced_image_path, plate_image_path, thumbnail_path, note, metadata, content_digest, created_at, updated_at,
                image_file_id, image_sha256, image_bytes)
            VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
            ON CONFLICT (event_id) DO NOTHING
            """,
            operation: "store an event", in: database)
        eventByID = try PreparedStatement(
            "SELECT id FROM lpr_events WHERE event_id = ?", operation: "find an event", in: database)
        insertChange = try PreparedStatement(
            "INSERT INTO changes (sequence, entity, entity_key, operation, changed_at) VALUES (?,?,?,?,?)",
            operation: "write the change feed", in: database)
        insertLog = try PreparedStatement(
            """
            INSERT INTO communication_logs (
                protocol, direction, source, destination, message_type, success, latency_ms, bytes, error_message,
                trusted_network, created_at)
            VALUES (?,?,?,?,?,?,?,?,?,?,?)
            """,
            operation: "write the communication log", in: database)
        insertRejected = try PreparedStatement(
            """
            INSERT INTO rejected_messages (
                received_at, protocol, peer, device_id, topic, reason, payload, payload_bytes)
            VALUES (?,?,?,?,?,?,?,?)
            """,
            operation: "keep a rejected message", in: database)
        insertDelivery = try PreparedStatement(
            """
            INSERT OR REPLACE INTO mqtt_deliveries (place, broker, packet_id, digest, event_ids, received_at)
            VALUES (?,?,?,?,?,?)
            """,
            operation: "remember a delivery", in: database)
        touchDevice = try PreparedStatement(
            """
            UPDATE edge_devices
            SET last_seen = max(coalesce(last_seen, 0), ?1), ip_address = coalesce(?2, ip_address),
                checkpoint = coalesce(checkpoint, ?3),
                protocols = CASE WHEN instr(',' || protocols || ',', ',' || ?4 || ',') > 0 THEN protocols
                                 WHEN protocols = '' THEN ?4 ELSE protocols || ',' || ?4 END
            WHERE device_id = ?5
            """,
            operation: "note a device's sign of life", in: database)
    }
}
