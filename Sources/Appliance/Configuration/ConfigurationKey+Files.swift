// The keys about files that come apart; the table that joins all groups is in ConfigurationKey+All.

extension ConfigurationKey {
    static let files = [
        ConfigurationKey(
            "files.event_id_pattern",
            \.files.eventIDPattern,
            .eventIDPattern,
            "Where the id of the plate read stands in the path of its picture.",
            note: """
                A regular expression (POSIX extended, and \\d for a digit); its first group is the id, as in \
                "_([A-Za-z0-9-]+)[.]jpg$". With "" the id is the name of the file without its ending.
                """
        ),
        ConfigurationKey(
            "files.join_window",
            \.files.joinWindow,
            .duration(.seconds(60) ... .seconds(30 * 86_400), plainUnit: .hours),
            "How far apart a plate read and its picture may come and still belong together."
        ),
        ConfigurationKey(
            "files.unclaimed_retention",
            \.files.unclaimedRetention,
            .duration(.seconds(3_600) ... .seconds(3_650 * 86_400), plainUnit: .days),
            "How long a picture is kept that belongs to no plate read."
        ),
        ConfigurationKey(
            "files.remembered",
            \.files.remembered,
            .duration(.seconds(2 * 86_400) ... .seconds(365 * 86_400), plainUnit: .days),
            "How long a file is remembered that was taken, so that it is known when a camera sends it again."
        ),
    ]
}
