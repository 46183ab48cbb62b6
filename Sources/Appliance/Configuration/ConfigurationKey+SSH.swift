// The keys about SFTP and rsync; the table that joins all groups is in ConfigurationKey+All.

extension ConfigurationKey {
    static let ssh = [
        ConfigurationKey(
            "ssh.listen",
            \.ssh.listen,
            .list(of: .listenAddress, count: 0...16),
            "The addresses and ports for SFTP and rsync; an empty list is neither.",
            note: """
                A device logs in with its id as the user name, and with its SSH key or its API key as the password. \
                It sees its own directory and nothing else.
                """
        ),
        ConfigurationKey(
            "ssh.max_connections",
            \.ssh.maxConnections,
            .integer(1...1_000, unit: "connections"),
            "How many SSH connections may be open at the same time."
        ),
        ConfigurationKey(
            "ssh.idle_timeout",
            \.ssh.idleTimeout,
            .duration(.seconds(10) ... .seconds(86_400), plainUnit: .seconds),
            "How long a connection may be quiet before it is ended."
        ),
        ConfigurationKey(
            "ssh.partial_retention",
            \.ssh.partialRetention,
            .duration(.seconds(600) ... .seconds(30 * 86_400), plainUnit: .days),
            "How long an upload that was cut off is kept, so that it can be resumed.",
            note: "Afterwards what is there of a picture is kept as it is."
        ),
    ]
}
