import Domain
import TestSupport
import Testing

/// `upstream init` and `upstream add-site`, as the person at the terminal sees them.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct CentreCommandTests {
    private static func run(_ arguments: String..., password: String? = nil) async throws -> Program.Result {
        try await Program.run(
            [try Place.binary(), "upstream"] + arguments, environment: password.map { ["PGPASSWORD": $0] } ?? [:])
    }

    @Test func aCentreIsMadeAndASiteLetIn() async throws {
        let server = try await blocking { try PostgresServer() }
        let url = "postgresql://postgres@127.0.0.1:\(server.port)/postgres"
        let secret = PostgresServer.superPassword
        let early = try await Self.run("add-site", "gate-1", "--url", url, password: secret)
        #expect(early.ending == .exited(64) && early.errors.contains("lpr.site"), "\(early.errors)")

        let made = try await Self.run("init", "--url", url, password: secret)
        #expect(made.ending == .exited(0), "\(made.errors)")
        #expect(made.output.contains("- make schema lpr\n"))
        #expect(made.output.contains("add-site"))
        let again = try await Self.run("init", "--url", url, password: secret)
        #expect(again.ending == .exited(0) && again.output.contains("already"), "\(again.errors)")

        let added = try await Self.run("add-site", "gate-1", "--name", "ประตู 1", "--url", url, password: secret)
        #expect(added.ending == .exited(0), "\(added.errors)")
        let words = added.output.split(separator: "\n").first { $0.hasPrefix("password: ") }
        let password = String(words?.dropFirst(10) ?? "")
        #expect(password.count == 32)
        #expect(added.output.contains("postgresql://lpr_gate-1@127.0.0.1:\(server.port)/postgres?sslmode=verify-full"))
        let twice = try await Self.run("add-site", "gate-1", "--url", url, password: secret)
        #expect(twice.ending == .exited(0) && !twice.output.contains("password: "), "\(twice.output)")
        // The password is right, and the role may not do what the owner may.
        let site = "postgresql://lpr_gate-1@127.0.0.1:\(server.port)/postgres"
        let refused = try await Self.run("init", "--url", site, password: password)
        #expect(refused.ending == .exited(64) && refused.errors.contains("42501"), "\(refused.errors)")
        let log = server.logText
        #expect(!log.contains(password))
    }

    @Test func thePrintedTextIsForPsql() async throws {
        let server = try await blocking { try PostgresServer() }
        let schema = try await Self.run("init", "--sql")
        let site = try await Self.run("add-site", "gate-1", "--name", "it's", "--sql")
        let password = site.errors.split(separator: " ").last.map { $0.filter { !$0.isNewline } } ?? ""
        #expect(schema.ending == .exited(0) && site.ending == .exited(0))
        #expect(password.count == 32 && !site.output.contains(password))
        let names = try await blocking {
            try server.psql(schema.output + site.output)
            return try server.psql("SELECT site_id, name FROM lpr.sites")
        }
        #expect(names == "gate-1|it's")
        let url = "postgresql://lpr_gate-1@127.0.0.1:\(server.port)/postgres"
        let refused = try await Self.run("init", "--url", url, password: password)
        #expect(refused.errors.contains("42501"), "\(refused.errors)")
    }

    @Test func mistakesAreTold() async throws {
        let cases: [([String], Int32, String)] = [
            (["init"], 64, "--url"), (["init", "--url", "mysql://x"], 64, "postgresql://"),
            (["init", "--url", "postgresql://a:secret@127.0.0.1:1/x"], 69, "Connection refused"),
            (["add-site", "a b", "--sql"], 64, "site id"),
            (["add-site", "a", "--role", "pg_x", "--sql"], 64, "--role"),
        ]
        for (arguments, code, words) in cases {
            let result = try await Program.run([try Place.binary(), "upstream"] + arguments)
            #expect(result.ending == .exited(code), "\(arguments): \(result.errors)")
            #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
            #expect(!result.errors.contains("secret"))
        }
    }
}
