/// The tables, functions and rights at the centre, as one text of SQL that may run again and again: what is there stays,
/// what is missing is made, what a newer version changes is changed.
///
/// Nothing newer than PostgreSQL 14 stands in it.
public struct CentreSchema: Sendable {
    /// A numbered change of tables. It is written so that it can run again (`IF NOT EXISTS`), and never changed once it
    /// was released.
    struct Step: Sendable {
        let version: Int
        /// What it does, for the person who starts it.
        let title: String
        let sql: String
        /// The oldest version that an appliance may know and still write into tables of this one: the centre is brought
        /// up to date first, then one box after the other.
        let compatibleFrom: Int
    }

    let steps: [Step]

    init(steps: [Step]) { self.steps = steps }

    /// What this version of the appliance makes and needs.
    public static let current = CentreSchema(steps: [
        Step(
            version: 1, title: "tables of events in months, devices, pictures, logs and sites", sql: tables,
            compatibleFrom: 1)
    ])

    /// The oldest server that it works with, as PostgreSQL counts.
    static let oldestServer = 140_000

    public var version: Int { steps.last?.version ?? 0 }

    /// All of it in one transaction.
    public var script: String {
        ([Self.opening(version: version)] + steps.map(\.sql)
            + [
                Self.trigrams, Self.roles, Self.siteFunctions, Self.months, Self.apply, Self.access, Self.firstMonths,
                closing, "COMMIT;",
            ])
            .joined(separator: "\n\n") + "\n"
    }

    private static func opening(version: Int) -> String {
        """
        BEGIN;
        SET LOCAL client_min_messages = warning;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL timezone = 'UTC';
        SET LOCAL lock_timeout = '60s';

        DO $lpr$
        BEGIN
            IF current_setting('server_version_num')::int < \(oldestServer) THEN
                RAISE EXCEPTION 'PostgreSQL % is too old: 14 or newer is needed', current_setting('server_version');
            END IF;
            IF current_setting('server_encoding') <> 'UTF8' THEN
                RAISE EXCEPTION 'the database is stored in %: plates need UTF8', current_setting('server_encoding')
                    USING HINT = 'CREATE DATABASE … ENCODING ''UTF8'' TEMPLATE template0';
            END IF;
            IF to_regclass('lpr.schema_version') IS NULL AND EXISTS (
                SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'lpr')
            THEN
                RAISE EXCEPTION 'there is a schema lpr that was made by somebody else';
            END IF;
        END
        $lpr$;

        CREATE SCHEMA IF NOT EXISTS lpr;
        CREATE TABLE IF NOT EXISTS lpr.schema_version (
            version int PRIMARY KEY,
            compatible_from int NOT NULL,
            installed_at timestamptz NOT NULL DEFAULT now(),
            installed_by name NOT NULL DEFAULT session_user
        );
        -- One at a time; and what a newer appliance has made is not taken back.
        LOCK TABLE lpr.schema_version IN SHARE ROW EXCLUSIVE MODE;
        DO $lpr$
        BEGIN
            IF EXISTS (SELECT FROM lpr.schema_version WHERE version > \(version)) THEN
                RAISE EXCEPTION 'the schema is newer than version \(version)'
                    USING HINT = 'Use the newest lpr-appliance for it.';
            END IF;
        END
        $lpr$;
        """
    }

    private var closing: String {
        let rows = steps.map { "(\($0.version), \($0.compatibleFrom))" }.joined(separator: ", ")
        return """
            INSERT INTO lpr.schema_version (version, compatible_from) VALUES \(rows)
            ON CONFLICT (version) DO NOTHING;
            """
    }
}
