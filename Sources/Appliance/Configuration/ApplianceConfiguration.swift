/// Everything that can be set, after defaults, file, environment and command line were put together.
///
/// The properties' initial values are the defaults; ``ConfigurationKey/all`` names each property and documents it.
struct ApplianceConfiguration: Sendable {
    /// The directory that holds the database, pictures, keys and backups; absolute, or relative to the directory the
    /// program was started in.
    var dataDirectory: String
    var site: SiteSettings
    var http = HTTPSettings()
    var live = LiveConnectionSettings()
    var tls = TLSSettings()
    var intake = IntakeSettings()
    var mqtt = MQTTConnectionSettings()
    var ssh = SSHServerSettings()
    var upstream = UpstreamSettings()
    var store = StoreSettings()
    var events = EventSettings()
    var files = FileSettings()
    var storage = StorageSettings()
    var media = MediaSettings()
    var auth = AuthSettings()
    var log = LogSettings()

    /// The file that was read, if any.
    var file: String?
    /// Where the values that are not defaults came from, by the name of the key.
    var sources: [String: ConfigurationSource] = [:]

    /// The defaults on `host`.
    init(host: ConfigurationHost) {
        dataDirectory = host.standardDataDirectory
        site = SiteSettings(id: host.siteID)
    }

    /// Where the value of the key called `name` came from.
    func source(of name: String) -> ConfigurationSource { sources[name] ?? .default }

    /// Whether the value of the key called `name` is a credential that systemd gives, and nobody asked for it by name.
    func isCredential(_ name: String) -> Bool {
        if case .credential = source(of: name) { true } else { false }
    }
}
