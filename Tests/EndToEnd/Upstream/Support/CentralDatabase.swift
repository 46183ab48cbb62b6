import Synchronization
import TestSupport

/// A central database that `lpr-appliance upstream init` has made, and its sites, which `add-site` has let in.
final class CentralDatabase: Sendable {
    let server: PostgresServer
    let name: String
    let sites: [String]
    private let passwords: [String: String]

    private static let counter = Atomic(0)

    /// - Parameters:
    ///   - count: of sites. Roles belong to the whole server, so that no other database has a site of the same name.
    ///   - server: one that the test may hurt; nil for the one that all tests share.
    ///   - tablespace: where the tables lie; nil for the server's own directory.
    static func make(
        sites count: Int = 1, on server: PostgresServer? = nil, tablespace: String? = nil
    ) async throws -> CentralDatabase {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "faults_\(number)"
        let own = try await blocking {
            let own = try server ?? .shared()
            try own.psql("CREATE DATABASE \(name)" + (tablespace.map { " TABLESPACE \($0)" } ?? ""))
            return own
        }
        let sites = (1...count).map { "f\(number)-site-\($0)" }
        try await run(["init"], own, name)
        var passwords: [String: String] = [:]
        for site in sites {
            let output = try await run(["add-site", site], own, name)
            let line = output.split(separator: "\n").first { $0.hasPrefix("password: ") }
            passwords[site] = String(line?.dropFirst(10) ?? "")
        }
        return CentralDatabase(own, name, sites, passwords)
    }

    private init(_ server: PostgresServer, _ name: String, _ sites: [String], _ passwords: [String: String]) {
        self.server = server
        self.name = name
        self.sites = sites
        self.passwords = passwords
    }

    @discardableResult
    private static func run(_ words: [String], _ server: PostgresServer, _ name: String) async throws -> String {
        let url = "postgresql://postgres@127.0.0.1:\(server.port)/\(name)"
        let result = try await Program.run(
            [try Place.binary(), "upstream"] + words + ["--url", url],
            environment: ["PGPASSWORD": PostgresServer.superPassword])
        guard result.ending == .exited(0) else { throw TestFailure("\(words): \(result.errors)") }
        return result.output
    }

    /// Brings the schema up to date again.
    func initialize() async throws { try await Self.run(["init"], server, name) }

    /// Lets a site in again that has lost its rights.
    func addAgain(_ site: String) async throws { try await Self.run(["add-site", site], server, name) }

    var site: String { sites[0] }

    func role(of site: String) -> String { "lpr_\(site)" }

    func password(of site: String) -> String { passwords[site] ?? "" }

    /// What an appliance is told of it.
    /// - Parameters:
    ///   - changes: what else is set, or set otherwise.
    ///   - site: the first one unless another is named.
    ///   - port: of what stands in between; nil for the server itself.
    ///   - passwordFile: the password is in the address without one.
    func settings(
        _ changes: [String: String] = [:], site: String? = nil, port: UInt16? = nil, passwordFile: String? = nil
    ) -> [String: String] {
        let site = site ?? self.site
        let secret = passwordFile == nil ? ":" + password(of: site) : ""
        let place = "127.0.0.1:\(port ?? server.port)/\(name)"
        var settings = [
            "site.id": site, "upstream.url": "postgresql://\(role(of: site))\(secret)@\(place)",
            "upstream.batch_interval": "50ms",
        ]
        settings["upstream.password_file"] = passwordFile
        return settings.merging(changes) { $1 }
    }

    @discardableResult
    func psql(_ sql: String) async throws -> String {
        try await blocking { [self] in try server.psql(sql, database: name) }
    }

    func number(_ sql: String) async throws -> Int64 { Int64(try await psql(sql)) ?? -1 }

    /// How many events of a site are there.
    func events(of site: String? = nil) async throws -> Int64 {
        try await number("SELECT count(*) FROM lpr.lpr_events WHERE site_id = '\(site ?? self.site)'")
    }
}
