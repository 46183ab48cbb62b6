/// What a central database needs to know: who wrote which part of the feed, and what a picture was.
enum Migration005 {
    static let sql = """
        -- Which opening of the database wrote the feed from which number on, see `FeedLineage`. All that stands in the
        -- feed already, and a feed that is still empty, belong to this first one.
        CREATE TABLE feed_openings (
            first_sequence INTEGER PRIMARY KEY,
            opening_id TEXT NOT NULL
        ) STRICT;
        INSERT INTO feed_openings (first_sequence, opening_id) VALUES (0, lower(hex(randomblob(16))));

        CREATE TABLE upstream_parked (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            entity TEXT NOT NULL,
            entity_key TEXT NOT NULL,
            operation TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            sqlstate TEXT NOT NULL,
            message TEXT NOT NULL,
            parked_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 1,
            UNIQUE (entity, entity_key)
        ) STRICT;

        ALTER TABLE lpr_events ADD COLUMN image_sha256 BLOB;
        ALTER TABLE lpr_events ADD COLUMN image_bytes INTEGER;
        ALTER TABLE received_files ADD COLUMN picture_bytes INTEGER;
        """
}
