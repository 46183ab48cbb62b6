import Gateway
import MQTTLink
import Testing

@testable import Appliance

@Suite struct MQTTTests {
    /// Settings, the key that is blamed, and a part of what is said; nil when nothing is wrong.
    static let rules: [(settings: [String: String], blamed: String?, wrong: String)] = [
        (["mqtt.certificate": "/c"], "mqtt.certificate", "mqtt.key is missing"),
        (["mqtt.key": "/k"], "mqtt.key", "mqtt.certificate is missing"),
        (["mqtt.certificate": "/c", "mqtt.key": "/k", "mqtt.brokers": "mqtts://a"], nil, ""),
        (["mqtt.certificate": "/c", "mqtt.key": "/k", "mqtt.brokers": "mqtt://a"], "mqtt.certificate", "encrypted"),
        (["mqtt.ca_file": "/c", "mqtt.brokers": "mqtt://a"], "mqtt.ca_file", "encrypted"),
        (["mqtt.ca_file": "/c", "mqtt.brokers": "mqtt://a,mqtts://b"], nil, ""),
        (["mqtt.ca_file": "/c"], nil, ""),
        (["mqtt.password_file": "/p"], "mqtt.password_file", "mqtt.username is missing"),
        (["mqtt.password_file": "/p", "mqtt.username": "lpr"], nil, ""),
        (["mqtt.username": "lpr"], nil, ""),
    ]

    @Test(arguments: rules) func whatBelongsTogether(settings: [String: String], blamed: String?, wrong: String) throws
    {
        guard let blamed else {
            #expect(throws: Never.self) { try load(flags: settings) }
            return
        }
        let found = try problems(flags: settings)
        #expect(found.map(\.key) == [blamed])
        #expect(found.first?.wrong.contains(wrong) == true)
    }

    @Test(arguments: [
        ("#", "hear itself"), ("lpr/#", "hear itself"), ("lpr/data/processed", "hear itself"), ("+/+/+", "hear itself"),
        ("lpr/data/{device_id}", "hear itself"), ("system/control/gate-1", "hear itself"),
        ("file/transfer/status", "hear itself"), ("file/transfer/status/+", "hear itself"),
        ("lpr/data/edge/+", "twice"), ("system/status/#", "twice"), ("file/transfer/request/{device_id}", "twice"),
        ("a/+,a/{device_id}", "twice"), ("a/#,a", "twice"),
    ])
    func topicsThatAreTaken(topics: String, wrong: String) throws {
        let found = try problems(flags: ["mqtt.extra_topics": topics])
        #expect(found.map(\.key) == ["mqtt.extra_topics"])
        #expect(found.first?.wrong.contains(wrong) == true)
    }

    @Test(arguments: ["lpr/data", "lpr/{device_id}", "system/+", "a/+,b/+", "aicamera/edge/{device_id}/detection"])
    func topicsThatAreFree(topics: String) {
        #expect(throws: Never.self) { try load(flags: ["mqtt.extra_topics": topics]) }
    }

    @Test func theLinkIsToldAll() throws {
        let configuration = try load(
            flags: [
                "mqtt.brokers": "mqtts://a,mqtt://b:1", "mqtt.client_id": "box", "mqtt.username": "lpr",
                "mqtt.password_file": "/p", "mqtt.ca_file": "/ca", "mqtt.certificate": "/c", "mqtt.key": "/k",
                "mqtt.keepalive": "1m", "mqtt.session_expiry": "1d", "mqtt.extra_topics": "a/{device_id}",
                "mqtt.processed": "none", "mqtt.queue_limit": "2000", "mqtt.max_payload": "1MiB",
            ]
        )
        let settings = configuration.mqtt.linkSettings(siteID: "gate")
        #expect(settings.brokers.map(\.description) == ["mqtts://a:8883", "mqtt://b:1"])
        #expect(settings.clientID == "box")
        #expect(settings.username == "lpr")
        #expect(settings.passwordFile == "/p")
        #expect(settings.caFile == "/ca")
        #expect(settings.certificateFile == "/c")
        #expect(settings.keyFile == "/k")
        #expect(settings.keepAlive == .seconds(60))
        #expect(settings.sessionExpiry == .seconds(86_400))
        #expect(settings.extraTopics.map(\.filter) == ["a/+"])
        #expect(settings.processed == ProcessedSelection.none)
        #expect(settings.queueLimit == 2_000)
        #expect(settings.maxPayload == 1 << 20)
    }

    @Test func defaultsAreThoseOfTheLink() {
        let (given, own) = (MQTTConnectionSettings().linkSettings(siteID: "gate-1"), MQTTSettings(clientID: ""))
        #expect(given.clientID == "lpr-gate-1")
        #expect(given.brokers.isEmpty)
        #expect(given.keepAlive == own.keepAlive)
        #expect(given.sessionExpiry == own.sessionExpiry)
        #expect(given.processed == own.processed)
        #expect(given.queueLimit == own.queueLimit)
        #expect(given.maxPayload == own.maxPayload)
    }
}
