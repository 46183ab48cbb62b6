/// How and what is sent to the central database.
public struct ReplicatorSettings: Sendable {
    public var postgres: PostgresSettings
    /// `site.id`; the centre has to know the role as this site's.
    public var siteID: String
    public var siteName: String?
    /// Where people reach the web page of the box.
    public var siteURL: String?
    /// Of the appliance.
    public var version: String
    /// Rows of the change feed in one transaction, at most.
    public var batchRows = 1_000
    /// Bytes of rows in one transaction, about at most.
    public var batchBytes = 4 << 20
    /// How long a change waits for company.
    public var batchInterval = Duration.seconds(1)
    /// Whether the communication log is sent too.
    public var sendsLogs = false
    public var pictures = PictureSettings()
    /// How long the first attempt after an error waits, and the longest wait.
    public var firstPause = Duration.seconds(1)
    public var longestPause = Duration.seconds(60)

    public init(_ postgres: PostgresSettings, siteID: String, version: String) {
        self.postgres = postgres
        self.siteID = siteID
        self.version = version
    }
}
