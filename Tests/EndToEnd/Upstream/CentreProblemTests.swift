import Domain
import TestSupport
import Testing

/// Each thing that may be wrong with a centre has a name of its own, and the appliance goes on by itself once it is mended.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct CentreProblemTests {
    enum Fault: String, CaseIterable, Sendable {
        case schemaMissing, schemaTooOld, schemaTooNew, permission, siteUnknown, otherSite, login

        var problem: String {
            switch self {
            case .schemaMissing: "schema_missing"
            case .schemaTooOld: "schema_too_old"
            case .schemaTooNew: "schema_too_new"
            case .permission, .login: "permission"
            case .siteUnknown, .otherSite: "site_unknown"
            }
        }

        /// What breaks the centre.
        func sql(_ centre: CentralDatabase) -> String {
            let (site, role) = (centre.site, centre.role(of: centre.site))
            return switch self {
            case .schemaMissing: "ALTER SCHEMA lpr RENAME TO elsewhere"
            case .schemaTooOld: "UPDATE lpr.schema_version SET version = version - 1000, compatible_from = -1000"
            case .schemaTooNew: "INSERT INTO lpr.schema_version (version, compatible_from) VALUES (9999, 9999)"
            case .permission: "REVOKE lpr_site FROM \"\(role)\""
            case .siteUnknown: "DELETE FROM lpr.site_roles WHERE site_id = '\(site)'"
            case .otherSite:
                """
                INSERT INTO lpr.sites (site_id) VALUES ('other');
                UPDATE lpr.site_roles SET site_id = 'other' WHERE site_id = '\(site)'
                """
            case .login: "ALTER ROLE \"\(role)\" NOLOGIN"
            }
        }

        /// What mends it.
        func mending(_ centre: CentralDatabase) -> String {
            let (site, role) = (centre.site, centre.role(of: centre.site))
            return switch self {
            case .schemaMissing: "ALTER SCHEMA elsewhere RENAME TO lpr"
            case .schemaTooOld: "UPDATE lpr.schema_version SET version = version + 1000, compatible_from = 1"
            case .schemaTooNew: "DELETE FROM lpr.schema_version WHERE version = 9999"
            case .permission: "GRANT lpr_site TO \"\(role)\""
            case .siteUnknown: "INSERT INTO lpr.site_roles (role, site_id) VALUES ('\(role)', '\(site)')"
            case .otherSite: "UPDATE lpr.site_roles SET site_id = '\(site)' WHERE site_id = 'other'"
            case .login: "ALTER ROLE \"\(role)\" LOGIN"
            }
        }
    }

    @Test(arguments: Fault.allCases)
    func isToldAndMended(_ fault: Fault) async throws {
        let centre = try await CentralDatabase.make()
        try await centre.psql(fault.sql(centre))
        let appliance = try await Appliance.start(settings: centre.settings())
        try await appliance.post(1...20, prefix: "while")
        let ill = try await appliance.problem(fault.problem)
        #expect(ill["last_error"]?.stringValue?.isEmpty == false)
        #expect(ill["last_error"]?.stringValue?.contains(centre.password(of: centre.site)) == false)
        let health = try await appliance.ask(.get("/api/health", key: appliance.adminKey))
        #expect(health["status"] == "degraded")
        let status = try await appliance.binary.command("upstream", "status")
        #expect(status.output.contains(fault.problem), "\(status.output) \(status.errors)")
        try await centre.psql(fault.mending(centre))
        let healed = try await appliance.caughtUp()
        #expect(healed["problem"]?.stringValue == nil)
        #expect(healed["epoch"] == 1)
        try await appliance.expectEqual(to: centre)
    }

    /// Faults of what the appliance was told.
    @Test func wrongSettingsAreToldApart() async throws {
        let centre = try await CentralDatabase.make()
        let role = centre.role(of: centre.site)
        let secret = centre.password(of: centre.site)
        let (port, free) = (centre.server.port, try FreePort.pick())
        let cases: [(String, String)] = [
            ("postgresql://\(role):\(secret)@127.0.0.1:\(free)/\(centre.name)", "unreachable"),
            ("postgresql://\(role):\(secret)x@127.0.0.1:\(port)/\(centre.name)", "wrong_password"),
            ("postgresql://\(role)@127.0.0.1:\(port)/\(centre.name)", "wrong_password"),
            ("postgresql://\(role):\(secret)@127.0.0.1:\(port)/\(centre.name)?sslmode=require", "tls"),
            ("postgresql://\(role):\(secret)@127.0.0.1:\(port)/nowhere", "schema_missing"),
        ]
        for (url, problem) in cases {
            let appliance = try await Appliance.start(settings: centre.settings(["upstream.url": url]))
            let ill = try await appliance.problem(problem)
            #expect(ill["last_error"]?.stringValue?.contains(secret) == false)
            #expect(try await appliance.isAlive())
            #expect(await appliance.binary.stop() == .exited(0))
            #expect(!appliance.binary.process.errors.text.contains(secret))
        }
    }

    /// Without `upstream.url` nothing of it runs, also when the environment names a server for libpq.
    @Test func withoutAnAddressNothingRuns() async throws {
        let server = try await blocking { try PostgresServer(settings: ["log_connections = on"]) }
        let variables = [
            "PGHOST=127.0.0.1", "PGPORT=\(server.port)", "PGUSER=postgres",
            "PGPASSWORD=\(PostgresServer.superPassword)",
        ]
        let appliance = try await Appliance.start(prefix: ["env"] + variables)
        try await appliance.post(1...50, prefix: "alone")
        #expect(try await appliance.upstream()["state"] == "off")
        let retry = try await appliance.ask(
            .send("POST", "/api/upstream/parked/all/retry", [:] as JSONValue, key: appliance.adminKey))
        #expect(retry.status == 409)
        #expect(!appliance.binary.process.errors.text.contains("central database"))
        #expect(await appliance.binary.stop() == .exited(0))
        #expect(!server.logText.contains("lpr-appliance"), "\(server.logText)")
        let marks = try await StoppedDatabase(of: appliance)
            .rows("SELECT name FROM settings WHERE name LIKE 'upstream.%'")
        #expect(marks.isEmpty, "\(marks)")
    }
}
