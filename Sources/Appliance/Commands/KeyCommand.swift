import ArgumentParser
import Domain

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "API keys of integrations.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Makes an API key and prints it; it is shown this once.")

        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "What the key is for.")
        var name: String
        @Option(help: "admin, operator, viewer, device or metrics")
        var role = "viewer"
        @Option(help: "The device, for a key with the role device.")
        var device: String?

        func run() async throws {
            var body: JSONObject = ["name": .string(name), "role": .string(role)]
            if let device { body["device_id"] = .string(device) }
            let answer = try await AdminClient(options.load()).send(.post, "/keys", body)
            Console.print(answer["api_key"]?.stringValue ?? "")
        }
    }
}
