extension CentreSchema {
    /// Partitions by month of capture, UTC, from 2010 to 2059.
    static let months = """
        -- Makes the partitions of a month where they are missing; true when it made one. A table that is attached takes
        -- no lock that writers or readers wait for.
        CREATE OR REPLACE FUNCTION lpr.ensure_partition(p_month date) RETURNS boolean
        LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '10s' AS $lpr$
        DECLARE
            v_from timestamptz := date_trunc('month', p_month);
            v_parent text;
            v_name text;
            v_made boolean := false;
        BEGIN
            IF p_month IS NULL OR p_month < '2010-01-01' OR p_month >= '2060-01-01' THEN
                RETURN false;
            END IF;
            FOREACH v_parent IN ARRAY ARRAY['lpr_events', 'event_pictures'] LOOP
                v_name := v_parent || to_char(v_from, '_YYYY_MM');
                CONTINUE WHEN EXISTS (
                    SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = ('lpr.' || v_parent)::regclass AND c.relname = v_name);
                PERFORM pg_advisory_xact_lock(hashtextextended('lpr.ensure_partition', 0));
                CONTINUE WHEN EXISTS (
                    SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                    WHERE i.inhparent = ('lpr.' || v_parent)::regclass AND c.relname = v_name);
                IF to_regclass('lpr.' || v_name) IS NOT NULL THEN
                    RAISE EXCEPTION 'table lpr.% is there, but is no partition of lpr.%', v_name, v_parent
                        USING HINT = 'Attach it again, rename it, or move it to another schema.';
                END IF;
                EXECUTE format(
                    'CREATE TABLE lpr.%I (LIKE lpr.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
                    v_name, v_parent);
                EXECUTE format(
                    'ALTER TABLE lpr.%I ATTACH PARTITION lpr.%I FOR VALUES FROM (%L) TO (%L)',
                    v_parent, v_name, v_from, v_from + interval '1 month');
                v_made := true;
            END LOOP;
            RETURN v_made;
        END
        $lpr$;

        -- For the owner: drops all months that end before p_before, with their pictures. Gives the names.
        CREATE OR REPLACE FUNCTION lpr.drop_months(p_before date) RETURNS SETOF text
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $lpr$
        DECLARE
            v_end date := date_trunc('month', p_before);
            v_name text;
        BEGIN
            FOR v_name IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent IN ('lpr.lpr_events'::regclass, 'lpr.event_pictures'::regclass)
                    AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
                    AND to_date(right(c.relname, 7), 'YYYY_MM') < v_end
                ORDER BY 1
            LOOP
                EXECUTE format('DROP TABLE lpr.%I', v_name);
                RETURN NEXT v_name;
            END LOOP;
            DELETE FROM lpr.event_keys WHERE captured_at >= '2010-01-01' AND captured_at < v_end;
        END
        $lpr$;
        """

    /// From the month before last to half a year ahead; sites make what else they need.
    static let firstMonths = """
        SELECT count(*) FILTER (WHERE lpr.ensure_partition((date_trunc('month', now()) + i * interval '1 month')::date))
        FROM generate_series(-2, 6) AS i;
        """
}
