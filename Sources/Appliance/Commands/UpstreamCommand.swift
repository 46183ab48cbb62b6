import ArgumentParser
import Upstream

/// `lpr-appliance upstream`
struct UpstreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upstream",
        abstract: "The central PostgreSQL that collects the plate reads of many sites.",
        discussion: "docs/upstream.md sets one up in ten minutes.",
        subcommands: [
            UpstreamStatusCommand.self, UpstreamResyncCommand.self, UpstreamParkedCommand.self,
            UpstreamInitCommand.self, UpstreamAddSiteCommand.self,
        ])
}

/// How `init` and `add-site` come to the central database, as somebody who owns it.
struct CentreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database, as somebody who may make schemas and roles: postgresql://USER@HOST/DATABASE.",
            valueName: "url"))
    var url: String?

    @Option(help: "A file that holds the password. Without it: PGPASSWORD, or .pgpass in the home directory.")
    var passwordFile: String?

    @Flag(help: "Print the SQL for somebody else to run with psql, and do nothing.")
    var sql = false

    func validate() throws {
        guard url != nil || sql else { throw ValidationError("name the database with --url, or print with --sql") }
    }

    /// - Throws: exit codes: 64 the address is wrong or something has to be changed, 69 the server cannot be reached.
    func run(_ body: (PostgresConnection) throws -> Void) throws {
        do {
            var settings = PostgresSettings(try ConnectionURL(url ?? ""), passwordFile: passwordFile)
            settings.applicationName = "lpr-appliance upstream"
            settings.statementTimeout = .seconds(600)
            try body(PostgresConnection.open(settings))
        } catch let mistake as ConnectionURL.Mistake {
            Console.error("--url: \(mistake)")
            throw ExitCode(ExitStatus.usage)
        } catch let error as PostgresError {
            Console.error("\(error)")
            throw ExitCode(error.isTransient ? ExitStatus.unavailable : ExitStatus.usage)
        }
    }
}
