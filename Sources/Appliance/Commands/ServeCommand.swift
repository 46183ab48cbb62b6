import ArgumentParser
import Domain
import Store

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Runs the appliance until it is told to stop.",
        discussion: """
            Ctrl-C or SIGTERM stop it: what has begun is finished, then it exits with 0.
            Exit codes: 74 the disk is full, 75 the data directory or the port is in use, 78 the configuration is wrong
            or the database is that of a newer version.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Listens here instead of http.listen: ADDRESS:PORT. May be given several times.")
    var listen: [String] = []

    @Flag(
        help: ArgumentHelp(
            "Brings the database of an earlier version up to date without a copy of it.",
            discussion: "For a disk that has no room for the copy; there is no way back to that version then."))
    var withoutMigrationBackup = false

    mutating func run() async throws {
        var options = options
        if !listen.isEmpty { options.settings.append("http.listen=" + listen.joined(separator: ",")) }
        let configuration = try options.load()
        // New files are nobody else's business: keys, pictures, database.
        umask(0o077)
        do {
            try await RunningAppliance.run(configuration, copiesBeforeMigration: !withoutMigrationBackup)
        } catch let error as StoreError {
            guard let failure = StartFailure(error, directory: configuration.dataDirectory) else { throw error }
            throw Self.told(failure)
        } catch let error as StartFailure {
            throw Self.told(error)
        }
    }

    private static func told(_ failure: StartFailure) -> ExitCode {
        Console.error(failure.message)
        return ExitCode(failure.exitStatus)
    }
}
