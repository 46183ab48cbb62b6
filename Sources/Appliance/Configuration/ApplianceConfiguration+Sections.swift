import Domain
import Gateway
import Logging

/// `[site]`: what this box is and where it stands.
struct SiteSettings: Sendable, Hashable {
    /// 1 to 50 characters of `A-Z a-z 0-9 . _ -`.
    var id: String
    var name = "LPR Appliance"
    /// A name of the IANA time zone database.
    var timezone = "UTC"
    var language = SiteLanguage.thai
}

/// The languages of the web page.
enum SiteLanguage: String, Sendable, CaseIterable {
    case thai = "th"
    case english = "en"
}

/// `[http]`: the web page and the REST interface.
struct HTTPSettings: Sendable, Hashable {
    var listen = [ListenAddress(address: IPAddress(family: .v4, bits: 0), port: 8080)]
    var allowedOrigins: [WebOrigin] = []
    /// Reverse proxies whose word on the clients behind them is taken.
    var trustedProxies: [NetworkRange] = []
    var maxConnections = 1_024
    var maxBody = ByteCount.mebibytes(12)
    var bodyTimeout = Duration.seconds(30)
    /// Requests per second; 0 is no limit.
    var rateLimitAddress = 1_000
    /// Requests per second; 0 is no limit.
    var rateLimitUser = 100
}

/// `[live]`: WebSocket and Socket.IO connections.
struct LiveConnectionSettings: Sendable, Hashable {
    var pingInterval = Duration.seconds(25)
    var pingTimeout = Duration.seconds(20)
    /// How long a Socket.IO client may be connected to no namespace.
    var connectTimeout = Duration.seconds(45)
    var maxPayload = ByteCount.mebibytes(12)
    var maxConnections = 1_024
    /// Frames that may wait for one slow reader.
    var queueLimit = 256
}

/// `[tls]`: either both paths are set or none.
struct TLSSettings: Sendable, Hashable {
    var certificate: String?
    var key: String?
}

/// `[intake]`: what cameras may send.
struct IntakeSettings: Sendable, Hashable {
    /// Addresses that may post events without a key.
    var trustedNetworks: [NetworkRange] = []
    /// Events per second; 0 is no limit.
    var rateLimit = 500
    var queueLimit = 8_192
}

/// `[ssh]`: SFTP and rsync.
struct SSHServerSettings: Sendable, Hashable {
    var listen = [ListenAddress(address: IPAddress(family: .v4, bits: 0), port: 2222)]
    var maxConnections = 128
    var idleTimeout = Duration.seconds(600)
    /// How long an upload that was cut off waits for the rest.
    var partialRetention = Duration.seconds(86_400)
}

/// `[store]`: the database.
struct StoreSettings: Sendable, Hashable {
    var commitLinger = Duration.zero
    var logRetention = Duration.seconds(30 * 86_400)
    var logLimit = 1_000_000
    var rejectedLimit = 10_000
}

/// `[events]`: how long plate reads are kept.
struct EventSettings: Sendable, Hashable {
    /// Zero keeps events for ever.
    var retention = Duration.zero
}

/// `[files]`: what comes by SFTP and rsync.
struct FileSettings: Sendable, Hashable {
    /// Nil takes the file's name without its ending.
    var eventIDPattern: String?
    var joinWindow = Duration.seconds(86_400)
    var unclaimedRetention = Duration.seconds(30 * 86_400)
    var remembered = Duration.seconds(7 * 86_400)
}

/// `[storage]`: how much of the disk may be used.
struct StorageSettings: Sendable, Hashable {
    var quota = QuotaSetting.share(percent: 80)
    var minFree = ByteCount.mebibytes(500)
    /// Whether kept events may lose their pictures when nothing else is left.
    var deleteKept = false
}

extension StorageSettings {
    var bounds: StorageQuota {
        StorageQuota(limit: quota.limit, reserve: Int64(minFree.bytes), deletesKept: deleteKept)
    }
}

/// `[media]`: pictures.
struct MediaSettings: Sendable, Hashable {
    var maxPicture = ByteCount.mebibytes(8)
    /// Whether the position of the camera is taken out of pictures.
    var stripGPS = false
    /// Whether pictures are sealed on disk.
    var encryption = false
}

/// `[auth]`: people who log in.
struct AuthSettings: Sendable, Hashable {
    /// How long a session lives after its last use.
    var sessionLifetime = Duration.seconds(12 * 3_600)
}

/// `[log]`: what the program says about itself.
struct LogSettings: Sendable, Hashable {
    var level = Logger.Level.info
    var format = LogFormat.text
}

/// How log lines are written.
enum LogFormat: String, Sendable, CaseIterable {
    case text
    case json
}
