import ArgumentParser
import Domain

struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Cameras and gateways.",
        subcommands: [Add.self, List.self, DeviceShowCommand.self, DeviceKeyCommand.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Adds a device and prints its API key, which is shown this once.")

        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "1 to 50 characters of A-Z a-z 0-9 . _ -")
        var deviceID: String
        @Option(help: "What people call it.")
        var name: String?
        @Flag(help: "The device is there already: make a further key for it.")
        var renewKey = false

        func run() async throws {
            var body: JSONObject = ["device_id": .string(deviceID)]
            if let name { body["name"] = .string(name) }
            if renewKey { body["renew_key"] = true }
            let answer = try await AdminClient(options.load()).send(.post, "/devices", body)
            Console.print(answer["api_key"]?.stringValue ?? "")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the devices.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let answer = try await AdminClient(options.load()).send(.get, "/devices")
            for device in answer["devices"]?.arrayValue ?? [] {
                let device = device.objectValue ?? JSONObject()
                let columns = ["device_id", "status", "last_seen", "name"].map { device[$0]?.stringValue ?? "-" }
                Console.print(columns.joined(separator: "\t"))
            }
        }
    }
}
