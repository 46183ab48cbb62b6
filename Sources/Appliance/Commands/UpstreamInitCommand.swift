import ArgumentParser
import Upstream

/// `upstream init`
struct UpstreamInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Makes the schema 'lpr' in the central database, or brings it up to date.",
        discussion: """
            It may run again and again: what is there stays. All of it happens in one transaction. Bring the centre up \
            to date before the boxes.
            """)

    @OptionGroup var options: CentreOptions

    func run() async throws {
        let schema = CentreSchema.current
        if options.sql {
            Console.print("\\set ON_ERROR_STOP on\n" + schema.script)
            return
        }
        try options.run { connection in
            let survey = try schema.survey(connection)
            Console.print("PostgreSQL \(survey.serverVersion) at \(connection.server)")
            for line in try schema.plan(survey) { Console.print("- \(line)") }
            try schema.install(connection)
            Console.print("schema lpr is version \(schema.version), with \(survey.sites) sites")
            if survey.sites == 0 {
                Console.print("Next, for each box: lpr-appliance upstream add-site SITE --url …")
            }
        }
    }
}
