extension CentreSchema {
    /// Version 1: the first tables. Every key begins with `site_id` or holds it, so that the tables can be distributed
    /// by it; every key of a table in months holds `captured_at`, as PostgreSQL wants.
    static let tables = """
        CREATE TABLE IF NOT EXISTS lpr.sites (
            site_id text COLLATE "C" PRIMARY KEY CHECK (site_id ~ '^[A-Za-z0-9._-]{1,50}$'),
            name text,
            site_url text,
            epoch bigint NOT NULL DEFAULT 0,
            watermark bigint NOT NULL DEFAULT 0,
            opening_id text,
            epoch_began_at timestamptz,
            backfill_after bigint,
            backfill_through bigint,
            backfill_from timestamptz,
            logs_through bigint NOT NULL DEFAULT 0,
            appliance_version text,
            lag_rows bigint,
            lag_seconds double precision,
            parked_rows bigint,
            pictures_waiting bigint,
            clock_skew_ms bigint,
            last_batch_at timestamptz,
            last_contact_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now()
        ) WITH (fillfactor = 50);

        -- Which site a role speaks for. Only the owner writes here.
        CREATE TABLE IF NOT EXISTS lpr.site_roles (
            role name PRIMARY KEY,
            site_id text COLLATE "C" NOT NULL REFERENCES lpr.sites,
            created_at timestamptz NOT NULL DEFAULT now()
        );

        CREATE TABLE IF NOT EXISTS lpr.lpr_events (
            site_id text COLLATE "C" NOT NULL,
            epoch bigint NOT NULL,
            sequence bigint NOT NULL,
            stored_at timestamptz NOT NULL DEFAULT now(),
            \(CentreTable.events.definitions),
            PRIMARY KEY (site_id, event_id, captured_at)
        ) PARTITION BY RANGE (captured_at);
        CREATE INDEX IF NOT EXISTS lpr_events_by_plate ON lpr.lpr_events (plate_key, captured_at);
        CREATE INDEX IF NOT EXISTS lpr_events_by_device ON lpr.lpr_events (site_id, edge_device_id, captured_at);
        CREATE INDEX IF NOT EXISTS lpr_events_by_time ON lpr.lpr_events (captured_at, site_id);

        -- Makes (site_id, event_id) unique across the months, and finds the month of an event.
        CREATE TABLE IF NOT EXISTS lpr.event_keys (
            site_id text COLLATE "C" NOT NULL,
            event_id text COLLATE "C" NOT NULL,
            captured_at timestamptz NOT NULL,
            PRIMARY KEY (site_id, event_id)
        );

        CREATE TABLE IF NOT EXISTS lpr.edge_devices (
            site_id text COLLATE "C" NOT NULL,
            epoch bigint NOT NULL,
            sequence bigint NOT NULL,
            stored_at timestamptz NOT NULL DEFAULT now(),
            \(CentreTable.devices.definitions),
            PRIMARY KEY (site_id, device_id)
        );

        CREATE TABLE IF NOT EXISTS lpr.communication_logs (
            site_id text COLLATE "C" NOT NULL,
            epoch bigint NOT NULL,
            \(CentreTable.logs.definitions),
            PRIMARY KEY (site_id, epoch, id)
        );
        CREATE INDEX IF NOT EXISTS communication_logs_by_time ON lpr.communication_logs (created_at, site_id);

        CREATE TABLE IF NOT EXISTS lpr.event_pictures (
            site_id text COLLATE "C" NOT NULL,
            event_id text COLLATE "C" NOT NULL,
            kind text NOT NULL CHECK (kind IN ('picture', 'plate', 'thumbnail')),
            captured_at timestamptz NOT NULL,
            media_type text NOT NULL,
            sha256 bytea NOT NULL,
            bytes bigint NOT NULL,
            content bytea NOT NULL,
            stored_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (site_id, event_id, kind, captured_at)
        ) PARTITION BY RANGE (captured_at);

        -- What lies outside of the months. There is no default partition: making a month would have to lock it.
        CREATE TABLE IF NOT EXISTS lpr.lpr_events_before_2010 PARTITION OF lpr.lpr_events
            FOR VALUES FROM (MINVALUE) TO ('2010-01-01 00:00:00+00');
        CREATE TABLE IF NOT EXISTS lpr.lpr_events_after_2059 PARTITION OF lpr.lpr_events
            FOR VALUES FROM ('2060-01-01 00:00:00+00') TO (MAXVALUE);
        CREATE TABLE IF NOT EXISTS lpr.event_pictures_before_2010 PARTITION OF lpr.event_pictures
            FOR VALUES FROM (MINVALUE) TO ('2010-01-01 00:00:00+00');
        CREATE TABLE IF NOT EXISTS lpr.event_pictures_after_2059 PARTITION OF lpr.event_pictures
            FOR VALUES FROM ('2060-01-01 00:00:00+00') TO (MAXVALUE);
        """

    /// Parts of plates, where the extension is to be had.
    static let trigrams = """
        DO $lpr$
        DECLARE
            v_schema text;
        BEGIN
            IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
                AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
                BEGIN
                    CREATE EXTENSION pg_trgm SCHEMA lpr;
                EXCEPTION WHEN insufficient_privilege THEN
                    RAISE WARNING 'pg_trgm may not be created by this role: parts of plates are searched without an index';
                END;
            END IF;
            SELECT n.nspname INTO v_schema
            FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
            IF v_schema IS NOT NULL THEN
                EXECUTE format(
                    'CREATE INDEX IF NOT EXISTS lpr_events_by_part ON lpr.lpr_events USING gin (plate_key %I.gin_trgm_ops)',
                    v_schema);
            END IF;
        END
        $lpr$;
        """
}
