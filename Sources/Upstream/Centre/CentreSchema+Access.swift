extension CentreSchema {
    /// Groups of roles; they belong to the whole server, not to one database.
    static let roles = """
        DO $lpr$
        DECLARE
            v_role text;
        BEGIN
            FOREACH v_role IN ARRAY ARRAY['lpr_site', 'lpr_reader'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = v_role) THEN
                    BEGIN
                        EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN
                        -- Somebody makes a centre in another database of this server at this moment.
                        NULL;
                    END;
                END IF;
            END LOOP;
            EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO lpr_site', current_database());
            EXECUTE format('GRANT CONNECT ON DATABASE %I TO lpr_reader', current_database());
        END
        $lpr$;
        """

    /// A site sees and changes the rows of its own `site_id`, and no table of a month by itself: row-level security
    /// stands at the parents. What sites may change in `lpr.sites` goes through functions only.
    static let access = """
        DO $lpr$
        DECLARE
            v_table text;
        BEGIN
            FOREACH v_table IN ARRAY ARRAY[
                'lpr_events', 'event_keys', 'edge_devices', 'communication_logs', 'event_pictures', 'sites'
            ] LOOP
                IF NOT EXISTS (
                    SELECT FROM pg_class WHERE oid = ('lpr.' || v_table)::regclass AND relrowsecurity)
                THEN
                    EXECUTE format('ALTER TABLE lpr.%I ENABLE ROW LEVEL SECURITY', v_table);
                END IF;
                IF NOT EXISTS (
                    SELECT FROM pg_policies
                    WHERE schemaname = 'lpr' AND tablename = v_table AND policyname = 'own_site')
                THEN
                    EXECUTE format(
                        'CREATE POLICY own_site ON lpr.%I TO lpr_site USING (site_id = (SELECT lpr.my_site())) '
                            'WITH CHECK (site_id = (SELECT lpr.my_site()))',
                        v_table);
                END IF;
                IF NOT EXISTS (
                    SELECT FROM pg_policies
                    WHERE schemaname = 'lpr' AND tablename = v_table AND policyname = 'readers')
                THEN
                    EXECUTE format('CREATE POLICY readers ON lpr.%I FOR SELECT TO lpr_reader USING (true)', v_table);
                END IF;
            END LOOP;
        END
        $lpr$;

        GRANT USAGE ON SCHEMA lpr TO lpr_site, lpr_reader;
        GRANT SELECT ON lpr.schema_version, lpr.sites TO lpr_site, lpr_reader;
        GRANT SELECT, INSERT, UPDATE, DELETE ON
            lpr.lpr_events, lpr.event_keys, lpr.edge_devices, lpr.event_pictures TO lpr_site;
        GRANT SELECT, INSERT ON lpr.communication_logs TO lpr_site;
        GRANT SELECT ON
            lpr.lpr_events, lpr.event_keys, lpr.edge_devices, lpr.event_pictures, lpr.communication_logs
            TO lpr_reader;

        REVOKE ALL ON FUNCTION
            \(siteSignatures.joined(separator: ",\n    ")),
            lpr.moved(text),
            lpr.drop_months(date)
            FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION
            \(siteSignatures.joined(separator: ",\n    "))
            TO lpr_site;
        GRANT EXECUTE ON FUNCTION lpr.my_site() TO lpr_reader;
        """

    private static let siteSignatures = [
        "lpr.my_site()",
        "lpr.advance(bigint, bigint, bigint, text, bigint, bigint)",
        "lpr.advance_logs(bigint, bigint, bigint)",
        "lpr.begin_epoch(bigint, bigint, text, bigint, timestamptz)",
        "lpr.begin_backfill(bigint, bigint, timestamptz)",
        "lpr.report(text, text, text, bigint, double precision, bigint, bigint, timestamptz)",
        "lpr.ensure_partition(date)",
        "lpr.prepare_session()",
        "lpr.prepare_devices()",
        "lpr.prepare_logs()",
        "lpr.apply_events(bigint, bigint)",
        "lpr.remove_events(text[], timestamptz[])",
        "lpr.move_events(text[], timestamptz[], bigint, bigint)",
        "lpr.apply_devices(bigint, bigint)",
        "lpr.apply_logs(bigint)",
        "lpr.put_picture(text, text, text, bytea, bytea)",
    ]
}
