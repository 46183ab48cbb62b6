import Domain
import GRDB

/// Files that devices sent whole, and the keys by which they log in.
enum Migration003 {
    static let sql = """
        CREATE TABLE received_files (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            device_id TEXT NOT NULL,
            path TEXT NOT NULL,
            name TEXT NOT NULL,
            event_key TEXT,
            size INTEGER NOT NULL,
            sha256 BLOB,
            kind TEXT NOT NULL CHECK (kind IN ('picture', 'event', 'other')),
            state TEXT NOT NULL CHECK (state IN ('unclaimed', 'joined', 'noted')),
            picture_path TEXT,
            thumbnail_path TEXT,
            event_id TEXT,
            problem TEXT,
            source_protocol TEXT NOT NULL,
            modified_at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            settled_at INTEGER,
            is_current INTEGER NOT NULL DEFAULT 1,
            CHECK ((state = 'unclaimed') = (settled_at IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX received_files_current ON received_files (device_id, path) WHERE is_current = 1;
        CREATE INDEX received_files_by_name ON received_files (device_id, name)
            WHERE kind = 'picture' AND is_current = 1;
        CREATE INDEX received_files_by_key ON received_files (device_id, event_key)
            WHERE state = 'unclaimed' AND event_key IS NOT NULL;
        CREATE INDEX received_files_unclaimed ON received_files (received_at) WHERE state = 'unclaimed';
        CREATE INDEX received_files_settled ON received_files (settled_at) WHERE state <> 'unclaimed';
        CREATE INDEX received_files_by_picture ON received_files (picture_path) WHERE picture_path IS NOT NULL;

        CREATE TABLE awaited_pictures (
            device_id TEXT NOT NULL,
            name TEXT NOT NULL,
            event_id TEXT NOT NULL,
            path TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (device_id, name, event_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX awaited_pictures_by_time ON awaited_pictures (created_at);

        ALTER TABLE lpr_events ADD COLUMN image_file_id INTEGER;
        CREATE INDEX lpr_events_by_file ON lpr_events (image_file_id) WHERE image_file_id IS NOT NULL;

        ALTER TABLE file_transfers ADD COLUMN event_id TEXT;
        ALTER TABLE file_transfers ADD COLUMN answer_topic TEXT;

        CREATE TABLE device_keys (
            device_id TEXT NOT NULL REFERENCES edge_devices (device_id) ON DELETE CASCADE,
            fingerprint TEXT NOT NULL,
            type TEXT NOT NULL,
            blob BLOB NOT NULL,
            comment TEXT NOT NULL DEFAULT '',
            created_by TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER,
            PRIMARY KEY (device_id, fingerprint)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX device_keys_by_blob ON device_keys (device_id, blob);
        """
}

extension Migration003 {
    /// Events of the last release that may still wait for their pictures, looked for among the newest ones.
    private static let lookBack = 100_000

    static func awaitPictures(_ database: Database) throws {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT e.event_id, e.edge_device_id, e.announced_image_path, e.created_at FROM lpr_events e
                WHERE e.id > (SELECT coalesce(max(id), 0) FROM lpr_events) - \(lookBack)
                    AND e.announced_image_path IS NOT NULL AND e.image_path IS NULL
                """)
        // By its own columns: later migrations add some that are not there yet.
        while let row = try rows.next() {
            try AwaitedPicture.insert(
                eventID: row[0], deviceID: row[1], path: row[2], createdAt: Instant(microseconds: row[3]), database)
        }
    }
}
