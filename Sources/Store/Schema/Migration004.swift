/// Room on the disk: events that stay, pictures that went, and what sweeps did.
enum Migration004 {
    static let sql = """
        ALTER TABLE lpr_events ADD COLUMN keep INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE lpr_events ADD COLUMN pictures_removed_at INTEGER;

        -- What a sweep may take next, oldest first. The second one has rows only where the full picture is gone, so that
        -- a new event costs one entry at the end of one small index.
        CREATE INDEX lpr_events_with_picture ON lpr_events (id) WHERE image_path IS NOT NULL AND keep = 0;
        CREATE INDEX lpr_events_with_thumbnail ON lpr_events (id)
            WHERE image_path IS NULL AND keep = 0 AND (thumbnail_path IS NOT NULL OR plate_image_path IS NOT NULL);
        CREATE INDEX lpr_events_kept ON lpr_events (id) WHERE keep = 1;

        CREATE TABLE storage_use (
            device_id TEXT NOT NULL,
            class TEXT NOT NULL,
            files INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            PRIMARY KEY (device_id, class)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE storage_history (
            hour INTEGER PRIMARY KEY,
            used INTEGER NOT NULL,
            removed INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE storage_sweeps (
            id INTEGER PRIMARY KEY,
            started_at INTEGER NOT NULL,
            finished_at INTEGER NOT NULL,
            reason TEXT NOT NULL,
            outcome TEXT NOT NULL,
            used_before INTEGER NOT NULL,
            used_after INTEGER NOT NULL,
            target INTEGER NOT NULL,
            longest_write_us INTEGER NOT NULL,
            removed TEXT NOT NULL
        ) STRICT;
        """
}
