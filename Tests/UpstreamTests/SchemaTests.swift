import Domain
import TestSupport
import Testing

@testable import Upstream

/// `upstream init` and `add-site`.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct SchemaTests {
    private static func admin(_ centre: Centre) throws -> PostgresConnection {
        try .open(PostgresSettings(try ConnectionURL(centre.server.url(database: centre.database))))
    }

    /// All that stands in the catalogue about the schema.
    private static let catalogue = """
        SELECT c.relname, c.relkind, c.relacl, c.relrowsecurity FROM pg_class c
        WHERE c.relnamespace = 'lpr'::regnamespace ORDER BY 1;
        SELECT proname, proacl, prosecdef, md5(prosrc), proconfig FROM pg_proc
        WHERE pronamespace = 'lpr'::regnamespace AND prolang <> 13 ORDER BY 1;
        SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'lpr' ORDER BY 1, 2;
        SELECT version, compatible_from FROM lpr.schema_version;
        """

    @Test func itMayRunAgain() async throws {
        let (before, after, first, again) = try await blocking {
            let centre = try Centre(schema: nil)
            let admin = try Self.admin(centre)
            let schema = CentreSchema.current
            let first = try schema.plan(schema.survey(admin))
            try schema.install(admin)
            let before = try centre.psql(Self.catalogue)
            let again = try schema.plan(schema.survey(admin))
            try schema.install(admin)
            return (before, try centre.psql(Self.catalogue), first, again)
        }
        #expect(before == after)
        #expect(before.contains("lpr_events_by_part"))
        #expect(first.first == "make schema lpr")
        #expect(again.first?.contains("already") == true)
    }

    @Test func psqlRunsItsText() async throws {
        let (sites, password) = try await blocking {
            let centre = try Centre(schema: nil)
            _ = try centre.psql("\\set ON_ERROR_STOP on\n" + CentreSchema.current.script)
            _ = try centre.psql(CentreSchema.current.script)
            let site = try NewSite(siteID: "gate", role: centre.prefix + "gate", name: "it's \\ a 'gate'")
            let verifier = SitePassword.verifier("pencil", salt: Array(0..<16))
            _ = try centre.psql(site.script(verifier: verifier, replacesPassword: false))
            _ = try centre.psql(site.script(verifier: verifier, replacesPassword: true))
            let url = centre.server.url(user: centre.prefix + "gate", password: "pencil", database: centre.database)
            let session = try CentreSession.open(
                PostgresSettings(try ConnectionURL(url)), siteID: "gate", interrupt: UpstreamInterrupt())
            return (try centre.psql("SELECT site_id, name FROM lpr.sites"), try session.hello().epoch)
        }
        #expect(sites == "gate|it's \\ a 'gate'")
        #expect(password == 0)
    }

    /// A later version: one column more.
    private static func later(compatibleFrom: Int) -> CentreSchema {
        CentreSchema(
            steps: CentreSchema.current.steps + [
                CentreSchema.Step(
                    version: CentreSchema.current.version + 1, title: "a colour",
                    sql: "ALTER TABLE lpr.lpr_events ADD COLUMN IF NOT EXISTS colour text;",
                    compatibleFrom: compatibleFrom)
            ])
    }

    @Test func anOlderSchemaIsBroughtUpToDateWithItsRows() async throws {
        let (lines, count, columns) = try await blocking {
            let centre = try Centre()
            try centre.begun().apply(.feed(0, 1, events: [.sample("a")]))
            let admin = try Self.admin(centre)
            let later = Self.later(compatibleFrom: 1)
            let lines = try later.plan(later.survey(admin))
            try later.install(admin)
            // A box that knows the version before still writes.
            try centre.begun().apply(.feed(1, 2, events: [.sample("b")]))
            return (
                lines, try centre.psql("SELECT count(*) FROM lpr.lpr_events WHERE colour IS NULL"),
                try centre.psql(
                    "SELECT count(*) FROM pg_attribute WHERE attname = 'colour' AND attrelid = 'lpr.lpr_events_2026_11'::regclass"
                )
            )
        }
        #expect(lines.first == "make version \(CentreSchema.current.version + 1): a colour")
        #expect(count == "2")
        #expect(columns == "1")
    }

    @Test func versionsThatDoNotFitAreToldApart() async throws {
        let (tooNew, back, tooOld, missing) = try await blocking {
            let centre = try Centre()
            let later = Self.later(compatibleFrom: CentreSchema.current.version + 1)
            let admin = try Self.admin(centre)
            try later.install(admin)
            let tooNew = try failure { _ = try centre.session().hello() }
            let back = try [
                failure { _ = try CentreSchema.current.plan(CentreSchema.current.survey(admin)) },
                failure { try CentreSchema.current.install(admin) },
            ]
            _ = try centre.psql("DELETE FROM lpr.schema_version")
            let tooOld = try failure { _ = try centre.session().hello() }
            _ = try centre.psql("DROP SCHEMA lpr CASCADE")
            return (tooNew, back, tooOld, try failure { _ = try centre.session().hello() })
        }
        #expect(tooNew.problem == .schemaTooNew)
        #expect(back[0].problem == .schemaTooNew)
        #expect(back[1].message.contains("newer"))
        #expect(tooOld.problem == .schemaTooOld)
        #expect(missing.problem == .schemaMissing)
        #expect([tooNew, tooOld, missing].allSatisfy { $0.kind == .configuration && !$0.isConnectionLost })
    }

    @Test func databasesThatDoNotFitAreRefused() async throws {
        let (foreign, encoding) = try await blocking {
            let centre = try Centre(schema: nil)
            _ = try centre.psql("CREATE SCHEMA lpr; CREATE TABLE lpr.mine (a int)")
            let foreign = try failure { try CentreSchema.current.install(Self.admin(centre)) }
            let latin = centre.database + "_latin"
            _ = try centre.psql("CREATE DATABASE \(latin) ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
            let connection = try PostgresConnection.open(
                PostgresSettings(try ConnectionURL(centre.server.url(database: latin))))
            return (foreign, try failure { try CentreSchema.current.install(connection) })
        }
        #expect(foreign.message.contains("somebody else"))
        #expect(encoding.message.contains("LATIN1"))
    }

    @Test func aSiteIsLetInOnce() async throws {
        let (again, old, fresh, stolen) = try await blocking {
            let centre = try Centre(sites: ["one", "two"])
            let admin = try Self.admin(centre)
            let site = try NewSite(siteID: "one", role: centre.prefix + "one")
            let verifier = SitePassword.verifier("pencil", salt: Array(0..<16))
            let again = try site.add(to: admin, verifier: verifier, replacesPassword: false)
            let old = try centre.session("one").hello().siteID
            let fresh = try site.add(to: admin, verifier: verifier, replacesPassword: true)
            let wrong = try failure { _ = try centre.session("one") }
            let stolen = try [
                failure {
                    _ = try NewSite(siteID: "one", role: centre.prefix + "two")
                        .add(to: admin, verifier: verifier, replacesPassword: true)
                },
                failure {
                    _ = try NewSite(siteID: "one", role: "postgres")
                        .add(to: admin, verifier: verifier, replacesPassword: true)
                },
            ]
            return (again, old, (fresh, wrong.problem), stolen.map(\.message))
        }
        #expect(!again)
        #expect(old == "one")
        #expect(fresh == (true, .wrongPassword))
        #expect(stolen[0].contains("another site"))
        #expect(stolen[1].contains("none of a site"))
    }

    @Test(arguments: ["", "a b", "a'b", "a$lpr$", "ทดสอบ", String(repeating: "a", count: 51)])
    func idsThatAreNone(siteID: String) {
        #expect(throws: NewSite.Mistake.self) { try NewSite(siteID: siteID) }
    }

    /// Password and salt of the example in RFC 7677; what comes of them was computed by Python's hashlib.
    @Test func theVerifierIsThatOfRFC7677() {
        let salt: [UInt8] = [
            0x5B, 0x6D, 0x99, 0x68, 0x9D, 0x12, 0x35, 0x8E, 0xEC, 0xA0, 0x4B, 0x14, 0x12, 0x36, 0xFA, 0x81,
        ]
        #expect(
            SitePassword.verifier("pencil", salt: salt)
                == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        )
    }
}
