public import Dialects
import Domain
import Store

extension Intake {
    /// Takes a camera's word that it is there: adds it unless it is known, and counts as a sign of life.
    ///
    /// What is known stays as it is; only a checkpoint that nobody has named is filled in, so that a camera never writes
    /// over what an administrator has set.
    /// - Throws: `forbidden` when the sender may not speak for the device or the device is disabled; `noSpace`, `busy`,
    ///   `failed`.
    public func register(_ registration: CameraRegistration, from sender: Sender) async throws(IntakeError) {
        let device = registration.device.text
        let siteID = siteID
        let payload = JSONValue.object([
            "camera_id": .string(device), "checkpoint_id": .optional(registration.checkpoint),
            "name": .optional(registration.name),
        ])
        try await take("device_register", of: registration.device, from: sender, payload: payload) { context in
            if var known = try EdgeDevice.fetch(deviceID: device, context.database) {
                if known.checkpoint == nil, let checkpoint = registration.checkpoint {
                    known.checkpoint = checkpoint
                    try context.update(known)
                }
            } else {
                try context.register(
                    EdgeDevice(
                        deviceID: device, name: registration.name, checkpoint: registration.checkpoint,
                        createdAt: context.now, updatedAt: context.now))
            }
            context.noteContact(deviceID: device, address: sender.address, protocol: sender.protocol)
            try context.log(
                sender.logEntry(messageType: "device_register", device: device, siteID: siteID, at: context.now))
        }
    }

    /// Keeps a device's report about itself, which takes the place of the one before, and counts as a sign of life.
    ///
    /// The device itself, by its key or from a trusted network, is added by its first report; for others it has to be
    /// known. Reports are counted, but no rows of the communication log: thousands of devices report every few seconds.
    /// - Throws: as `register`, and `unknownDevice`; `invalid` when the report is too large.
    public func report(_ health: CameraHealth, from sender: Sender) async throws(IntakeError) {
        let device = health.device.text
        let report = JSONValue.object(health.report)
        let json = report.text
        let isItself = sender.device == health.device || sender.isFromTrustedNetwork
        try await take("device_health", of: health.device, from: sender, payload: report) { context in
            guard json.utf8.count <= CameraHealth.reportLimit else {
                throw IntakeError(
                    .invalid,
                    reason: "the report has \(json.utf8.count) bytes; at most \(CameraHealth.reportLimit) are kept")
            }
            if isItself {
                try context.register(EdgeDevice(deviceID: device, createdAt: context.now, updatedAt: context.now))
            }
            guard try context.setHealth(deviceID: device, json: json) else {
                throw IntakeError(.unknownDevice, reason: "there is no device \(device); an administrator can add it")
            }
            context.noteContact(
                deviceID: device, address: isItself ? sender.address : nil, protocol: sender.protocol,
                checkpoint: health.checkpoint)
        }
        bus.publish([.healthReported(deviceID: device)])
    }

    private func take(
        _ messageType: String, of device: DeviceID, from sender: Sender, payload: JSONValue,
        _ body: @escaping @Sendable (WriteContext) throws -> Void
    ) async throws(IntakeError) {
        do throws(IntakeError) {
            try admit(device, sender)
            do {
                try await store.write(body)
            } catch let error as IntakeError {
                throw error
            } catch {
                throw intakeError(from: error)
            }
            note(sender, error: nil)
        } catch {
            if error.isTemporary || error.kind == .unknownDevice {
                note(sender, error: error.reason)
            } else {
                await keepRejected(
                    error, from: sender, device: device.text, messageType: messageType,
                    payload: Array(payload.text.utf8))
            }
            throw error
        }
    }
}
