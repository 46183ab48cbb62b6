import ArgumentParser
import Domain

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at the box and says what is wrong and what to do; changes nothing.",
        discussion: """
            Works whether the appliance runs or not. Some things only root may see: sudo lpr-appliance doctor.
            Each line begins with ok, warning, failed or unknown. Exit code: 1 when something failed, else 0.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print it as JSON.")
    var json = false

    func run() async throws {
        let machine = Machine.current
        let unit = await withDeadline(.seconds(2)) { await onThread { ServiceUnit.read(machine) } } ?? nil
        let (configuration, reading) = try options.reading(unit)
        // Another directory than the service's is another appliance, started by hand.
        let served = unit?.options("data").last ?? ConfigurationHost.installedDataDirectory
        let isServed = await onThread {
            SystemFiles().resolved(configuration.dataDirectory) == SystemFiles().resolved(served)
        }
        let service = await ServiceReading.take(isServed ? unit : nil, configuration)
        let report = await Doctor().examine(
            DoctorContext(machine: machine, configuration: configuration, reading: reading, service: service))
        Console.print(json ? JSONValue.object(report.json).text : report.text)
        if report.state == .failed { throw ExitCode.failure }
    }
}

extension ConfigurationOptions {
    /// The configuration of the service for who only looks. What the unit says on its command line counts where the
    /// person says nothing; what cannot be read has its default.
    /// - Throws: `ValidationError` when the command line itself is wrong.
    fileprivate func reading(_ unit: ServiceUnit?) throws -> (ApplianceConfiguration, ConfigurationReading) {
        var options = self
        options.data = data ?? unit?.options("data").last
        options.config = config ?? unit?.options("config").last
        options.settings = (unit?.options("set") ?? []) + settings
        var environment = (unit?.environment ?? [:]).merging(ProcessInfo.processInfo.environment) { $1 }
        // Systemd hands these to the service.
        if unit != nil { environment["CREDENTIALS_DIRECTORY"] = DoctorContext.credentials }
        var host = ConfigurationHost.current
        // Also where this user may not write: it is the box that is looked at.
        let installed = ConfigurationHost.installedDataDirectory
        if FileStatus(installed) != nil { host.standardDataDirectory = installed }
        return try options.reading(environment, host)
    }

    private func reading(
        _ environment: [String: String], _ host: ConfigurationHost
    ) throws -> (ApplianceConfiguration, ConfigurationReading) {
        let flags = try flags()
        do throws(ConfigurationError) {
            let configuration = try ApplianceConfiguration.load(
                file: config, environment: environment, flags: flags, keys: ConfigurationKey.all, host: host)
            return (configuration, configuration.file.map { .valid(file: $0) } ?? .noFile)
        } catch {
            var defaults = ApplianceConfiguration(host: host)
            if let data = flags["data"] ?? environment["LPR_DATA"] { defaults.dataDirectory = data }
            let file = config ?? environment["LPR_CONFIG"] ?? host.standardFile
            let isHidden = FileStatus.absence(of: file) == .hidden || access(file, R_OK) != 0 && errno == EACCES
            return (defaults, isHidden ? .hidden(file: file) : .wrong(error.problems))
        }
    }
}
