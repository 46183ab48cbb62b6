// The keys about live connections; the table that joins all groups is in ConfigurationKey+All.

extension ConfigurationKey {
    static let live = [
        ConfigurationKey(
            "live.ping_interval",
            \.live.pingInterval,
            .duration(.milliseconds(100) ... .seconds(600), plainUnit: .seconds),
            "How often a connection is asked for a sign of life.",
            note: "Routers forget quiet connections after some minutes."
        ),
        ConfigurationKey(
            "live.ping_timeout",
            \.live.pingTimeout,
            .duration(.milliseconds(100) ... .seconds(600), plainUnit: .seconds),
            "How long the answer may take before the connection counts as broken."
        ),
        ConfigurationKey(
            "live.connect_timeout",
            \.live.connectTimeout,
            .duration(.milliseconds(100) ... .seconds(600), plainUnit: .seconds),
            "How long a Socket.IO client may take to connect to a namespace."
        ),
        ConfigurationKey(
            "live.max_payload",
            \.live.maxPayload,
            .byteCount(.kibibytes(64) ... .mebibytes(256)),
            "The largest message of one connection.",
            note: "A picture inside JSON takes a third more than its file."
        ),
        ConfigurationKey(
            "live.max_connections",
            \.live.maxConnections,
            .integer(1...65_535, unit: "connections"),
            "How many WebSockets and Socket.IO sessions may be open at the same time.",
            note: "WebSockets count for http.max_connections as well."
        ),
        ConfigurationKey(
            "live.queue_limit",
            \.live.queueLimit,
            .integer(16...10_000, unit: "messages"),
            "How many messages may wait for a slow reader before it loses the oldest.",
            note: "It is told how many it lost, and can ask for them again."
        ),
    ]
}
