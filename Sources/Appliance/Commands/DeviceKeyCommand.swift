import ArgumentParser
import Domain

/// `device key`: the SSH public keys by which a device logs in.
struct DeviceKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "SSH public keys of a device, for SFTP and rsync.",
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Lets a device log in with a key; prints the key's fingerprint.")

        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The device.")
        var deviceID: String
        @Argument(help: "The line of the .pub file, in quotation marks.")
        var publicKey: String
        @Option(help: "What people call the key, in place of what the line says.")
        var comment: String?

        func run() async throws {
            var body: JSONObject = ["public_key": .string(publicKey)]
            if let comment { body["comment"] = .string(comment) }
            let answer = try await AdminClient(options.load()).send(.post, path(of: deviceID), body)
            Console.print(answer["fingerprint"]?.stringValue ?? "")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the keys of a device.")

        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The device.")
        var deviceID: String

        func run() async throws {
            let answer = try await AdminClient(options.load()).send(.get, path(of: deviceID))
            for key in answer["ssh_keys"]?.arrayValue ?? [] {
                let key = key.objectValue ?? JSONObject()
                let columns = ["fingerprint", "type", "last_used_at", "comment"].map { key[$0]?.stringValue ?? "-" }
                Console.print(columns.joined(separator: "\t"))
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Takes a key from a device.")

        @OptionGroup var options: ConfigurationOptions
        @Argument(help: "The device.")
        var deviceID: String
        @Argument(help: "SHA256:… as the list shows it.")
        var fingerprint: String

        func run() async throws {
            let path = path(of: deviceID) + "/" + fingerprint.percentEncoded
            _ = try await AdminClient(options.load()).send(.delete, path)
        }
    }
}

private func path(of deviceID: String) -> String { "/devices/\(deviceID.percentEncoded)/ssh-keys" }
