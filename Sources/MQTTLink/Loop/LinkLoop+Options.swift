import Gateway
import Logging

extension LinkLoop {
    /// Messages that the broker may send before it has our acknowledgement: one batch.
    private static let receiveMaximum = Int32(Connection.batchLimit)
    /// Above `mqtt.max_payload`: what lies between is refused in words. What is larger still never comes into memory.
    private static let packetMargin = 4 << 20

    func options(for broker: BrokerAddress, version: MQTTVersion) throws(ConnectionFailure) -> MosquittoClient.Options {
        var password: String?
        if let file = settings.passwordFile, settings.username != nil { password = try PasswordFile.read(file) }
        return MosquittoClient.Options(
            clientID: settings.clientID, version: version, username: settings.username, password: password,
            encryption: broker.isEncrypted
                ? MosquittoClient.Encryption(
                    caFile: settings.caFile, certificateFile: settings.certificateFile, keyFile: settings.keyFile)
                : nil,
            will: nil, keepAlive: Int32(clamping: settings.keepAlive.components.seconds),
            sessionExpiry: UInt32(clamping: settings.sessionExpiry.components.seconds),
            receiveMaximum: Self.receiveMaximum,
            packetLimit: UInt32(clamping: max(settings.maxPayload * 2, settings.maxPayload + Self.packetMargin)))
    }

    /// The broker does not know our session (any more): its packet identifiers begin anew.
    func forgetDeliveries(of broker: BrokerAddress) {
        desk.memory.forget(broker: broker.description)
        let (intake, logger) = (desk.intake, logger)
        waiting {
            do {
                try await intake.forgetDeliveryMarks(broker: broker.description)
            } catch {
                // An old mark alone does no harm: it takes the same number and the same content to be found.
                logger.warning("old delivery marks stay", metadata: ["error": "\(error)"])
            }
        }
    }
}
