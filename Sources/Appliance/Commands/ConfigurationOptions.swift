import ArgumentParser

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where the configuration comes from; the same for all commands.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The configuration file. Default: /etc/lpr-appliance/appliance.conf if it is there.")
    var config: String?

    @Option(help: "The data directory. Default: /var/lib/lpr-appliance if it is there and writable, else ./data.")
    var data: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Sets one key, such as --set http.listen=127.0.0.1:8080.", valueName: "key=value"))
    var settings: [String] = []

    /// What the command line sets, by the names of keys.
    func flags() throws -> [String: String] {
        var flags: [String: String] = [:]
        for setting in settings {
            guard let equals = setting.firstIndex(of: "=") else {
                throw ValidationError("--set takes KEY=VALUE, not '\(setting)'")
            }
            flags[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        if let data { flags["data"] = data }
        return flags
    }

    /// - Throws: exit code 78 (EX_CONFIG of sysexits.h) with all that is wrong.
    func load() throws -> ApplianceConfiguration {
        let flags = try flags()
        do {
            return try ApplianceConfiguration.load(
                file: config, environment: ProcessInfo.processInfo.environment, flags: flags)
        } catch {
            Console.error("\(error)")
            throw ExitCode(ExitStatus.configuration)
        }
    }
}

/// What the process says when it ends, beside 0 and 1; numbers of sysexits.h, which systemd knows too.
enum ExitStatus {
    /// A command was used wrongly, or the appliance refused it.
    static let usage: Int32 = 64
    /// The appliance that a command talks to does not run.
    static let unavailable: Int32 = 69
    /// There is no space to open the database.
    static let diskFull: Int32 = 74
    /// Another process has the data directory or the port.
    static let inUse: Int32 = 75
    static let configuration: Int32 = 78
}
