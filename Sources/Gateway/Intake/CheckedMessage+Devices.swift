import Dialects
import Domain

extension Intake {
    func check(_ health: CameraHealth, isSignOfLife: Bool, _ envelope: MessageEnvelope) -> CheckedMessage {
        let json = JSONValue.object(health.report).text
        let report = PreparedReport(
            device: health.device, checkpoint: health.checkpoint, json: json, isSignOfLife: isSignOfLife)
        return check(.health(report), Self.healthType, of: health.device, envelope) { () throws(IntakeError) in
            guard json.utf8.count <= CameraHealth.reportLimit else {
                throw IntakeError(
                    .invalid,
                    reason: "the report has \(json.utf8.count) bytes; at most \(CameraHealth.reportLimit) are kept")
            }
        }
    }

    func check(_ registration: CameraRegistration, _ envelope: MessageEnvelope) -> CheckedMessage {
        check(.registration(registration), Self.registrationType, of: registration.device, envelope)
    }

    func check(_ file: FileAnnouncement, _ envelope: MessageEnvelope) -> CheckedMessage {
        check(.announcement(file), Self.announcementType, of: file.device, envelope) { () throws(IntakeError) in
            let problems = file.problems
            guard problems.isEmpty else {
                throw IntakeError(.invalid, reason: MessageRejection(fields: problems).reason, fields: problems)
            }
        }
    }

    private func check(
        _ content: PreparedMessage.Content, _ messageType: String, of device: DeviceID, _ envelope: MessageEnvelope,
        _ test: () throws(IntakeError) -> Void = {}
    ) -> CheckedMessage {
        let message = PreparedMessage(
            content: content, envelope: envelope, messageType: messageType, device: device.text)
        do throws(IntakeError) {
            try admit(device, envelope.sender)
            try test()
            return CheckedMessage(message: message)
        } catch {
            return CheckedMessage(message: message.rejected(error))
        }
    }
}

extension FileAnnouncement {
    /// The longest path that is kept, UTF-8 bytes.
    public static let pathLimit = 1_024
    /// The longest request id, characters.
    public static let requestIDLimit = 100

    /// What cannot be kept of it. Whether such a file may be sent is not asked here.
    var problems: [FieldError] {
        var problems: [FieldError] = []
        if path.isEmpty || path.utf8.count > Self.pathLimit {
            problems.append(FieldError("path", "must have 1 to \(Self.pathLimit) bytes"))
        }
        if size < 0 { problems.append(FieldError("size", "must not be negative")) }
        if let requestID, requestID.count > Self.requestIDLimit {
            problems.append(FieldError("request_id", "must have at most \(Self.requestIDLimit) characters"))
        }
        if let sha256, sha256.count != 32 { problems.append(FieldError("sha256", "must have 32 bytes")) }
        return problems
    }
}
