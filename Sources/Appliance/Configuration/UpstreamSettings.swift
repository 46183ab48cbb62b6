import Domain

/// `[upstream]`: the central PostgreSQL that every change is sent to.
struct UpstreamSettings: Sendable, Hashable {
    /// A `postgresql://` address; nil: nothing is sent, and nothing of the replication runs. May hold a password, so it
    /// is never shown (invariant 6).
    var url: String?
    var passwordFile: String?
    /// PEM; nil leaves it to the address and to libpq.
    var rootCertificate: String?
    var pictures = UpstreamPictures.none
    /// Whether the communication log is sent too.
    var communicationLogs = false
    /// Rows of the change feed.
    var batchRows = 1_000
    var batchInterval = Duration.seconds(1)
    var statementTimeout = Duration.seconds(60)
    /// Where people reach this box from the centre; nil when they do not.
    var siteURL: WebOrigin?
}
