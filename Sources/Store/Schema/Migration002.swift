/// Links to brokers and files from devices.
enum Migration002 {
    static let sql = """
        ALTER TABLE rejected_messages ADD COLUMN topic TEXT;

        CREATE TABLE mqtt_outbox (
            id INTEGER PRIMARY KEY,
            message_type TEXT NOT NULL,
            topic TEXT NOT NULL,
            payload BLOB NOT NULL,
            device_id TEXT,
            command_id TEXT UNIQUE,
            created_at INTEGER NOT NULL,
            sent_at INTEGER
        ) STRICT;
        CREATE INDEX mqtt_outbox_waiting ON mqtt_outbox (id) WHERE sent_at IS NULL;

        CREATE TABLE mqtt_deliveries (
            place INTEGER PRIMARY KEY,
            broker TEXT NOT NULL,
            packet_id INTEGER NOT NULL,
            digest BLOB NOT NULL,
            event_ids TEXT NOT NULL,
            received_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE file_transfers (
            id INTEGER PRIMARY KEY,
            device_id TEXT NOT NULL,
            path TEXT NOT NULL,
            request_id TEXT,
            size INTEGER NOT NULL,
            sha256 BLOB,
            status TEXT NOT NULL,
            announced_at INTEGER,
            updated_at INTEGER NOT NULL,
            UNIQUE (device_id, path)
        ) STRICT;
        """
}
