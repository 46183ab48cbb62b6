import ArgumentParser
import Domain

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Prints the health of the running appliance as JSON; exits with 1 when degraded.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let answer = try await AdminClient(options.load()).send(.get, "/status")
        Console.print(JSONValue.object(answer).text)
        if answer["status"]?.stringValue != "ok" { throw ExitCode.failure }
    }
}
