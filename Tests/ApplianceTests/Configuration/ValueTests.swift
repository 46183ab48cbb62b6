import Domain
import Logging
import Testing

@testable import Appliance

@Suite struct ValueTests {
    /// Fit into every size of request, so that the rule about both does not disturb.
    static let smallPictures = ["media.max_picture": "64KiB"]

    /// A key, a TOML literal, and the literal the value has afterwards, `nil` when it must be refused.
    static let fileCases: [(key: String, literal: String, expected: String?)] = [
        ("data", "\"./x\"", "\"./x\""), ("data", "\"\"", nil), ("data", "7", nil), ("data", "\"a\\nb\"", nil),
        ("site.id", "\"Gate_1.a-b\"", "\"Gate_1.a-b\""), ("site.id", "\"\"", nil), ("site.id", "\"..\"", nil),
        ("site.id", "\"ประตู\"", nil), ("site.id", "\"a b\"", nil),
        ("site.id", "\"\(String(repeating: "x", count: 50))\"", "\"\(String(repeating: "x", count: 50))\""),
        ("site.id", "\"\(String(repeating: "x", count: 51))\"", nil),
        ("site.name", "\"ประตู 1\"", "\"ประตู 1\""), ("site.name", "\"a \\\"b\\\" \\\\\"", "\"a \\\"b\\\" \\\\\""),
        ("site.name", "\"\"", nil), ("site.name", "\"  \"", nil), ("site.name", "\"a\\tb\"", nil),
        ("site.name", "\"a\\u202Eb\"", nil), ("site.name", "\"\(String(repeating: "ก", count: 101))\"", nil),
        ("site.timezone", "\"Asia/Bangkok\"", "\"Asia/Bangkok\""), ("site.timezone", "\"Etc/GMT+7\"", "\"Etc/GMT+7\""),
        ("site.timezone", "\"../../etc/passwd\"", nil), ("site.timezone", "\"/etc/passwd\"", nil),
        ("site.timezone", "\"\"", nil), ("site.timezone", "\"Asia//Bangkok\"", nil),
        ("site.language", "\"en\"", "\"en\""), ("site.language", "\"EN\"", nil), ("site.language", "\"de\"", nil),
        ("http.listen", "[\"0.0.0.0:0\", \"[::1]:65535\"]", "[\"0.0.0.0:0\", \"[::1]:65535\"]"),
        ("http.listen", "[]", nil), ("http.listen", "\"0.0.0.0:8080\"", nil), ("http.listen", "[8080]", nil),
        ("http.listen", "[\"localhost:8080\"]", nil), ("http.listen", "[\"0.0.0.0:65536\"]", nil),
        ("http.listen", "[\"127.0.0.1:1\", \"127.0.0.1:1\"]", nil), ("http.listen", "[[\"127.0.0.1:1\"]]", nil),
        ("http.allowed_origins", "[\"HTTPS://A.example:443\"]", "[\"https://a.example\"]"),
        ("http.allowed_origins", "[\"*\"]", nil), ("http.allowed_origins", "[\"https://a.example/\"]", nil),
        ("http.trusted_proxies", "[\"127.0.0.1\", \"FD00::/64\"]", "[\"127.0.0.1/32\", \"fd00::/64\"]"),
        ("http.trusted_proxies", "[]", "[]"), ("http.trusted_proxies", "[\"0.0.0.0/0\"]", nil),
        ("http.trusted_proxies", "[\"nginx\"]", nil), ("http.trusted_proxies", "[\"127.0.0.1:80\"]", nil),
        ("http.max_connections", "65535", "65535"), ("http.max_connections", "0", nil),
        ("http.max_connections", "65536", nil), ("http.max_connections", "\"10\"", nil),
        ("http.max_connections", "1.5", nil), ("http.max_connections", "true", nil),
        ("http.max_connections", "1979-05-27", nil), ("http.max_connections", "{ a = 1 }", nil),
        ("http.max_body", "\"64KiB\"", "\"64KiB\""), ("http.max_body", "65535", nil),
        ("http.max_body", "\"20 mb\"", "\"20MB\""), ("http.max_body", "\"257MiB\"", nil),
        ("http.max_body", "\"12 parsecs\"", nil), ("http.max_body", "-1", nil),
        ("http.body_timeout", "90", "\"90s\""), ("http.body_timeout", "\"10m\"", "\"10m\""),
        ("http.body_timeout", "\"601s\"", nil), ("http.body_timeout", "0", nil), ("http.body_timeout", "\"1w\"", nil),
        ("http.rate_limit_address", "0", "0"), ("http.rate_limit_address", "-1", nil),
        ("http.rate_limit_user", "1000000", "1000000"), ("http.rate_limit_user", "1000001", nil),
        ("live.ping_interval", "30", "\"30s\""), ("live.ping_interval", "0", nil),
        ("live.ping_timeout", "\"500ms\"", "\"500ms\""), ("live.ping_timeout", "\"11m\"", nil),
        ("live.connect_timeout", "\"1m\"", "\"1m\""), ("live.connect_timeout", "\"soon\"", nil),
        ("live.max_payload", "\"1MiB\"", "\"1MiB\""), ("live.max_payload", "1000", nil),
        ("live.max_connections", "10", "10"), ("live.max_connections", "0", nil),
        ("live.queue_limit", "16", "16"), ("live.queue_limit", "15", nil),
        ("tls.certificate", "\"\"", "\"\""), ("tls.certificate", "\"cert.pem\"", nil), ("tls.certificate", "[]", nil),
        ("tls.key", "\"key.pem\"", nil),
        (
            "intake.trusted_networks", "[\"192.168.1.0/24\", \"2001:DB8::/32\", \"10.0.0.1\"]",
            "[\"192.168.1.0/24\", \"2001:db8::/32\", \"10.0.0.1/32\"]"
        ),
        ("intake.trusted_networks", "[\"192.168.1.1/24\"]", nil), ("intake.trusted_networks", "[\"0.0.0.0/0\"]", nil),
        ("intake.trusted_networks", "[\"::/0\"]", nil), ("intake.trusted_networks", "[\"::ffff:0:0/96\"]", nil),
        ("intake.rate_limit", "1", "1"), ("intake.rate_limit", "\"fast\"", nil),
        ("intake.queue_limit", "64", "64"), ("intake.queue_limit", "63", nil),
        ("ssh.listen", "[\"127.0.0.1:2222\"]", "[\"127.0.0.1:2222\"]"), ("ssh.listen", "[]", "[]"),
        ("ssh.listen", "[\"2222\"]", nil), ("ssh.max_connections", "64", "64"), ("ssh.max_connections", "0", nil),
        ("ssh.idle_timeout", "\"5m\"", "\"5m\""), ("ssh.idle_timeout", "1", nil),
        ("ssh.partial_retention", "\"2d\"", "\"2d\""), ("ssh.partial_retention", "\"60d\"", nil),
        ("upstream.url", "\"postgres://db/lpr\"", "\"postgres://db/lpr\""), ("upstream.url", "\"db\"", nil),
        ("upstream.password_file", "\"/p\"", "\"/p\""), ("upstream.password_file", "\"p\"", nil),
        ("upstream.sslrootcert", "\"\"", "\"\""), ("upstream.sslrootcert", "\"ca.pem\"", nil),
        ("upstream.pictures", "\"all\"", "\"all\""), ("upstream.pictures", "\"some\"", nil),
        ("upstream.communication_logs", "true", "true"), ("upstream.communication_logs", "1", nil),
        ("upstream.site_url", "\"https://A.example\"", "\"https://a.example\""), ("upstream.site_url", "\"\"", "\"\""),
        ("upstream.site_url", "\"https://a.example/lpr\"", nil),
        ("upstream.batch_rows", "1", "1"), ("upstream.batch_rows", "10001", nil),
        ("upstream.batch_interval", "\"50ms\"", "\"50ms\""), ("upstream.batch_interval", "\"2m\"", nil),
        ("upstream.statement_timeout", "90", "\"90s\""), ("upstream.statement_timeout", "0", nil),
        ("mqtt.brokers", "[\"mqtt://a\", \"mqtts://[::1]/\"]", "[\"mqtt://a:1883\", \"mqtts://[::1]:8883\"]"),
        ("mqtt.brokers", "[\"tcp://a\"]", nil), ("mqtt.brokers", "\"mqtt://a\"", nil),
        ("mqtt.brokers", "[\"mqtt://a\", \"mqtt://a:1883\"]", nil), ("mqtt.brokers", "[\"mqtt://u:p@a\"]", nil),
        ("mqtt.brokers", "[\"mqtt://a:0\"]", nil),
        ("mqtt.brokers", "[\((1...9).map { "\"mqtt://b\($0)\"" }.joined(separator: ","))]", nil),
        ("mqtt.client_id", "\"\"", "\"\""), ("mqtt.client_id", "\"Lpr_1.a-b\"", "\"Lpr_1.a-b\""),
        ("mqtt.client_id", "\"\(String(repeating: "x", count: 64))\"", "\"\(String(repeating: "x", count: 64))\""),
        ("mqtt.client_id", "\"\(String(repeating: "x", count: 65))\"", nil), ("mqtt.client_id", "\"a/b\"", nil),
        ("mqtt.username", "\"กล่อง 1\"", "\"กล่อง 1\""), ("mqtt.username", "\"\"", "\"\""),
        ("mqtt.username", "\"\(String(repeating: "x", count: 256))\"", nil), ("mqtt.username", "\"a\\nb\"", nil),
        ("mqtt.password_file", "\"\"", "\"\""), ("mqtt.password_file", "\"secret\"", nil),
        ("mqtt.ca_file", "\"/ca.pem\"", "\"/ca.pem\""), ("mqtt.ca_file", "\"ca.pem\"", nil),
        ("mqtt.certificate", "\"\"", "\"\""), ("mqtt.certificate", "\"c.pem\"", nil),
        ("mqtt.key", "\"\"", "\"\""), ("mqtt.key", "[\"/k.pem\"]", nil),
        ("mqtt.keepalive", "5", "\"5s\""), ("mqtt.keepalive", "\"4s\"", nil), ("mqtt.keepalive", "\"11m\"", nil),
        ("mqtt.session_expiry", "365", "\"365d\""), ("mqtt.session_expiry", "\"59m\"", nil),
        ("mqtt.session_expiry", "366", nil), ("mqtt.session_expiry", "0", nil),
        (
            "mqtt.extra_topics", "[\"cameras/{device_id}/reads\", \"กล้อง/+/#\"]",
            "[\"cameras/{device_id}/reads\", \"กล้อง/+/#\"]"
        ),
        ("mqtt.extra_topics", "[\"a/#/b\"]", nil), ("mqtt.extra_topics", "[\"a\", \"a\"]", nil),
        ("mqtt.extra_topics", "[\"a\\u0085\"]", nil), ("mqtt.extra_topics", "[\"\"]", nil),
        ("mqtt.processed", "\"watchlist\"", "\"watchlist\""), ("mqtt.processed", "\"some\"", nil),
        ("mqtt.queue_limit", "1000000", "1000000"), ("mqtt.queue_limit", "999", nil),
        ("mqtt.max_payload", "\"64MiB\"", "\"64MiB\""), ("mqtt.max_payload", "\"65MiB\"", nil),
        ("mqtt.max_payload", "65535", nil),
        ("store.commit_linger", "100", "\"100ms\""), ("store.commit_linger", "\"101ms\"", nil),
        ("store.commit_linger", "\"0s\"", "\"0ms\""),
        ("store.log_retention", "7", "\"7d\""), ("store.log_retention", "\"59m\"", nil),
        ("store.log_limit", "1000", "1000"), ("store.log_limit", "999", nil),
        ("store.rejected_limit", "100", "100"), ("store.rejected_limit", "99", nil),
        ("files.event_id_pattern", "\"([a-z]+)[.]jpg\"", "\"([a-z]+)[.]jpg\""),
        ("files.event_id_pattern", "\"\"", "\"\""),
        ("files.event_id_pattern", "\"[a-z]+\"", nil), ("files.event_id_pattern", "\"(a\"", nil),
        ("files.join_window", "48", "\"2d\""), ("files.join_window", "\"59s\"", nil),
        ("files.unclaimed_retention", "7", "\"7d\""), ("files.unclaimed_retention", "\"59m\"", nil),
        ("files.remembered", "7", "\"7d\""), ("files.remembered", "1", nil),
        ("events.retention", "0", "\"0d\""), ("events.retention", "\"36500d\"", "\"36500d\""),
        ("events.retention", "\"1m\"", nil), ("events.retention", "\"36501d\"", nil),
        ("storage.quota", "\"80%\"", "\"80%\""), ("storage.quota", "\"50 GiB\"", "\"50GiB\""),
        ("storage.quota", "\"100 %\"", "\"100%\""), ("storage.quota", "0", "\"0\""),
        ("storage.quota", "\"0\"", "\"0\""), ("storage.quota", "\"101%\"", nil), ("storage.quota", "\"0%\"", nil),
        ("storage.quota", "\"%\"", nil), ("storage.quota", "\"-5%\"", nil), ("storage.quota", "\"1KiB\"", nil),
        ("storage.quota", "80.5", nil), ("storage.quota", "\"99999999999999999999%\"", nil),
        ("storage.delete_kept", "true", "true"), ("storage.delete_kept", "\"no\"", nil),
        ("storage.delete_kept", "1", nil),
        ("storage.min_free", "0", "\"0B\""), ("storage.min_free", "\"16385GiB\"", nil),
        ("media.max_picture", "\"1MiB\"", "\"1MiB\""), ("media.max_picture", "\"65MiB\"", nil),
        ("media.strip_gps", "true", "true"), ("media.strip_gps", "\"true\"", nil), ("media.strip_gps", "1", nil),
        ("media.encryption", "false", "false"), ("media.encryption", "\"on\"", nil), ("media.encryption", "[]", nil),
        ("auth.session_lifetime", "24", "\"1d\""), ("auth.session_lifetime", "\"4m\"", nil),
        ("log.level", "\"trace\"", "\"trace\""), ("log.level", "\"loud\"", nil),
        ("log.format", "\"json\"", "\"json\""), ("log.format", "\"xml\"", nil),
    ]

    @Test(arguments: fileCases) func valueInFile(key name: String, literal: String, expected: String?) throws {
        let key = try #require(ConfigurationKey.all.first { $0.name == name })
        let directory = try ScratchDirectory()
        let file = try directory.write((key.section.map { "[\($0)]\n" } ?? "") + "\(key.leaf) = \(literal)\n")
        if let expected {
            #expect(
                key.literal(in: try load(file: file, flags: name == "media.max_picture" ? [:] : Self.smallPictures))
                    == expected
            )
        } else {
            let found = try problems(file: file, flags: name == "media.max_picture" ? [:] : Self.smallPictures)
            #expect(found.count == 1)
            #expect(found.first?.key == name)
            #expect(found.first?.source == .file(path: file, line: key.section == nil ? 1 : 2))
            #expect(found.first?.right == "it must be \(key.form)")
        }
    }

    @Test func everyKeyHasGoodAndBadCases() {
        // Files of tls are only right in pairs, which another test has.
        for key in ConfigurationKey.all where key.section != "tls" {
            #expect(Self.fileCases.contains { $0.key == key.name && $0.expected != nil }, "\(key.name)")
            #expect(Self.fileCases.contains { $0.key == key.name && $0.expected == nil }, "\(key.name)")
        }
    }

    /// A variable's text, and the literal the value has afterwards, `nil` when it must be refused.
    static let textCases: [(key: String, text: String, expected: String?)] = [
        ("http.listen", "0.0.0.0:80, [::1]:81", "[\"0.0.0.0:80\", \"[::1]:81\"]"), ("http.listen", "", nil),
        ("http.listen", "0.0.0.0:80,", nil), ("http.allowed_origins", "", "[]"),
        ("http.trusted_proxies", "127.0.0.1,::1", "[\"127.0.0.1/32\", \"::1/128\"]"),
        ("intake.trusted_networks", "10.0.0.0/8,fd00::/8", "[\"10.0.0.0/8\", \"fd00::/8\"]"),
        ("http.max_connections", "12", "12"), ("http.max_connections", "1_2", nil), ("http.max_connections", "", nil),
        ("http.max_connections", "99999999999999999999", nil), ("http.body_timeout", "5", "\"5s\""),
        ("http.max_body", "1000000", "\"1MB\""), ("site.name", "a,b", "\"a,b\""),
        ("mqtt.brokers", "mqtt://a, mqtts://b", "[\"mqtt://a:1883\", \"mqtts://b:8883\"]"),
        ("mqtt.extra_topics", "a/+,b/#", "[\"a/+\", \"b/#\"]"), ("mqtt.session_expiry", "30", "\"30d\""),
        ("media.encryption", "true", "true"), ("media.encryption", "false", "false"), ("media.encryption", "yes", nil),
        ("log.level", "debug", "\"debug\""), ("log.level", "\"debug\"", nil),
    ]

    @Test(arguments: textCases) func valueInEnvironment(key name: String, text: String, expected: String?) throws {
        let key = try #require(ConfigurationKey.all.first { $0.name == name })
        if let expected {
            let byVariable = try load(environment: [key.environmentName: text], flags: Self.smallPictures)
            #expect(key.literal(in: byVariable) == expected)
            let byFlag = try load(flags: Self.smallPictures.merging([name: text]) { $1 })
            #expect(key.literal(in: byFlag) == expected)
        } else {
            #expect(try problems(environment: [key.environmentName: text]).map(\.key) == [name])
            #expect(try problems(flags: [name: text]).map(\.key) == [name])
        }
    }

    @Test func resultsAreTyped() throws {
        let configuration = try load(
            environment: [
                "LPR_HTTP_LISTEN": "[::1]:9000", "LPR_HTTP_BODY_TIMEOUT": "2m", "LPR_HTTP_MAX_BODY": "16MiB",
                "LPR_INTAKE_TRUSTED_NETWORKS": "192.168.1.0/24", "LPR_TLS_CERTIFICATE": "/c", "LPR_TLS_KEY": "/k",
                "LPR_LOG_LEVEL": "warning", "LPR_LOG_FORMAT": "json", "LPR_SITE_LANGUAGE": "en",
            ]
        )
        #expect(configuration.http.listen.map(\.host) == ["::1"])
        #expect(configuration.http.listen.map(\.port) == [9_000])
        #expect(configuration.http.bodyTimeout == .seconds(120))
        #expect(configuration.http.maxBody.bytes == 16_777_216)
        #expect(configuration.intake.trustedNetworks == [try NetworkRange("192.168.1.0/24")])
        #expect(configuration.tls == TLSSettings(certificate: "/c", key: "/k"))
        #expect(configuration.log.level == Logger.Level.warning)
        #expect(configuration.log.format == .json)
        #expect(configuration.site.language == .english)
    }
}
