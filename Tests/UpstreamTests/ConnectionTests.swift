import Domain
import TestSupport
import Testing

@testable import Upstream

/// Connections that fail in every way, and say how.
@Suite(.enabled(if: PostgresServer.isInstalled)) struct ConnectionTests {
    private static func refusal(_ url: String, passwordFile: String? = nil, rootCertificate: String? = nil) throws
        -> PostgresError
    {
        try failure {
            var settings = PostgresSettings(
                try ConnectionURL(url), passwordFile: passwordFile, rootCertificate: rootCertificate)
            settings.connectTimeout = .seconds(60)
            _ = try PostgresConnection.open(settings)
        }
    }

    @Test func errorsAreToldApart() async throws {
        let failures = try await blocking {
            let centre = try Centre()
            let server = centre.server
            _ = try centre.psql("CREATE ROLE \(centre.prefix)out NOLOGIN PASSWORD 'x'")
            return try [
                "closed": Self.refusal("postgresql://a@127.0.0.1:1/x"),
                "name": Self.refusal("postgresql://a@no.such.host.invalid/x"),
                "password": Self.refusal(server.url(password: "not it")),
                "none": Self.refusal(server.url(user: "postgres", password: "")),
                "file": Self.refusal(
                    "postgresql://postgres@127.0.0.1:\(server.port)/postgres", passwordFile: "/no/such/file"),
                "database": Self.refusal(server.url(database: "nowhere")),
                "rights": Self.refusal(server.url(user: centre.prefix + "out", password: "x")),
                "tls": Self.refusal(server.url(parameters: "?sslmode=require")),
                "root": Self.refusal(
                    server.url(parameters: "?sslmode=verify-full"), rootCertificate: "/no/such/root.crt"),
            ]
        }
        let problems = failures.mapValues(\.problem)
        #expect(
            problems == [
                "closed": .unreachable, "name": .unreachable, "password": .wrongPassword, "none": .wrongPassword,
                "file": .wrongPassword, "database": .schemaMissing, "rights": .permission, "tls": .tls, "root": .tls,
            ])
        for (name, error) in failures {
            #expect(error.isTransient == (error.problem == .unreachable), "\(name)")
            #expect(error.isConnectionLost, "\(name)")
            #expect(!error.message.contains("not it") && !error.message.contains("secret"), "\(name)")
            #expect(!error.message.contains("LOCATION") && !error.message.isEmpty, "\(name): \(error)")
        }
        #expect(failures["password"]?.sqlState == "28P01")
    }

    @Test func certificatesAreChecked() async throws {
        let (isEncrypted, strange, plain, broken) = try await blocking {
            let server = try PostgresServer(isEncrypted: true)
            let other = try PostgresServer(isEncrypted: true)
            let address = server.url(parameters: "?sslmode=verify-full")
            let good = try PostgresConnection.open(
                PostgresSettings(try ConnectionURL(address), rootCertificate: server.certificate))
            let strange = try Self.refusal(address, rootCertificate: other.certificate)
            let plain = try PostgresConnection.open(
                PostgresSettings(try ConnectionURL(server.url(parameters: "?sslmode=disable"))))
            let (wasEncrypted, wasPlain) = (good.isEncrypted, plain.isEncrypted)
            server.kill()
            return (wasEncrypted, strange, wasPlain, try failure { try good.query("SELECT 1", []) })
        }
        #expect(isEncrypted)
        #expect(strange.problem == .tls)
        #expect(strange.kind == .configuration)
        #expect(!plain)
        // It says SSL as well, and is no matter of certificates.
        #expect(broken.problem == .unreachable && broken.isTransient, "\(broken)")
    }

    @Test func aStatementThatTakesTooLongIsGivenUp() async throws {
        let (late, goesOn, held) = try await blocking {
            let centre = try Centre()
            var settings = try centre.settings()
            settings.statementTimeout = .seconds(10)
            let connection = try PostgresConnection.open(settings)
            let late = try failure { try connection.query("SELECT pg_sleep(600)", []) }
            // However long a busy machine takes.
            try connection.simple("SET statement_timeout = 0")
            let goesOn = try connection.query("SELECT 'here'", []).value
            // Another transaction holds the site's row.
            let session = try centre.begun()
            try session.connection.simple("BEGIN; SELECT lpr.advance(1, 0, 1, NULL)")
            let second = CentreSession(connection, siteID: "gate")
            _ = try second.hello()
            try connection.simple("SET statement_timeout = 10000")
            let held = try failure { try second.apply(.feed(0, 1, events: [.sample("a")])) }
            try session.connection.simple("ROLLBACK")
            try connection.simple("SET statement_timeout = 0")
            try second.apply(.feed(0, 1, events: [.sample("a")]))
            return (late, goesOn, held)
        }
        #expect(late.problem == .timeout && late.isTransient && !late.isConnectionLost)
        #expect(goesOn == "here")
        #expect(held.problem == .timeout && held.isTransient && !held.isConnectionLost)
    }

    @Test func oneOfSeveralHostsIsWritable() async throws {
        let (server, port, readOnly) = try await blocking {
            let standby = try PostgresServer(settings: ["default_transaction_read_only = on"])
            let centre = try Centre()
            let (user, password) = (PostgresServer.superuser, PostgresServer.superPassword.replacing(" ", with: "%20"))
            let ports = [1, standby.port, centre.server.port]
            let hosts = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
            let connection = try PostgresConnection.open(
                PostgresSettings(try ConnectionURL("postgresql://\(user):\(password)@\(hosts)/\(centre.database)")))
            let readOnly = try Self.refusal(standby.url())
            return (connection.server, centre.server.port, readOnly)
        }
        #expect(server.hasPrefix("127.0.0.1:\(port)/"))
        #expect(readOnly.problem == .unreachable)
        #expect(readOnly.isTransient)
    }

    @Test func anotherThreadEndsAWait() async throws {
        let interrupt = UpstreamInterrupt()
        async let late = blocking {
            let connection = try PostgresConnection.open(
                PostgresSettings(try ConnectionURL(PostgresServer.shared().url())), interrupt: interrupt)
            return try failure { try connection.query("SELECT pg_sleep(300)", []) }
        }
        try await blocking {
            let server = try PostgresServer.shared()
            while try server.psql("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(300)'") != "1" {
            }
            interrupt.interrupt()
        }
        let error = try await late
        // And not by a time limit, of which the session has one too.
        #expect(error.kind == .interrupted)
    }

    @Test func aServerThatIsGoneIsNoticed() async throws {
        let (stopped, killed, back) = try await blocking {
            let server = try PostgresServer()
            let settings = PostgresSettings(try ConnectionURL(server.url()))
            let first = try PostgresConnection.open(settings)
            server.stop()
            let stopped = try failure { try first.query("SELECT 1", []) }
            try server.startAgain()
            let second = try PostgresConnection.open(settings)
            server.kill()
            let killed = try failure { try second.query("SELECT 1", []) }
            try server.startAgain()
            return (stopped, killed, try PostgresConnection.open(settings).query("SELECT 1", []).value)
        }
        for error in [stopped, killed] {
            #expect(error.isConnectionLost && error.isTransient && error.problem == .unreachable, "\(error)")
        }
        #expect(back == "1")
    }

    @Test func silenceHasALimit() async throws {
        let (connecting, asking, state) = try await blocking {
            let server = try PostgresServer()
            var settings = PostgresSettings(try ConnectionURL(server.url()))
            // The client waits for five seconds more than the server.
            settings.statementTimeout = .seconds(1)
            let connection = try PostgresConnection.open(settings)
            server.freeze()
            settings.connectTimeout = .milliseconds(300)
            let connecting = try failure { _ = try PostgresConnection.open(settings) }
            let asking = try failure { try connection.query("SELECT 1", []) }
            server.thaw()
            return (connecting, asking, connection.isOpen)
        }
        #expect(connecting.problem == .unreachable && connecting.isTransient, "\(connecting)")
        #expect(asking.problem == .timeout && asking.isConnectionLost, "\(asking)")
        #expect(!state)
    }

    @Test func addressesAreTakenApart() throws {
        let url = try ConnectionURL("postgresql://me:se%20cret@db1,[::1]:6000/lpr?sslmode=verify-full")
        #expect(url.server == "db1:5432,[::1]:6000/lpr")
        #expect(url.hasPassword)
        #expect(url.user == "me")
        #expect(url.options["password"] == "se cret")
        #expect(try ConnectionURL("postgresql://me@/lpr?host=/run/postgresql").server == "/run/postgresql:5432/lpr")
        for text in [
            "", "mysql://a", "host=a", "postgresql://a:b@c:d:e/secret?x", "postgresql://a,b:1,c:2,d/x?port=1,2",
        ] {
            do {
                _ = try ConnectionURL(text)
                Issue.record("\(text) is no address")
            } catch {
                #expect(!error.description.contains("secret"))
            }
        }
    }

    @Test(arguments: [
        ("22P02", PostgresError.Kind.row, UpstreamStatus.Problem.other), ("23505", .row, .other),
        ("54001", .row, .other), ("40001", .transient, .other), ("40P01", .transient, .other),
        ("53100", .transient, .diskFull), ("53300", .transient, .other), ("57P01", .transient, .unreachable),
        ("57P03", .transient, .unreachable), ("58030", .transient, .other), ("08006", .transient, .unreachable),
        ("25006", .transient, .unreachable), ("57014", .transient, .timeout), ("42501", .configuration, .permission),
        ("42P01", .configuration, .schemaMissing), ("42703", .configuration, .schemaTooOld),
        ("LP001", .conflict, .other), ("", .transient, .other),
    ])
    func statesHaveAMeaning(state: String, kind: PostgresError.Kind, problem: UpstreamStatus.Problem) {
        let meaning = PostgresError.meaning(of: state)
        #expect(meaning.0 == kind)
        #expect(meaning.1 == problem)
    }

    @Test(arguments: [
        ("could not translate host name \"tls.SSL.example\" to address", UpstreamStatus.Problem.unreachable),
        ("connection to server at \"a\", port 1 failed: SSL SYSCALL error: Connection reset by peer", .unreachable),
        ("SSL connection has been closed unexpectedly", .unreachable),
        ("connection to server at \"a\" failed: SSL error: certificate verify failed", .tls),
        ("connection to server at \"a\" failed: server does not support SSL, but SSL was required", .tls),
        ("connection to server at \"a\" failed: fe_sendauth: no password supplied", .wrongPassword),
    ])
    func wordsOfTheLibraryAreUnderstood(words: String, problem: UpstreamStatus.Problem) {
        #expect(PostgresError(connecting: words).problem == problem)
    }

    @Test func wordsInOtherLanguagesAreUnderstood() {
        let error = PostgresError(
            connecting: """
                connection to server at "10.0.0.1", port 5432 failed: FATAL:  28P01: Passwort-Authentifizierung für »a« ist fehlgeschlagen
                LOCATION:  auth_failed, auth.c:326
                """)
        #expect(error.problem == .wrongPassword)
        #expect(error.message.hasSuffix("FATAL:  Passwort-Authentifizierung für »a« ist fehlgeschlagen"))
        #expect(!error.message.contains("28P01") && !error.message.contains("auth.c"))
    }
}
