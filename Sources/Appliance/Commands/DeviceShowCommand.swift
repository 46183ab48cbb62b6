import ArgumentParser
import Domain

/// `device show`: what a technician needs to set up a camera.
struct DeviceShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a device, its SSH keys, and where it sends files by SFTP and rsync.")

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The device.")
    var deviceID: String

    func run() async throws {
        let client = try AdminClient(options.load())
        let path = "/devices/" + deviceID.percentEncoded
        let device = try await client.send(.get, path)
        let keys = try await client.send(.get, path + "/ssh-keys")["ssh_keys"]?.arrayValue ?? []
        let ssh = try await client.send(.get, "/status")["components"]?.objectValue?["ssh"]?.objectValue
        for name in ["device_id", "name", "status", "site", "checkpoint", "ip_address", "last_seen"] {
            if let text = device[name]?.stringValue { print(name, text) }
        }
        for key in keys {
            let key = key.objectValue ?? JSONObject()
            print(
                "ssh_key",
                ["fingerprint", "type", "comment"].compactMap { key[$0]?.stringValue }.joined(separator: " "))
        }
        for address in ssh?["listen"]?.arrayValue ?? [] { print("sftp_and_rsync", address.stringValue ?? "") }
        print("host_key", ssh?["fingerprint"]?.stringValue ?? "SFTP and rsync are off")
    }

    private func print(_ name: String, _ text: String) { Console.print("\(name)\t\(text)") }
}
