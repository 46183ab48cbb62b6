import Domain
public import Gateway

extension MQTTLink {
    /// Bytes of the arguments of a command.
    private static let argumentLimit = 64 * 1_024

    /// Sends a command on `system/control/{device_id}`, as `{command_id, command, arguments, sent_at}`.
    ///
    /// A command id is used once; a second command with it is a `conflict`.
    public func send(_ command: DeviceCommand) async throws -> CommandReceipt {
        guard isSetUp else { throw LinkError(.off, reason: "MQTT is not set up; see mqtt.brokers") }
        let now = intake.now
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("command_id", command.commandID.text)
            writer.member("command", command.name)
            writer.member("arguments", .object(command.arguments))
            writer.member("sent_at", now)
        }
        guard writer.bytes.count <= Self.argumentLimit else {
            throw LinkError(.failed, reason: "the command has more than \(Self.argumentLimit) bytes")
        }
        _ = try await queue.enqueue(
            topic: "system/control/\(command.device)", payload: writer.bytes, messageType: "command",
            device: command.device.text, commandID: command.commandID.text)
        return CommandReceipt(commandID: command.commandID.text, queuedAt: now)
    }

    public func delivery(of commandID: String) async throws -> CommandDelivery? {
        try await queue.delivery(of: commandID)
    }
}
