#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What defaults and checks need to know about the machine, gathered once and replaceable in tests.
struct ConfigurationHost: Sendable {
    /// The file that is read when none is named.
    var standardFile = "/etc/lpr-appliance/appliance.conf"
    /// Where the package of the distribution keeps the data.
    static let installedDataDirectory = "/var/lib/lpr-appliance"
    /// Used when no data directory is named.
    var standardDataDirectory: String
    /// The short host name, made fit to be a site id.
    var siteID: String
    /// The directory of the time zone database, `nil` when the machine has none.
    var zoneInformation: String?

    init(standardDataDirectory: String, hostName: String, zoneInformation: String?) {
        self.standardDataDirectory = standardDataDirectory
        self.siteID = Self.siteID(hostName: hostName)
        self.zoneInformation = zoneInformation
    }

    /// The machine that this program runs on.
    static var current: ConfigurationHost {
        let installed = installedDataDirectory
        let zones = "/usr/share/zoneinfo"
        return ConfigurationHost(
            standardDataDirectory: access(installed, W_OK | X_OK) == 0 ? installed : "./data",
            hostName: systemHostName(),
            // A database without UTC is an empty directory left behind.
            zoneInformation: access("\(zones)/UTC", R_OK) == 0 ? zones : nil
        )
    }

    /// The part before the first dot, with characters that a site id may not have replaced by `-`.
    static func siteID(hostName: String) -> String {
        let short = hostName.prefix { $0 != "." }.unicodeScalars.prefix(50)
        let id = short.map { ConfigurationText.isIdentifierScalar($0) ? String($0) : "-" }.joined()
        return id.isEmpty ? "lpr-appliance" : id
    }

    private static func systemHostName() -> String {
        // One byte more than is offered: a name that fills the buffer may come without its final zero.
        var buffer = [CChar](repeating: 0, count: 257)
        guard gethostname(&buffer, 256) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether the time zone database has a zone called `name`; `true` when there is no database to ask.
    ///
    /// - Parameter name: A name that ``ConfigurationText/isTimeZoneName(_:)`` accepts, so it cannot leave the directory.
    func knowsTimeZone(_ name: String) -> Bool {
        guard let zoneInformation, name != "UTC" else { return true }
        let descriptor = open("\(zoneInformation)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // The directory also holds tables of names: only compiled zones begin with this mark (RFC 9636).
        var mark = [UInt8](repeating: 0, count: 4)
        return read(descriptor, &mark, 4) == 4 && mark == Array("TZif".utf8)
    }
}
