import ArgumentParser
import Domain

/// `upstream resync`
struct UpstreamResyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resync",
        abstract: "Sends stored events to the central database anew.",
        discussion: """
            For a centre that was restored or lost rows. What is there already is replaced by the same, so nothing is \
            there twice; new events are sent first. 'upstream status' shows how much is left.
            """)

    @OptionGroup var options: ConfigurationOptions
    @Option(
        help: ArgumentHelp(
            "From this day of the site (2026-11-23) or time (2026-11-23T08:00:00+07:00) on.", valueName: "date"))
    var from: String?
    @Flag(help: "Everything that is stored.")
    var all = false

    func validate() throws {
        guard (from == nil) == all else { throw ValidationError("name either --from DATE or --all") }
    }

    func run() async throws {
        let answer = try await AdminClient(options.load()).send(
            .post, "/upstream/resync", ["from": from.map { .string($0) } ?? .null])
        Console.print(
            "sending anew " + (answer["from"]?.stringValue.map { "from \($0) on" } ?? "everything that is stored"))
    }
}
