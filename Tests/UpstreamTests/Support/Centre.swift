import Domain
import Synchronization
import TestSupport
import Upstream

@testable import struct Upstream.CentreSchema

/// A central database of one test, on the server that all tests share.
struct Centre: Sendable {
    let server: PostgresServer
    let database: String
    /// Roles belong to the whole server, so each centre has its own.
    let prefix: String
    let passwords: [String: String]

    private static let counter = Atomic(0)

    /// - Parameter sites: let in with roles of their own. Inside the centre they have these ids.
    init(
        sites: [String] = ["gate"], schema: CentreSchema? = .current, on server: PostgresServer? = nil
    ) throws {
        self.server = try server ?? .shared()
        let number = Self.counter.wrappingAdd(1, ordering: .relaxed).newValue
        prefix = "t\(number)_"
        database = try self.server.database("centre_\(number)")
        var passwords: [String: String] = [:]
        if let schema {
            let admin = try PostgresConnection.open(
                PostgresSettings(try ConnectionURL(self.server.url(database: database))))
            try schema.install(admin)
            var generator = SystemRandomNumberGenerator()
            for site in sites {
                let password = SitePassword.random(using: &generator)
                let verifier = SitePassword.verifier(password, salt: SitePassword.randomSalt(using: &generator))
                _ = try NewSite(siteID: site, role: prefix + site)
                    .add(to: admin, verifier: verifier, replacesPassword: false)
                passwords[site] = password
            }
        }
        self.passwords = passwords
    }

    func settings(_ site: String = "gate", parameters: String = "") throws -> PostgresSettings {
        PostgresSettings(
            try ConnectionURL(
                server.url(
                    user: prefix + site, password: passwords[site] ?? "", database: database, parameters: parameters)))
    }

    /// A connection as the role of a site.
    func connection(_ site: String = "gate") throws -> PostgresConnection { try .open(settings(site)) }

    func session(_ site: String = "gate") throws -> CentreSession {
        try .open(settings(site), siteID: site, interrupt: UpstreamInterrupt())
    }

    /// A session that has begun its first epoch.
    func begun(_ site: String = "gate") throws -> CentreSession {
        let session = try session(site)
        let record = try session.hello()
        if record.epoch == 0 { _ = try session.beginEpoch(expectedEpoch: 0, watermark: 0, openingID: "a") }
        return session
    }

    func psql(_ sql: String) throws -> String { try server.psql(sql, database: database) }
}

/// The error of a piece of code; a test failure when there is none.
func failure(of body: () throws -> Void) throws -> PostgresError {
    do { try body() } catch let error as PostgresError { return error }
    throw UnexpectedSuccess()
}

struct UnexpectedSuccess: Error {}

extension LPREvent {
    /// An event of a test; `hours` after 2026-11-01.
    static func sample(_ id: String, hours: Int64 = 0, plate: String? = "1กข 1234", metadata: String = "{}") -> LPREvent
    {
        let at = CivilDate(year: 2026, month: 11, day: 1).instant + .seconds(hours * 3_600)
        return LPREvent(
            eventID: id, edgeDeviceID: "cam-1", licensePlate: plate, plateKey: plate?.replacing(" ", with: ""),
            plateKind: .car, province: "กรุงเทพมหานคร", provinceCode: "TH-10", confidence: 0.97654, capturedAt: at,
            receivedAt: at + .milliseconds(200), createdAt: at + .milliseconds(250), updatedAt: at + .milliseconds(250),
            sourceProtocol: .http, metadata: metadata, contentDigest: [1, 2, 3, 255])
    }
}

extension EncodedBatch {
    /// Rows of the feed behind `expected`.
    static func feed(
        _ expected: Int64, _ watermark: Int64, events: [LPREvent] = [], devices: [EdgeDevice] = [],
        deleted: [String] = [], deletedDevices: [String] = [], epoch: Int64 = 1
    ) -> EncodedBatch {
        EncodedBatch(
            CentreBatch(
                epoch: epoch, expectedWatermark: expected, watermark: watermark, openingID: "a", events: events,
                devices: devices, deletedEventIDs: deleted, deletedDeviceIDs: deletedDevices))
    }
}
