extension CentreSchema {
    /// What turns staged rows into rows. These run with the rights of the caller, so that row-level security looks at
    /// every row; the plans are kept in the session.
    ///
    /// New events are the common case and must be cheap: one statement for the keys tells whether all are new, and then
    /// a plain INSERT stores them. Only otherwise it is looked for what moved, and rows are replaced one by one. A plan
    /// that is kept may have been made while the tables were empty, so such statements leave no choice but the keys.
    static let apply = """
        CREATE OR REPLACE FUNCTION lpr.prepare_session() RETURNS void
        LANGUAGE plpgsql SET client_min_messages = warning AS $lpr$
        BEGIN
            CREATE TEMPORARY TABLE IF NOT EXISTS lpr_incoming (
                is_deleted boolean, \(CentreTable.events.stagingDefinitions)
            ) ON COMMIT DELETE ROWS;
        END
        $lpr$;

        -- For the transaction alone: each table that stays is emptied at the end of each batch, which takes longer than
        -- a small batch itself, and devices change rarely.
        CREATE OR REPLACE FUNCTION lpr.prepare_devices() RETURNS void
        LANGUAGE plpgsql SET client_min_messages = warning AS $lpr$
        BEGIN
            CREATE TEMPORARY TABLE lpr_incoming_devices (
                is_deleted boolean, \(CentreTable.devices.stagingDefinitions)
            ) ON COMMIT DROP;
        END
        $lpr$;

        -- Stays from then on: a site that sends its log does so all the time.
        CREATE OR REPLACE FUNCTION lpr.prepare_logs() RETURNS void
        LANGUAGE plpgsql SET client_min_messages = warning AS $lpr$
        BEGIN
            CREATE TEMPORARY TABLE IF NOT EXISTS lpr_incoming_logs (
                \(CentreTable.logs.stagingDefinitions)
            ) ON COMMIT DELETE ROWS;
        END
        $lpr$;

        -- Stores the events in pg_temp.lpr_incoming, deletions first; gives how many rows it stored.
        CREATE OR REPLACE FUNCTION lpr.apply_events(p_epoch bigint, p_sequence bigint) RETURNS bigint
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp \(steadyPlans) AS $lpr$
        DECLARE
            v_site text := lpr.my_site();
            v_rows bigint;
            v_deleted bigint;
            v_new bigint;
            v_ids text[];
            v_times timestamptz[];
        BEGIN
            SELECT count(*) FILTER (WHERE NOT is_deleted), count(*) FILTER (WHERE is_deleted)
            INTO v_rows, v_deleted FROM pg_temp.lpr_incoming;
            IF v_deleted > 0 THEN
                SELECT array_agg(i.event_id), array_agg(k.captured_at) INTO v_ids, v_times
                FROM pg_temp.lpr_incoming i CROSS JOIN LATERAL (\(keyOfIncoming)) k WHERE i.is_deleted;
                PERFORM lpr.remove_events(v_ids, v_times);
                DELETE FROM lpr.event_keys WHERE site_id = v_site AND event_id = ANY (v_ids);
            END IF;
            IF v_rows = 0 THEN
                RETURN 0;
            END IF;

            INSERT INTO lpr.event_keys (site_id, event_id, captured_at)
            SELECT v_site, event_id, captured_at FROM pg_temp.lpr_incoming WHERE NOT is_deleted
            ON CONFLICT (site_id, event_id) DO NOTHING;
            GET DIAGNOSTICS v_new = ROW_COUNT;
            IF v_new = v_rows THEN
                INSERT INTO lpr.lpr_events (site_id, epoch, sequence, \(CentreTable.events.names))
                SELECT v_site, p_epoch, p_sequence, \(CentreTable.events.names)
                FROM pg_temp.lpr_incoming WHERE NOT is_deleted;
                RETURN v_rows;
            END IF;

            SELECT array_agg(i.event_id), array_agg(k.captured_at) INTO v_ids, v_times
            FROM pg_temp.lpr_incoming i CROSS JOIN LATERAL (\(keyOfIncoming)) k
            WHERE NOT i.is_deleted AND k.captured_at <> i.captured_at;
            IF v_ids IS NOT NULL THEN
                PERFORM lpr.move_events(v_ids, v_times, p_epoch, p_sequence);
            END IF;
            INSERT INTO lpr.lpr_events AS e (site_id, epoch, sequence, \(CentreTable.events.names))
            SELECT v_site, p_epoch, p_sequence, \(CentreTable.events.names)
            FROM pg_temp.lpr_incoming WHERE NOT is_deleted
            ON CONFLICT (site_id, event_id, captured_at) DO UPDATE SET
                epoch = excluded.epoch, sequence = excluded.sequence,
                \(CentreTable.events.assignments(except: ["event_id", "captured_at"]))
            WHERE (e.epoch, e.sequence) <= (excluded.epoch, excluded.sequence);
            GET DIAGNOSTICS v_rows = ROW_COUNT;
            RETURN v_rows;
        END
        $lpr$;

        -- Takes events and their pictures from the places that they have, month by month: each statement is planned for
        -- one partition, however many there are.
        CREATE OR REPLACE FUNCTION lpr.remove_events(p_ids text[], p_times timestamptz[]) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' \(freshPlans) AS $lpr$
        DECLARE
            v_month timestamptz;
            v_table text;
        BEGIN
            FOR v_month IN SELECT DISTINCT date_trunc('month', t) FROM unnest(p_times) AS t LOOP
                FOREACH v_table IN ARRAY ARRAY['event_pictures', 'lpr_events'] LOOP
                    EXECUTE format(
                        'DELETE FROM lpr.%I e USING unnest($1, $2) AS g (event_id, captured_at) WHERE e.site_id = $3 '
                            'AND e.event_id = g.event_id AND e.captured_at = g.captured_at '
                            'AND e.captured_at >= $4 AND e.captured_at < $5',
                        v_table)
                    USING p_ids, p_times, lpr.my_site(), v_month, v_month + interval '1 month';
                END LOOP;
            END LOOP;
        END
        $lpr$;

        -- Events that came with another time of capture leave the place that they had, given by p_ids and p_times. What
        -- the centre has newer is taken out of what came.
        CREATE OR REPLACE FUNCTION lpr.move_events(
            p_ids text[], p_times timestamptz[], p_epoch bigint, p_sequence bigint
        ) RETURNS void
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' \(freshPlans) AS $lpr$
        DECLARE
            v_month timestamptz;
            v_newer text[] := '{}';
            v_some text[];
        BEGIN
            FOR v_month IN SELECT DISTINCT date_trunc('month', t) FROM unnest(p_times) AS t LOOP
                EXECUTE
                    'SELECT array_agg(e.event_id) FROM lpr.lpr_events e '
                        'JOIN unnest($1, $2) AS g (event_id, captured_at) '
                        'ON e.event_id = g.event_id AND e.captured_at = g.captured_at WHERE e.site_id = $3 '
                        'AND e.captured_at >= $4 AND e.captured_at < $5 AND (e.epoch, e.sequence) > ($6, $7)'
                INTO v_some
                USING p_ids, p_times, lpr.my_site(), v_month, v_month + interval '1 month', p_epoch, p_sequence;
                v_newer := v_newer || v_some;
            END LOOP;
            IF v_newer <> '{}' THEN
                DELETE FROM pg_temp.lpr_incoming WHERE event_id = ANY (v_newer);
                SELECT array_agg(g.event_id), array_agg(g.captured_at) INTO p_ids, p_times
                FROM unnest(p_ids, p_times) AS g (event_id, captured_at) WHERE g.event_id <> ALL (v_newer);
            END IF;
            PERFORM lpr.remove_events(p_ids, p_times);
            INSERT INTO lpr.event_keys (site_id, event_id, captured_at)
            SELECT lpr.my_site(), event_id, captured_at FROM pg_temp.lpr_incoming
            WHERE NOT is_deleted AND event_id = ANY (p_ids)
            ON CONFLICT (site_id, event_id) DO UPDATE SET captured_at = excluded.captured_at;
        END
        $lpr$;

        CREATE OR REPLACE FUNCTION lpr.apply_devices(p_epoch bigint, p_sequence bigint) RETURNS bigint
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp \(steadyPlans) AS $lpr$
        DECLARE
            v_site text := lpr.my_site();
            v_rows bigint;
        BEGIN
            DELETE FROM lpr.edge_devices WHERE site_id = v_site AND device_id = ANY (
                ARRAY(SELECT device_id FROM pg_temp.lpr_incoming_devices WHERE is_deleted));
            INSERT INTO lpr.edge_devices AS d (site_id, epoch, sequence, \(CentreTable.devices.names))
            SELECT v_site, p_epoch, p_sequence, \(CentreTable.devices.names)
            FROM pg_temp.lpr_incoming_devices WHERE NOT is_deleted
            ON CONFLICT (site_id, device_id) DO UPDATE SET
                epoch = excluded.epoch, sequence = excluded.sequence,
                \(CentreTable.devices.assignments(except: ["device_id"]))
            WHERE (d.epoch, d.sequence) <= (excluded.epoch, excluded.sequence);
            GET DIAGNOSTICS v_rows = ROW_COUNT;
            RETURN v_rows;
        END
        $lpr$;

        CREATE OR REPLACE FUNCTION lpr.apply_logs(p_epoch bigint) RETURNS bigint
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp \(steadyPlans) AS $lpr$
        DECLARE
            v_rows bigint;
        BEGIN
            INSERT INTO lpr.communication_logs (site_id, epoch, \(CentreTable.logs.names))
            SELECT lpr.my_site(), p_epoch, \(CentreTable.logs.names) FROM pg_temp.lpr_incoming_logs
            ON CONFLICT (site_id, epoch, id) DO NOTHING;
            GET DIAGNOSTICS v_rows = ROW_COUNT;
            RETURN v_rows;
        END
        $lpr$;

        -- Stores a picture of an event; false when the event is not there.
        CREATE OR REPLACE FUNCTION lpr.put_picture(
            p_event text, p_kind text, p_media_type text, p_sha256 bytea, p_content bytea
        ) RETURNS boolean
        LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp \(steadyPlans) AS $lpr$
        BEGIN
            INSERT INTO lpr.event_pictures
                (site_id, event_id, kind, captured_at, media_type, sha256, bytes, content)
            SELECT k.site_id, k.event_id, p_kind, k.captured_at, p_media_type, p_sha256, length(p_content), p_content
            FROM lpr.event_keys k WHERE k.site_id = lpr.my_site() AND k.event_id = p_event
            ON CONFLICT (site_id, event_id, kind, captured_at) DO UPDATE SET
                media_type = excluded.media_type, sha256 = excluded.sha256, bytes = excluded.bytes,
                content = excluded.content, stored_at = now();
            RETURN FOUND;
        END
        $lpr$;
        """

    /// Where an event that came has its place until now. It is looked up for each by its key: what stands behind OFFSET
    /// is not joined in another order.
    private static let keyOfIncoming =
        "SELECT captured_at FROM lpr.event_keys WHERE site_id = v_site AND event_id = i.event_id OFFSET 0"

    /// Along the keys, whatever the size of the tables when the plan was made; and never compiled, which costs more than
    /// a batch.
    private static let steadyPlans = "SET enable_seqscan = off SET jit = off"
    /// Planned for each call.
    private static let freshPlans = "SET enable_seqscan = on SET jit = off"
}
