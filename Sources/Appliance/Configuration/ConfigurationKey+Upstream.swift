// The keys about the central database; the table that joins all groups is in ConfigurationKey+All.

extension ConfigurationKey {
    static let upstream = upstreamConnection + upstreamContent + upstreamPace

    private static let upstreamConnection = [
        ConfigurationKey(
            "upstream.url",
            \.upstream.url,
            .optionalDatabaseURL,
            "The central PostgreSQL database that every change is sent to; \"\" is none.",
            note: """
                The role of this site and its password come from `lpr-appliance upstream add-site`. \
                Write sslmode=verify-full: only then is the connection encrypted and the server known to be the right \
                one. Several hosts are separated by commas, as in db1.example.com,db2.example.com; the one that can \
                be written is used. Keep the password out of it: see upstream.password_file.
                """,
            isSecret: true
        ),
        ConfigurationKey(
            "upstream.password_file",
            \.upstream.passwordFile,
            .optionalFile,
            "A file that holds the password of the site's role and nothing else.",
            note: """
                It is read anew for each connection. Only the user that runs the appliance should be able to read it. \
                Installed as a service, better leave it unset and put the password into the file \
                /etc/lpr-appliance/credentials/upstream.password, which root alone can read: systemd hands it to the \
                service as the credential upstream.password, at the next start. \
                Without either, the file .pgpass in that user's home directory is used.
                """,
            defaultNote: "the systemd credential upstream.password when there is one, else \"\"",
            credential: "upstream.password"
        ),
        ConfigurationKey(
            "upstream.sslrootcert",
            \.upstream.rootCertificate,
            .optionalFile,
            "Certificates of the authorities that may vouch for the database server, in PEM form.",
            note: "Without it libpq looks for .postgresql/root.crt in the home directory."
        ),
    ]

    private static let upstreamContent = [
        ConfigurationKey(
            "upstream.pictures",
            \.upstream.pictures,
            .choice,
            "Which pictures are sent too.",
            note: """
                They follow the reads at their own pace. A whole picture takes a hundred times the room of its read \
                in the central database, and as much more of the line. Thumbnails have at most 320 pixels. \
                With media.encryption they need an encrypted connection, and lie in clear in the central database.
                """
        ),
        ConfigurationKey(
            "upstream.communication_logs",
            \.upstream.communicationLogs,
            .toggle,
            "Whether the log of messages is sent too.",
            note: "It has at least one row for each read."
        ),
        ConfigurationKey(
            "upstream.site_url",
            \.upstream.siteURL,
            .optionalWebOrigin,
            "Where people who look into the central database reach the web page of this box.",
            note: "It is stored with the site there, so that the picture of a read can be opened."
        ),
    ]

    private static let upstreamPace = [
        ConfigurationKey(
            "upstream.batch_rows",
            \.upstream.batchRows,
            .integer(1...10_000, unit: "changes"),
            "How many changes go into one transaction at most; it is smaller when they are large."
        ),
        ConfigurationKey(
            "upstream.batch_interval",
            \.upstream.batchInterval,
            .duration(.milliseconds(50) ... .seconds(60), plainUnit: .seconds),
            "How long a change waits for others before it is sent.",
            note: "Longer is less work for the central database, and it lags behind by as much."
        ),
        ConfigurationKey(
            "upstream.statement_timeout",
            \.upstream.statementTimeout,
            .duration(.seconds(1) ... .seconds(3_600), plainUnit: .seconds),
            "After how long without an answer a transaction is given up and tried again."
        ),
    ]
}
