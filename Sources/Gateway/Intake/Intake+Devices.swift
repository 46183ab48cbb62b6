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
        let payload = JSONValue.object([
            "camera_id": .string(registration.device.text), "checkpoint_id": .optional(registration.checkpoint),
            "name": .optional(registration.name),
        ])
        _ = try await counted(from: sender) { () async throws(IntakeError) in
            try await self.take(
                self.check(registration, MessageEnvelope(from: sender, payload: Array(payload.text.utf8))))
        }
    }

    /// Keeps a device's report about itself, which takes the place of the one before, and counts as a sign of life.
    ///
    /// The device itself, by its key or from a trusted network, is added by its first report; for others it has to be
    /// known. Reports are counted, but no rows of the communication log: thousands of devices report every few seconds.
    /// - Throws: as `register`, and `unknownDevice`; `invalid` when the report is too large.
    public func report(_ health: CameraHealth, from sender: Sender) async throws(IntakeError) {
        let payload = Array(JSONValue.object(health.report).text.utf8)
        _ = try await counted(from: sender) { () async throws(IntakeError) in
            try await self.take(
                self.check(health, isSignOfLife: true, MessageEnvelope(from: sender, payload: payload)))
        }
        bus.publish([.healthReported(deviceID: health.device.text, isSignOfLife: true)])
    }
}
