import Vault

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension ApplianceConfiguration {
    /// Puts the effective configuration together: flags win over the environment, over the file, over the credentials
    /// that systemd gives to the service, over the defaults.
    ///
    /// - Parameters:
    ///   - file: The file to read. `nil` means the one that the variable `LPR_CONFIG` names, else
    ///     `/etc/lpr-appliance/appliance.conf` if there is one, else none.
    ///   - environment: All variables of the process; `LPR_SECTION_KEY` sets a key, `CREDENTIALS_DIRECTORY` is systemd's.
    ///   - flags: Values from the command line by the names of their keys, such as `["data": "/srv/lpr"]`; lists are
    ///     separated by commas.
    /// - Throws: Everything that is wrong, not only the first thing.
    static func load(
        file: String?,
        environment: [String: String],
        flags: [String: String]
    ) throws(ConfigurationError) -> ApplianceConfiguration {
        try load(file: file, environment: environment, flags: flags, keys: ConfigurationKey.all, host: .current)
    }

    /// ``load(file:environment:flags:)`` with the table of keys and the machine given.
    static func load(
        file: String?,
        environment: [String: String],
        flags: [String: String],
        keys: [ConfigurationKey],
        host: ConfigurationHost
    ) throws(ConfigurationError) -> ApplianceConfiguration {
        var assembly = ConfigurationAssembly(keys: keys, host: host)
        if let path = file ?? environment["LPR_CONFIG"] {
            assembly.apply(file: path)
        } else if access(host.standardFile, F_OK) == 0 {
            assembly.apply(file: host.standardFile)
        }
        assembly.apply(environment: environment)
        assembly.apply(flags: flags)
        if let directory = environment["CREDENTIALS_DIRECTORY"] {
            assembly.apply(credentials: SystemdCredentials(directory: directory))
        }
        return try assembly.finish()
    }
}
