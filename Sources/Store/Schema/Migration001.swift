/// The first schema. docs/database.md explains every column.
///
/// Instants are microseconds since 1970 UTC (invariant 7). The primary keys of `lpr_events` and `changes` are given by
/// the one writer and never used twice, so that cursors and the search index can trust them.
enum Migration001 {
    static let sql = """
        CREATE TABLE lpr_events (
            id INTEGER PRIMARY KEY,
            event_id TEXT NOT NULL UNIQUE CHECK (length(event_id) BETWEEN 1 AND 50),
            edge_device_id TEXT NOT NULL CHECK (length(edge_device_id) BETWEEN 1 AND 50),
            license_plate TEXT CHECK (length(license_plate) <= 20),
            plate_key TEXT,
            plate_kind TEXT,
            province TEXT,
            province_code TEXT,
            confidence REAL CHECK (confidence BETWEEN 0 AND 1),
            captured_at INTEGER NOT NULL,
            sent_at INTEGER,
            received_at INTEGER NOT NULL,
            source_protocol TEXT NOT NULL,
            clock_skew_ms INTEGER,
            frame_id TEXT,
            image_path TEXT CHECK (length(image_path) <= 255),
            announced_image_path TEXT CHECK (length(announced_image_path) <= 255),
            plate_image_path TEXT,
            thumbnail_path TEXT,
            note TEXT,
            first_plate TEXT,
            first_province TEXT,
            corrected_at INTEGER,
            corrected_by TEXT,
            metadata TEXT NOT NULL DEFAULT '{}',
            content_digest BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX lpr_events_by_time ON lpr_events (captured_at, id, plate_key);
        CREATE INDEX lpr_events_by_plate ON lpr_events (plate_key, captured_at);
        CREATE INDEX lpr_events_by_device ON lpr_events (edge_device_id, captured_at);

        CREATE VIRTUAL TABLE lpr_events_search USING fts5 (
            plate_key, content = 'lpr_events', content_rowid = 'id', columnsize = 0, detail = 'none',
            tokenize = 'trigram case_sensitive 1'
        );
        INSERT INTO lpr_events_search (lpr_events_search, rank) VALUES ('pgsz', 2000);

        CREATE TABLE edge_devices (
            id INTEGER PRIMARY KEY,
            device_id TEXT NOT NULL UNIQUE CHECK (length(device_id) BETWEEN 1 AND 50),
            name TEXT,
            hostname TEXT CHECK (length(hostname) <= 100),
            ip_address TEXT,
            status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
            site TEXT,
            checkpoint TEXT,
            last_seen INTEGER,
            protocols TEXT NOT NULL DEFAULT '',
            health TEXT,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE communication_logs (
            id INTEGER PRIMARY KEY,
            protocol TEXT NOT NULL,
            direction TEXT NOT NULL,
            source TEXT NOT NULL,
            destination TEXT NOT NULL,
            message_type TEXT,
            success INTEGER NOT NULL,
            latency_ms INTEGER,
            bytes INTEGER NOT NULL,
            error_message TEXT,
            trusted_network INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE communication_statistics (
            bucket_start INTEGER NOT NULL,
            protocol TEXT NOT NULL,
            direction TEXT NOT NULL,
            messages INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            latency_histogram BLOB NOT NULL,
            last_error TEXT,
            last_error_at INTEGER,
            PRIMARY KEY (bucket_start, protocol, direction)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE rejected_messages (
            id INTEGER PRIMARY KEY,
            received_at INTEGER NOT NULL,
            protocol TEXT NOT NULL,
            peer TEXT NOT NULL,
            device_id TEXT,
            reason TEXT NOT NULL,
            payload BLOB NOT NULL,
            payload_bytes INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE changes (
            sequence INTEGER PRIMARY KEY,
            entity TEXT NOT NULL,
            entity_key TEXT NOT NULL,
            operation TEXT NOT NULL,
            changed_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE users (
            username TEXT PRIMARY KEY COLLATE NOCASE CHECK (length(username) BETWEEN 1 AND 50),
            role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
            password_hash TEXT NOT NULL,
            disabled INTEGER NOT NULL DEFAULT 0,
            token_generation INTEGER NOT NULL DEFAULT 0,
            last_login_at INTEGER,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sessions (
            token_hash BLOB PRIMARY KEY,
            username TEXT COLLATE NOCASE REFERENCES users (username) ON DELETE CASCADE ON UPDATE CASCADE,
            key_id TEXT REFERENCES api_keys (key_id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('cookie', 'refresh')),
            family TEXT,
            replaced INTEGER NOT NULL DEFAULT 0,
            address TEXT,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            CHECK ((username IS NULL) != (key_id IS NULL)),
            CHECK ((kind = 'refresh') = (family IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessions_by_user ON sessions (username) WHERE username IS NOT NULL;
        CREATE INDEX sessions_by_key ON sessions (key_id) WHERE key_id IS NOT NULL;
        CREATE INDEX sessions_by_family ON sessions (family) WHERE family IS NOT NULL;

        CREATE TABLE api_keys (
            key_id TEXT PRIMARY KEY,
            secret_hash BLOB NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'viewer', 'device', 'metrics')),
            device_id TEXT,
            disabled INTEGER NOT NULL DEFAULT 0,
            created_by TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER,
            expires_at INTEGER,
            CHECK ((role = 'device') = (device_id IS NOT NULL))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit_log (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            object TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT '{}'
        ) STRICT;

        CREATE TABLE settings (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
