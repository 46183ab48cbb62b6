// The keys about events, pictures, people and the log; the table that joins all groups is in ConfigurationKey+All.

extension ConfigurationKey {
    static let intake = [
        ConfigurationKey(
            "intake.trusted_networks",
            \.intake.trustedNetworks,
            .list(of: .networkRange, count: 0...64),
            "Networks whose cameras may send plate reads without a key.",
            note: "Only for cameras that cannot send one: every machine in these networks can send plate reads."
        ),
        ConfigurationKey(
            "intake.rate_limit",
            \.intake.rateLimit,
            .integer(0...1_000_000, unit: "events per second", zero: "no limit"),
            "How many plate reads one device key may send."
        ),
        ConfigurationKey(
            "intake.queue_limit",
            \.intake.queueLimit,
            .integer(64...1_000_000, unit: "messages"),
            "How many messages may wait to be written before senders are asked to come back later."
        ),
    ]

    static let store = [
        ConfigurationKey(
            "store.commit_linger",
            \.store.commitLinger,
            .duration(.zero ... .milliseconds(100), plainUnit: .milliseconds),
            "How long the writer waits for more events before it commits what it has.",
            note: """
                With 0 it commits at once. A few milliseconds save writes to the disk under light load and delay each \
                answer by that time.
                """
        ),
        ConfigurationKey(
            "store.log_retention",
            \.store.logRetention,
            .duration(.seconds(3_600) ... .seconds(3_650 * 86_400), plainUnit: .days),
            "How long the communication log is kept."
        ),
        ConfigurationKey(
            "store.log_limit",
            \.store.logLimit,
            .integer(1_000...100_000_000, unit: "rows"),
            "How many rows the communication log may have; the oldest go first."
        ),
        ConfigurationKey(
            "store.rejected_limit",
            \.store.rejectedLimit,
            .integer(100...1_000_000, unit: "rows"),
            "How many rejected messages are kept for inspection; the oldest go first."
        ),
    ]

    static let events = [
        ConfigurationKey(
            "events.retention",
            \.events.retention,
            .duration(.seconds(3_600) ... .seconds(36_500 * 86_400), plainUnit: .days, zero: "no limit by age"),
            "How long plate reads and their pictures are kept."
        )
    ]

    static let storage = [
        ConfigurationKey(
            "storage.quota",
            \.storage.quota,
            .quota,
            "How much everything below the data directory may take, as a share of the file system or as a size.",
            note: """
                Above 95 percent of it the oldest pictures are deleted until 90 percent are left; the plate reads stay. \
                See docs/storage.md.
                """
        ),
        ConfigurationKey(
            "storage.min_free",
            \.storage.minFree,
            .byteCount(ByteCount(0) ... .gibibytes(16_384)),
            "How much of the disk must stay free: below it new events are refused, and cameras keep and repeat them.",
            note: "Pictures leave twice as much free."
        ),
        ConfigurationKey(
            "storage.delete_kept",
            \.storage.deleteKept,
            .toggle,
            "Whether pictures of events marked to be kept are deleted too, when nothing else is left to delete."
        ),
    ]

    static let media = [
        ConfigurationKey(
            "media.max_picture",
            \.media.maxPicture,
            .byteCount(.kibibytes(64) ... .mebibytes(64)),
            "The largest picture that is accepted.",
            note: "It cannot be larger than http.max_body."
        ),
        ConfigurationKey(
            "media.strip_gps",
            \.media.stripGPS,
            .toggle,
            "Whether the position of the camera is taken out of a picture before it is stored.",
            note: """
                Removed are the GPS part of EXIF, whole XMP packets, and what follows the picture in its file; the \
                picture itself, its orientation and all else stay. Pictures that are stored already stay as they are.
                """
        ),
        ConfigurationKey(
            "media.encryption",
            \.media.encryption,
            .toggle,
            "Whether pictures are encrypted on disk.",
            note: """
                The keys are in keys/media.keys below the data directory, or in the systemd credential media.keys, \
                which a service gets from /etc/lpr-appliance/credentials/media.keys. Keep a copy of them elsewhere: \
                without them nobody can read the pictures. Pictures stored before stay readable, and so do encrypted \
                ones when this is switched off again.
                """
        ),
    ]

    static let auth = [
        ConfigurationKey(
            "auth.session_lifetime",
            \.auth.sessionLifetime,
            .duration(.seconds(300) ... .seconds(30 * 86_400), plainUnit: .hours),
            "How long a person stays logged in on the web page after the last use of it."
        )
    ]

    static let log = [
        ConfigurationKey(
            "log.level",
            \.log.level,
            .choice,
            "From which importance on something is written.",
            note: "Use debug to look into a problem; trace writes very much."
        ),
        ConfigurationKey(
            "log.format",
            \.log.format,
            .choice,
            "How lines are written: text for people, json for programs that collect logs."
        ),
    ]
}
