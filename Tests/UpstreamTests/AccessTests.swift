import Domain
import TestSupport
import Testing
import Upstream

/// What a stolen box could do.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct AccessTests {
    /// Two sites with an event, a device and a picture each.
    private static func twoSites() throws -> Centre {
        let centre = try Centre(sites: ["one", "two"])
        let now = Instant(seconds: 1_780_000_000)
        for site in ["one", "two"] {
            let session = try centre.begun(site)
            let device = EdgeDevice(deviceID: "cam-\(site)", createdAt: now, updatedAt: now)
            try session.apply(.feed(0, 2, events: [.sample("e-\(site)")], devices: [device]))
            _ = try session.put(
                CentrePicture(
                    eventID: "e-\(site)", kind: .plate, mediaType: "image/jpeg", sha256: Array(0..<32), content: [1]))
        }
        return centre
    }

    @Test func aSiteSeesItselfOnly() async throws {
        let seen = try await blocking {
            let connection = try Self.twoSites().connection("one")
            return try ["lpr_events", "event_keys", "edge_devices", "event_pictures", "sites"].map { table in
                try connection.query("SELECT string_agg(site_id, ',') FROM lpr.\(table)", []).value
            }
        }
        #expect(seen == ["one", "one", "one", "one", "one"])
    }

    private static let fruitless = [
        "UPDATE lpr.lpr_events SET note = 'x' WHERE site_id = 'two'",
        "DELETE FROM lpr.lpr_events WHERE site_id = 'two'",
        "DELETE FROM lpr.event_keys WHERE event_id = 'e-two'",
        "UPDATE lpr.edge_devices SET name = 'x' WHERE site_id <> 'one'",
        "DELETE FROM lpr.event_pictures WHERE event_id = 'e-two'",
    ]

    @Test func theRowsOfOthersCannotBeChanged() async throws {
        let affected = try await blocking {
            let connection = try Self.twoSites().connection("one")
            return try Self.fruitless.map { try connection.query($0, []).affected }
        }
        #expect(affected.allSatisfy { $0 == 0 })
    }

    private static let forbidden = [
        "INSERT INTO lpr.event_keys VALUES ('two', 'x', now())",
        "UPDATE lpr.lpr_events SET site_id = 'two'",
        "UPDATE lpr.event_keys SET site_id = 'two'",
        "INSERT INTO lpr.edge_devices SELECT 'two', 1, 1, now(), 'x', NULL, NULL, NULL, 'active', NULL, NULL, NULL, '{}', NULL, now(), now()",
        "SELECT * FROM lpr.lpr_events_2026_11", "DELETE FROM lpr.lpr_events_2026_11",
        "INSERT INTO lpr.lpr_events_2026_11 SELECT * FROM lpr.lpr_events", "SELECT * FROM lpr.event_pictures_2026_11",
        "TRUNCATE lpr.lpr_events", "DROP TABLE lpr.lpr_events_2026_11",
        "ALTER TABLE lpr.lpr_events DISABLE ROW LEVEL SECURITY",
        "SELECT * FROM lpr.site_roles", "UPDATE lpr.site_roles SET site_id = 'two'",
        "INSERT INTO lpr.site_roles VALUES (session_user, 'two')",
        "UPDATE lpr.sites SET watermark = 0", "DELETE FROM lpr.sites", "INSERT INTO lpr.sites VALUES ('three')",
        "SELECT lpr.drop_months('2030-01-01')", "SELECT lpr.moved('two')", "CREATE TABLE lpr.mine (a int)",
        "CREATE FUNCTION lpr.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE ROLE mine", "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres", "DELETE FROM lpr.communication_logs", "DELETE FROM lpr.schema_version",
    ]

    @Test func whatASiteMayNotDo() async throws {
        let allowed = try await blocking {
            let connection = try Self.twoSites().connection("one")
            return Self.forbidden.filter { sql in
                let refused = try? failure { try connection.query(sql, []) }
                return refused?.sqlState != "42501" || refused?.problem != .permission
            }
        }
        #expect(allowed == [])
    }

    @Test func objectsOfTheCallerDoNotMisleadTheFunctions() async throws {
        let (site, keys, watermarks) = try await blocking {
            let centre = try Self.twoSites()
            let connection = try centre.connection("one")
            // Names and operators that the owner's functions might look up in a careless search path.
            try connection.simple(
                """
                CREATE TEMP TABLE site_roles (role name, site_id text);
                INSERT INTO site_roles VALUES (session_user, 'two');
                CREATE TEMP TABLE sites (site_id text, epoch bigint, watermark bigint);
                CREATE FUNCTION pg_temp.lie(name, name) RETURNS boolean LANGUAGE sql AS 'SELECT true';
                CREATE OPERATOR pg_temp.= (LEFTARG = name, RIGHTARG = name, FUNCTION = pg_temp.lie);
                SET search_path = pg_temp, lpr, public;
                SET ROLE lpr_site;
                """)
            let site = try connection.query("SELECT lpr.my_site()", []).value
            // A view in place of the staging table shows what the caller may see anyway.
            try connection.simple(
                """
                CREATE TEMP VIEW lpr_incoming AS SELECT false AS is_deleted, 'e-two'::text COLLATE "C" AS event_id, * FROM
                (SELECT captured_at, received_at, sent_at, created_at, updated_at, corrected_at, pictures_removed_at,
                clock_skew_ms, image_bytes, confidence, keep, edge_device_id, license_plate, plate_key, plate_kind,
                province, province_code, source_protocol, frame_id, image_path, announced_image_path, plate_image_path,
                thumbnail_path, image_sha256, note, first_plate, first_province, corrected_by, metadata, content_digest
                FROM lpr.lpr_events) AS rows;
                SELECT lpr.apply_events(9, 9); SELECT lpr.advance(1, 2, 3, NULL);
                """)
            return (
                site, try centre.psql("SELECT site_id, event_id FROM lpr.lpr_events ORDER BY 1, 2"),
                try centre.psql("SELECT site_id, watermark FROM lpr.sites ORDER BY 1")
            )
        }
        #expect(site == "one")
        #expect(keys == "one|e-one\none|e-two\ntwo|e-two")
        #expect(watermarks == "one|3\ntwo|2")
    }

    @Test func aReaderSeesAllAndChangesNothing() async throws {
        let (seen, failures) = try await blocking {
            let centre = try Self.twoSites()
            let reader = centre.prefix + "reader"
            _ = try centre.psql("CREATE ROLE \(reader) LOGIN PASSWORD 'r' IN ROLE lpr_reader")
            let connection = try PostgresConnection.open(
                PostgresSettings(
                    try ConnectionURL(centre.server.url(user: reader, password: "r", database: centre.database))))
            let seen = try connection.query("SELECT string_agg(site_id, ',' ORDER BY 1) FROM lpr.lpr_events", []).value
            let failures = try [
                "DELETE FROM lpr.lpr_events", "UPDATE lpr.sites SET epoch = 9", "SELECT lpr.advance(1, 2, 3, NULL)",
                "SELECT lpr.ensure_partition('2035-01-01')", "SELECT * FROM lpr.site_roles",
            ].map { sql in try failure { try connection.query(sql, []) }.sqlState }
            return (seen, failures)
        }
        #expect(seen == "one,two")
        #expect(failures == Array(repeating: "42501", count: 5))
    }

    @Test func aRoleOfNoSiteIsTurnedAway() async throws {
        let (stranger, wrong) = try await blocking {
            let centre = try Centre(sites: ["one"])
            let role = centre.prefix + "stranger"
            _ = try centre.psql("CREATE ROLE \(role) LOGIN PASSWORD 'r' IN ROLE lpr_site")
            let settings = PostgresSettings(
                try ConnectionURL(centre.server.url(user: role, password: "r", database: centre.database)))
            let session = try CentreSession.open(settings, siteID: "one", interrupt: UpstreamInterrupt())
            let stranger = try [
                failure { _ = try session.hello() },
                failure { _ = try session.beginEpoch(expectedEpoch: 0, watermark: 0, openingID: nil) },
            ]
            let other = try CentreSession.open(centre.settings("one"), siteID: "two", interrupt: UpstreamInterrupt())
            return (stranger, try failure { _ = try other.hello() })
        }
        #expect(stranger.map(\.problem) == [.siteUnknown, .siteUnknown])
        #expect(wrong.problem == .siteUnknown)
        #expect(wrong.message.contains("speaks for site one"))
    }
}
