import ArgumentParser
import Domain

/// `upstream status`
struct UpstreamStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows whether the central database has everything; exits with 1 when something is wrong.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Print all of it as JSON.")
    var json = false

    func run() async throws {
        let answer = try await AdminClient(options.load()).send(.get, "/upstream")
        Console.print(json ? JSONValue.object(answer).text : UpstreamText.status(answer))
        if UpstreamText.isIll(answer) { throw ExitCode.failure }
    }
}
