extension ConfigurationKey {
    /// Every key, in the order of the documented example; the keys of a section stand together.
    static let all: [ConfigurationKey] =
        [data] + site + http + live + tls + intake + mqtt + ssh + files + upstream + store + events + storage + media
        + auth + log

    /// What the sections are about, for the example.
    static let sectionMeanings: [String: String] = [
        "site": "This box and the place where it stands.",
        "http": "The web page and the REST interface.",
        "live": "Live connections: the page, and cameras that send by WebSocket or Socket.IO.",
        "tls": "Encrypted access (https) to the web page and the REST interface. Set both files or none.",
        "intake": "What cameras may send.",
        "mqtt": "The connection to an MQTT broker, over which cameras send and others hear what was stored.",
        "ssh": "Files of cameras that come by SFTP or rsync.",
        "upstream": "The central PostgreSQL of several sites; see docs/upstream.md.",
        "store": "The database.",
        "events": "Plate reads.",
        "files": "Pictures that cameras send as files of their own, by SFTP or rsync.",
        "storage": "How much of the disk the appliance may use.",
        "media": "Pictures.",
        "auth": "People who log in.",
        "log": "What the program writes to the console or the system journal about itself.",
    ]

    private static let data = ConfigurationKey(
        "data",
        \.dataDirectory,
        .directory,
        "The directory of the database, the pictures, the keys and the backups.",
        note: "On the command line it is --data.",
        defaultNote: "/var/lib/lpr-appliance when it exists and can be written, else ./data"
    )

    private static let site = [
        ConfigurationKey(
            "site.id",
            \.site.id,
            .identifier,
            "The short name of this box for other machines.",
            note: "Give every box its own. Do not change it later: it is stored with what the box sends elsewhere.",
            defaultNote: "the machine's host name up to the first dot"
        ),
        ConfigurationKey(
            "site.name",
            \.site.name,
            .title,
            "The name of this box for people, shown on the web page."
        ),
        ConfigurationKey(
            "site.timezone",
            \.site.timezone,
            .timeZone,
            "The time zone in which the web page shows times and in which a day begins.",
            note: "Times are always stored in UTC, so it can be changed at any time.",
            suggestion: "\"Asia/Bangkok\""
        ),
        ConfigurationKey(
            "site.language",
            \.site.language,
            .choice,
            "The language of the web page when the browser asks for none that is there."
        ),
    ]

    private static let http = [
        ConfigurationKey(
            "http.listen",
            \.http.listen,
            .list(of: .listenAddress, count: 1...16),
            "The addresses and ports on which the box answers.",
            note: """
                0.0.0.0 is every IPv4 address of the box, 127.0.0.1 only programs on the box itself, [::1] the same \
                for IPv6.
                """
        ),
        ConfigurationKey(
            "http.allowed_origins",
            \.http.allowedOrigins,
            .list(of: .webOrigin, count: 0...64),
            "Other web sites whose pages may use the interface from a browser.",
            note: "The box's own page is always allowed."
        ),
        ConfigurationKey(
            "http.trusted_proxies",
            \.http.trustedProxies,
            .list(of: .networkRange, count: 0...64),
            "Reverse proxies such as nginx in front of the box, which tell it the addresses of their clients.",
            note: """
                Only from these are X-Forwarded-For and X-Forwarded-Proto read; for nginx on the box itself it is \
                [\"127.0.0.1\"]. Name no network in which anything but proxies stands: whoever is in it can give \
                himself any address.
                """
        ),
        ConfigurationKey(
            "http.max_connections",
            \.http.maxConnections,
            .integer(1...65_535, unit: "connections"),
            "How many connections may be open at the same time, at each address of http.listen."
        ),
        ConfigurationKey(
            "http.max_body",
            \.http.maxBody,
            .byteCount(.kibibytes(64) ... .mebibytes(256)),
            "The largest body of one request.",
            note: "A picture inside JSON takes a third more than its file."
        ),
        ConfigurationKey(
            "http.body_timeout",
            \.http.bodyTimeout,
            .duration(.seconds(1) ... .seconds(600), plainUnit: .seconds),
            "How long a request may make no progress before it is cut off."
        ),
        ConfigurationKey(
            "http.rate_limit_address",
            \.http.rateLimitAddress,
            .integer(0...1_000_000, unit: "requests per second", zero: "no limit"),
            "How many requests one network address may make."
        ),
        ConfigurationKey(
            "http.rate_limit_user",
            \.http.rateLimitUser,
            .integer(0...1_000_000, unit: "requests per second", zero: "no limit"),
            "How many requests one logged-in person may make."
        ),
    ]

    private static let tls = [
        ConfigurationKey(
            "tls.certificate",
            \.tls.certificate,
            .optionalFile,
            "The certificate chain in PEM form, the box's own certificate first.",
            defaultNote: "the systemd credential tls.certificate when there is one, else \"\"",
            credential: "tls.certificate"
        ),
        ConfigurationKey(
            "tls.key",
            \.tls.key,
            .optionalFile,
            "The private key of the certificate in PEM form.",
            note: """
                Only the user that runs the appliance should be able to read this file. Installed as a service, better \
                leave it unset and put the key into the file /etc/lpr-appliance/credentials/tls.key, which root alone \
                can read: systemd hands it to the service as the credential tls.key.
                """,
            defaultNote: "the systemd credential tls.key when there is one, else \"\"",
            credential: "tls.key"
        ),
    ]
}
