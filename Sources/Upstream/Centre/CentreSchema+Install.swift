import Domain

extension CentreSchema {
    /// What stands at the centre before anything is done.
    public struct Survey: Sendable, Hashable {
        /// As people say it, such as `15.18`.
        public var serverVersion: String
        /// Nil when there is no schema.
        public var schemaVersion: Int?
        /// Of `lpr_site` and `lpr_reader`.
        public var missingRoles: [String]
        public var canSearchParts: Bool
        /// How many sites it knows.
        public var sites: Int
    }

    /// Looks at the centre, and changes nothing.
    public func survey(_ connection: PostgresConnection) throws(PostgresError) -> Survey {
        let rows = try connection.query(
            """
            SELECT current_setting('server_version') AS server, to_regclass('lpr.schema_version') IS NOT NULL AS made, \
            array_to_string(ARRAY( \
                SELECT r FROM unnest(ARRAY['lpr_site', 'lpr_reader']) AS r \
                WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)), ' ') AS missing, \
            EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS parts
            """, [], operation: "look at the centre")
        var survey = Survey(
            serverVersion: rows[0, "server"] ?? "", schemaVersion: nil,
            missingRoles: (rows[0, "missing"] ?? "").split(separator: " ").map(String.init),
            canSearchParts: rows[0, "parts"] == "t", sites: 0)
        guard rows[0, "made"] == "t" else { return survey }
        // Both are made in one transaction.
        let found = try connection.query(
            """
            SELECT (SELECT coalesce(max(version), 0) FROM lpr.schema_version) AS version, \
            (SELECT count(*) FROM lpr.sites) AS sites
            """, [], operation: "look at the centre")
        survey.schemaVersion = found[0, "version"].flatMap { Int($0) } ?? 0
        survey.sites = found[0, "sites"].flatMap { Int($0) } ?? 0
        return survey
    }

    /// What `install` will do, in sentences.
    /// - Throws: of the problem `schemaTooNew` when it would be a step back.
    public func plan(_ survey: Survey) throws(PostgresError) -> [String] {
        var lines: [String] = []
        let before = survey.schemaVersion ?? 0
        guard before <= version else {
            throw PostgresError(
                .configuration, .schemaTooNew, operation: "look at the centre",
                message: "the schema is version \(before), and this lpr-appliance knows \(version); use the newer one")
        }
        if survey.schemaVersion == nil { lines.append("make schema lpr") }
        for step in steps where step.version > before { lines.append("make version \(step.version): \(step.title)") }
        if before == version { lines.append("schema lpr is version \(version) already: only what is missing is made") }
        lines += survey.missingRoles.map { "make role \($0), which cannot log in" }
        lines.append(
            survey.canSearchParts
                ? "index parts of plates (extension pg_trgm)"
                : "no index for parts of plates: the server does not have the extension pg_trgm")
        lines.append("set functions, rights and row-level security")
        lines.append("make the months from the one before last to half a year ahead, where they are missing")
        return lines
    }

    /// Makes or brings up to date schema, functions and rights, all or nothing.
    public func install(_ connection: PostgresConnection) throws(PostgresError) {
        do throws(PostgresError) {
            try connection.simple(script, operation: "make the schema")
        } catch {
            if connection.isOpen { _ = try? connection.simple("ROLLBACK") }
            throw error
        }
    }
}
