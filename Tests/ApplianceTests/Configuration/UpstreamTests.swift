import Domain
import Testing

@testable import Appliance

@Suite struct UpstreamTests {
    static let url = "postgresql://lpr_gate_1@db.example.com/lpr?sslmode=verify-full"

    @Test func offByDefault() throws {
        let upstream = try load().upstream
        #expect(upstream.url == nil && upstream.pictures == UpstreamPictures.none && !upstream.communicationLogs)
        #expect(upstream.batchRows == 1_000 && upstream.batchInterval == .seconds(1))
    }

    @Test func everyKeyIsRead() throws {
        let upstream = try load(
            flags: [
                "upstream.url": Self.url, "upstream.password_file": "/p", "upstream.sslrootcert": "/ca",
                "upstream.pictures": "thumbnails", "upstream.communication_logs": "true",
                "upstream.site_url": "https://gate-1.example.com:8443", "upstream.batch_rows": "500",
                "upstream.batch_interval": "250ms", "upstream.statement_timeout": "2m",
            ]
        ).upstream
        #expect(upstream.url == Self.url)
        #expect(upstream.passwordFile == "/p" && upstream.rootCertificate == "/ca")
        #expect(upstream.pictures == .thumbnails && upstream.communicationLogs)
        #expect(upstream.siteURL?.text == "https://gate-1.example.com:8443")
        #expect(upstream.batchRows == 500 && upstream.batchInterval == .milliseconds(250))
        #expect(upstream.statementTimeout == .seconds(120))
    }

    @Test(arguments: [
        "postgres://db/lpr", "postgresql://a,b:5433/lpr?target_session_attrs=read-write", "postgresql://[::1]/lpr",
        "postgresql:///lpr?host=/run/postgresql", "",
    ])
    func addresses(url: String) throws {
        #expect(try load(flags: ["upstream.url": url]).upstream.url == (url.isEmpty ? nil : url))
    }

    @Test(arguments: [
        "db.example.com", "http://db/lpr", "postgresql://", "postgresql://db/l pr", "postgresql://db/\u{7}",
        "postgresql://db/\u{202E}x", "postgresql://" + String(repeating: "x", count: 4_096),
        "host=db password=hunter2",
    ])
    func noAddresses(url: String) throws {
        let found = try problems(flags: ["upstream.url": url])
        #expect(found.map(\.key) == ["upstream.url"])
        #expect(found.first?.wrong == "the value is no address of a PostgreSQL database")
    }

    @Test(arguments: [
        ("postgresql://u:hunter2@db/lpr", true), ("postgresql://u:hunter2@a,b/lpr", true),
        ("postgres://db/lpr?sslmode=require&password=hunter2", true), ("postgresql://u@db:5432/lpr", false),
        ("postgresql://u:@db/lpr", false), ("postgresql://db:5432/lpr?password=", false),
        ("postgresql://u@db/lpr?options=a:b@c", false),
    ])
    func passwordsInAddresses(url: String, hasOne: Bool) throws {
        #expect(UpstreamAddress.hasPassword(url) == hasOne)
        #expect(throws: Never.self) { try load(flags: ["upstream.url": url]) }
        let both = ["upstream.url": url, "upstream.password_file": "/p"]
        guard hasOne else {
            #expect(throws: Never.self) { try load(flags: both) }
            return
        }
        let found = try problems(flags: both)
        #expect(found.map(\.key) == ["upstream.password_file"])
        #expect(!"\(found)".contains("hunter2"))
    }

    @Test func addressIsNeverShown() throws {
        let configuration = try load(flags: ["upstream.url": "postgresql://u:hunter2@db/lpr"])
        let shown = configuration.describe(hidingSecrets: true)
        #expect(shown.contains("url = \"********\"  # command line") && !shown.contains("hunter2"))
        #expect(try load().describe(hidingSecrets: true).contains("url = \"\"  # default"))
    }
}
