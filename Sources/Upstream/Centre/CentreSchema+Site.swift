extension CentreSchema {
    /// What a site may ask of its own row in `lpr.sites`. These run with the rights of the owner; each finds the site by
    /// the role that has logged in, takes no name of anything, and sees no object of the caller.
    static let siteFunctions = """
        CREATE OR REPLACE FUNCTION lpr.my_site() RETURNS text
        LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $lpr$
            SELECT site_id FROM lpr.site_roles WHERE role = session_user
        $lpr$;

        CREATE OR REPLACE FUNCTION lpr.moved(p_site text) RETURNS void
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $lpr$
        DECLARE
            v_row lpr.sites;
        BEGIN
            SELECT * INTO v_row FROM lpr.sites WHERE site_id = p_site;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'the role % belongs to no site', session_user USING ERRCODE = 'LP002';
            END IF;
            RAISE EXCEPTION 'site % is at epoch %, watermark %, backfill %',
                p_site, v_row.epoch, v_row.watermark, coalesce(v_row.backfill_after::text, 'none')
                USING ERRCODE = 'LP001';
        END
        $lpr$;

        -- Moves the watermark, if it is where the caller believes it to be. The row stays locked until the end of the
        -- transaction: two connections of one site come one behind the other.
        CREATE OR REPLACE FUNCTION lpr.advance(
            p_epoch bigint, p_expected bigint, p_watermark bigint, p_opening text,
            p_backfill_expected bigint DEFAULT NULL, p_backfill_after bigint DEFAULT NULL
        ) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $lpr$
        DECLARE
            v_site text := lpr.my_site();
        BEGIN
            IF p_backfill_expected IS NULL THEN
                UPDATE lpr.sites SET
                    watermark = p_watermark, opening_id = coalesce(p_opening, opening_id),
                    last_batch_at = now(), last_contact_at = now()
                WHERE site_id = v_site AND epoch = p_epoch AND watermark = p_expected AND p_watermark >= p_expected;
            ELSE
                UPDATE lpr.sites SET
                    backfill_after = p_backfill_after,
                    backfill_through = CASE WHEN p_backfill_after IS NULL THEN NULL ELSE backfill_through END,
                    backfill_from = CASE WHEN p_backfill_after IS NULL THEN NULL ELSE backfill_from END,
                    last_batch_at = now(), last_contact_at = now()
                WHERE site_id = v_site AND epoch = p_epoch AND watermark = p_expected
                    AND backfill_after = p_backfill_expected;
            END IF;
            IF NOT FOUND THEN
                PERFORM lpr.moved(v_site);
            END IF;
        END
        $lpr$;

        CREATE OR REPLACE FUNCTION lpr.advance_logs(p_epoch bigint, p_expected bigint, p_through bigint) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $lpr$
        DECLARE
            v_site text := lpr.my_site();
        BEGIN
            UPDATE lpr.sites SET logs_through = p_through, last_contact_at = now()
            WHERE site_id = v_site AND epoch = p_epoch AND logs_through = p_expected AND p_through >= p_expected;
            IF NOT FOUND THEN
                PERFORM lpr.moved(v_site);
            END IF;
        END
        $lpr$;

        -- Begins the next epoch, if the present one is the one that the caller believes it to be. With p_through all
        -- events up to that row of the site are to be sent anew beside the feed.
        CREATE OR REPLACE FUNCTION lpr.begin_epoch(
            p_expected bigint, p_watermark bigint, p_opening text, p_through bigint, p_from timestamptz
        ) RETURNS bigint
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $lpr$
        DECLARE
            v_site text := lpr.my_site();
            v_epoch bigint;
        BEGIN
            UPDATE lpr.sites SET
                epoch = epoch + 1, watermark = p_watermark, opening_id = p_opening, epoch_began_at = now(),
                backfill_after = CASE WHEN p_through IS NULL THEN NULL ELSE 0 END,
                backfill_through = p_through, backfill_from = p_from, logs_through = 0, last_contact_at = now()
            WHERE site_id = v_site AND epoch = p_expected
            RETURNING epoch INTO v_epoch;
            IF NOT FOUND THEN
                PERFORM lpr.moved(v_site);
            END IF;
            RETURN v_epoch;
        END
        $lpr$;

        -- Sends events anew within the epoch; takes the place of a walk that is under way.
        CREATE OR REPLACE FUNCTION lpr.begin_backfill(p_epoch bigint, p_through bigint, p_from timestamptz) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $lpr$
        DECLARE
            v_site text := lpr.my_site();
        BEGIN
            UPDATE lpr.sites SET
                backfill_after = 0, backfill_through = p_through, backfill_from = p_from, last_contact_at = now()
            WHERE site_id = v_site AND epoch = p_epoch;
            IF NOT FOUND THEN
                PERFORM lpr.moved(v_site);
            END IF;
        END
        $lpr$;

        CREATE OR REPLACE FUNCTION lpr.report(
            p_version text, p_name text, p_site_url text, p_lag_rows bigint, p_lag_seconds double precision,
            p_parked_rows bigint, p_pictures_waiting bigint, p_clock timestamptz
        ) RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $lpr$
            UPDATE lpr.sites SET
                appliance_version = left(p_version, 50), name = coalesce(left(p_name, 200), name),
                site_url = left(p_site_url, 500), lag_rows = p_lag_rows, lag_seconds = p_lag_seconds,
                parked_rows = p_parked_rows, pictures_waiting = p_pictures_waiting,
                clock_skew_ms = round(extract(epoch FROM p_clock - clock_timestamp()) * 1000)::bigint,
                last_contact_at = now()
            WHERE site_id = lpr.my_site()
        $lpr$;
        """
}
