import Testing

@testable import Appliance

@Suite struct DescriptionTests {
    @Test func sourcesStandBesideValues() throws {
        let directory = try ScratchDirectory()
        let file = try directory.write("[site]\n\nname = \"North \\\"A\\\" gate\"\n")
        let text = try load(file: file, environment: ["LPR_LOG_LEVEL": "debug"], flags: ["data": "/srv"])
            .describe(hidingSecrets: true)
        let lines = text.split(separator: "\n")
        for line in [
            "# File: \(file)", "data = \"/srv\"  # command line", "name = \"North \\\"A\\\" gate\"  # \(file):3",
            "level = \"debug\"  # environment LPR_LOG_LEVEL", "max_connections = 1024  # default",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }

    @Test func canBeLoadedAgain() throws {
        let directory = try ScratchDirectory()
        let environment = [
            "LPR_HTTP_LISTEN": "[::1]:1,127.0.0.1:2", "LPR_SITE_NAME": "ประตู \"1\" \\", "LPR_STORAGE_MIN_FREE": "2GiB",
            "LPR_STORE_COMMIT_LINGER": "5ms", "LPR_INTAKE_TRUSTED_NETWORKS": "10.0.0.0/8", "LPR_TLS_KEY": "/k",
            "LPR_TLS_CERTIFICATE": "/c", "LPR_HTTP_ALLOWED_ORIGINS": "http://a:81", "LPR_EVENTS_RETENTION": "90d",
        ]
        let first = try load(environment: environment)
        let second = try load(file: try directory.write(first.describe(hidingSecrets: false)))
        for key in ConfigurationKey.all {
            #expect(key.literal(in: second) == key.literal(in: first))
            #expect(second.source(of: key.name) != .default, "\(key.name) is missing")
        }
    }

    static let secretKeys = [
        ConfigurationKey("site.name", \.site.name, .title, "A secret.", isSecret: true),
        ConfigurationKey("site.id", \.site.id, .identifier, "Another.", isSecret: true),
        ConfigurationKey("tls.key", \.tls.key, .optionalFile, "One that is not set.", isSecret: true),
    ]

    @Test func secretsAreHidden() throws {
        let configuration = try load(flags: ["site.name": "hunter2"], keys: Self.secretKeys)
        let hidden = configuration.describe(hidingSecrets: true, keys: Self.secretKeys)
        #expect(!hidden.contains("hunter2"))
        #expect(hidden.contains("name = \"********\"  # command line"))
        #expect(hidden.contains("key = \"\"  # default"))
        #expect(configuration.describe(hidingSecrets: false, keys: Self.secretKeys).contains("name = \"hunter2\""))
    }

    @Test func errorsDoNotShowSecrets() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try load(environment: ["LPR_SITE_ID": "hunter 2"], keys: Self.secretKeys)
        }
        #expect(error.description.hasPrefix("environment LPR_SITE_ID: site.id: the value is no identifier; "))
        #expect(!error.description.contains("hunter"))
    }

    @Test func describedPathsCannotLeaveTheirComment() {
        let source = ConfigurationSource.file(path: "/a\nhttp.listen = []", line: 1)
        #expect(source.description == "/a\\u000ahttp.listen = []:1")
    }
}
