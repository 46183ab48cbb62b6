import MQTTLink

// The keys about the broker; the table that joins all groups is in ConfigurationKey+All.

extension ConfigurationKey {
    static let mqtt =
        [
            ConfigurationKey(
                "mqtt.brokers",
                \.mqtt.brokers,
                .list(of: .brokerAddress, count: 0...8),
                "The brokers to connect to, in order of preference; an empty list is no MQTT.",
                note: """
                    The box is connected to one at a time: the first that answers, and the first of all again when it \
                    is back. Ports are 1883 and, encrypted, 8883 unless others are named.
                    """
            ),
            ConfigurationKey(
                "mqtt.client_id",
                \.mqtt.clientID,
                .optionalClientID,
                "The name of the box's session at the broker.",
                note: """
                    Two clients with one name push each other out, so give every box its own. Do not change it later: \
                    what waits at the broker waits under this name.
                    """,
                defaultNote: "\"\", which means lpr- and site.id"
            ),
        ] + mqttCredentials + mqttSession + mqttMessages

    private static let mqttCredentials = [
        ConfigurationKey(
            "mqtt.username",
            \.mqtt.username,
            .optionalUserName,
            "The box's user name at the broker."
        ),
        ConfigurationKey(
            "mqtt.password_file",
            \.mqtt.passwordFile,
            .optionalFile,
            "A file that holds the password and nothing else.",
            note: """
                It is read anew for each connection. Only the user that runs the appliance should be able to read it. \
                Installed as a service, better leave it unset and put the password into the file \
                /etc/lpr-appliance/credentials/mqtt.password, which root alone can read: systemd hands it to the \
                service as the credential mqtt.password, at the next start.
                """,
            defaultNote: "the systemd credential mqtt.password when there is one, else \"\"",
            credential: "mqtt.password"
        ),
        ConfigurationKey(
            "mqtt.ca_file",
            \.mqtt.caFile,
            .optionalFile,
            "Certificates of the authorities that may vouch for an encrypted broker, in PEM form.",
            note: "Without it those that the system trusts."
        ),
        ConfigurationKey(
            "mqtt.certificate",
            \.mqtt.certificate,
            .optionalFile,
            "The certificate that the box shows to an encrypted broker that asks for one, in PEM form.",
            note: "Set mqtt.key as well."
        ),
        ConfigurationKey(
            "mqtt.key",
            \.mqtt.key,
            .optionalFile,
            "The private key of mqtt.certificate, in PEM form and without a passphrase."
        ),
    ]

    private static let mqttSession = [
        ConfigurationKey(
            "mqtt.keepalive",
            \.mqtt.keepAlive,
            .duration(.seconds(5) ... .seconds(600), plainUnit: .seconds),
            "How often a quiet connection gives a sign of life.",
            note: "A broker that is gone is noticed after about one and a half times as long."
        ),
        ConfigurationKey(
            "mqtt.session_expiry",
            \.mqtt.sessionExpiry,
            .duration(.seconds(3_600) ... .seconds(365 * 86_400), plainUnit: .days),
            "How long the broker is asked to keep what cameras send while the box is away.",
            note: "The broker's own limits count as well."
        ),
    ]

    private static let mqttMessages = [
        ConfigurationKey(
            "mqtt.extra_topics",
            \.mqtt.extraTopics,
            .list(of: .topicPattern, count: 0...32),
            "Further topics on which cameras send plate reads.",
            note: """
                The level {device_id} names the camera; + and # stand for any level and for all further ones. \
                Without {device_id} the message has to name its camera, and nobody checks who sent it.
                """
        ),
        ConfigurationKey(
            "mqtt.processed",
            \.mqtt.processed,
            .choice,
            "Which stored plate reads are sent on to lpr/data/processed.",
            note: "watchlist: only those whose plate stands on a watchlist."
        ),
        ConfigurationKey(
            "mqtt.queue_limit",
            \.mqtt.queueLimit,
            .integer(1_000...1_000_000, unit: "messages"),
            "How many messages may wait on the box for the broker before the oldest are left out.",
            note: "Events that are left out stay in the database."
        ),
        ConfigurationKey(
            "mqtt.max_payload",
            \.mqtt.maxPayload,
            .byteCount(.kibibytes(64) ... .mebibytes(64)),
            "The largest message that is accepted.",
            note: "A picture inside JSON takes a third more than its file."
        ),
    ]
}
