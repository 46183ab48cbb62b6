import TestSupport
import Upstream

/// A real PostgreSQL of this machine for the time of a measurement, which syncs what it commits.
final class CentralServer {
    private let server: PostgresServer

    init(_ options: Options) throws {
        guard PostgresServer.isInstalled else {
            throw BenchmarkError("PostgreSQL is needed: apt-get install postgresql")
        }
        server = try PostgresServer(
            settings: [
                "fsync = on", "synchronous_commit = on", "shared_buffers = 512MB", "max_wal_size = 4GB",
                // Tells when a row could be seen by others.
                "track_commit_timestamp = on",
            ], below: options.directory)
    }

    /// A new database with the schema, and sites with a role each.
    func centre(_ name: String, sites: [String]) throws -> CentralDatabase {
        try CentralDatabase(server, server.database(name), sites: sites)
    }

    /// Nobody may be connected to it.
    func drop(_ centre: CentralDatabase) throws {
        centre.close()
        try server.psql("DROP DATABASE \"\(centre.name)\" WITH (FORCE)")
    }

    /// Writes down what was changed before, so that it is not done later at the cost of others.
    func checkpoint() throws { try server.psql("CHECKPOINT") }
}

/// One central database.
final class CentralDatabase {
    let name: String
    private let server: PostgresServer
    private let admin: PostgresConnection
    private static let password = "measured"

    init(_ server: PostgresServer, _ name: String, sites: [String]) throws {
        self.server = server
        self.name = name
        admin = try PostgresConnection.open(PostgresSettings(try ConnectionURL(server.url(database: name))))
        try CentreSchema.current.install(admin)
        var generator = SystemRandomNumberGenerator()
        let verifier = SitePassword.verifier(Self.password, salt: SitePassword.randomSalt(using: &generator))
        for site in sites {
            _ = try NewSite(siteID: site).add(to: admin, verifier: verifier, replacesPassword: true)
        }
    }

    func close() { admin.close() }

    /// What a box of a site connects to.
    func url(site: String) -> String {
        server.url(user: "lpr_" + site, password: Self.password, database: name, parameters: "?sslmode=disable")
    }

    func settings(site: String) throws -> PostgresSettings {
        PostgresSettings(try ConnectionURL(url(site: site)))
    }

    /// The first value that a query gives, as a number; 0 when there is none.
    func number(_ sql: String) throws -> Double {
        try admin.query(sql, []).value.flatMap { Double($0) } ?? 0
    }

    /// By `psql`, which runs `\copy` as well.
    func psql(_ text: String) throws { try server.psql(text, database: name) }

    /// Waits until the centre has the feed of an appliance up to a row.
    func wait(for appliance: Appliance, through row: Int, atMost limit: Duration) throws {
        let end = ContinuousClock.now + limit
        let query = "SELECT watermark FROM lpr.sites WHERE site_id = '\(UpstreamMeasurement.site)'"
        while try number(query) < Double(row) {
            guard ContinuousClock.now < end else {
                throw BenchmarkError("row \(row) of the feed is not at the centre after \(limit)\n\(appliance.output)")
            }
            pause(.milliseconds(50))
        }
    }
}
