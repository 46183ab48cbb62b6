import ArgumentParser
import Domain

struct SetupCodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup-code", abstract: "Prints a new set-up code; the one before becomes void.")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let answer = try await AdminClient(options.load()).send(.post, "/setup-code")
        Console.print(answer["setup_code"]?.stringValue ?? "")
    }
}
