import Dialects
import Domain
import Store

extension WriteContext {
    /// Writes all that a message brings into the current transaction.
    ///
    /// - Parameters:
    ///   - place: what all messages of this appliance have in common.
    ///   - isLogged: false when the caller writes one row of the communication log for many messages.
    /// - Returns: for an event that is in conflict with a stored one, that one: `told(of:)` makes the sender's words of it.
    func take(_ message: PreparedMessage, _ place: IntakePlace, isLogged: Bool = true) throws -> DeliveryVerdict {
        let siteID = place.siteID
        if let mark = message.envelope.mark { try keep(mark.record) }
        let sender = message.sender
        var verdict = DeliveryVerdict.noted
        switch message.content {
        case .event(let event):
            let outcome = try insert(event)
            verdict = .stored([outcome])
            if case .conflict(let there) = outcome {
                _ = try reject(.conflict(with: there.eventID), message, siteID: siteID, isLogged: isLogged)
                return verdict
            }
            noteContact(of: event.edgeDeviceID, sender)
            try tellJoined(place)
        case .frame(let events, let checkpoint):
            let outcomes = try events.map { try insert($0) }
            verdict = .stored(outcomes)
            if let fault = verdict.fault { try keepRejected(message, reason: fault) }
            try tellJoined(place)
            if let device = message.device { noteContact(of: device, sender, checkpoint: checkpoint) }
        case .health(let report):
            // Counted, but no row of the log: thousands of devices report every few seconds.
            return try note(report, sender).map(DeliveryVerdict.rejected) ?? .noted
        case .registration(let registration):
            try register(registration)
            noteContact(of: registration.device.text, sender)
        case .announcement(let file):
            try announceFile(
                deviceID: file.device.text, path: file.path, requestID: file.requestID, size: file.size,
                sha256: file.sha256, eventID: file.eventID?.text, answerTopic: file.answerTopic)
            if let eventID = file.eventID {
                try claimAnnounced(
                    deviceID: file.device.text, path: file.path, size: file.size, sha256: file.sha256,
                    eventID: eventID.text)
                try tellJoined(place)
            }
            noteContact(of: file.device.text, sender)
        case .rejected(let error):
            return try reject(error, message, siteID: siteID, isLogged: isLogged)
        }
        if isLogged { try log(message, error: verdict.fault, siteID: siteID) }
        return verdict
    }

    func noteContact(of device: String, _ sender: Sender, checkpoint: String? = nil) {
        noteContact(
            deviceID: device, address: sender.deviceAddress, protocol: sender.protocol, checkpoint: checkpoint)
    }

    /// Adds the camera unless it is known. What is known stays as it is; only a checkpoint that nobody has named is
    /// filled in, so that a camera never writes over what an administrator has set.
    private func register(_ registration: CameraRegistration) throws {
        let device = registration.device.text
        guard var known = try EdgeDevice.fetch(deviceID: device, database) else {
            try register(
                EdgeDevice(
                    deviceID: device, name: registration.name, checkpoint: registration.checkpoint, createdAt: now,
                    updatedAt: now))
            return
        }
        guard known.checkpoint == nil, let checkpoint = registration.checkpoint else { return }
        known.checkpoint = checkpoint
        try update(known)
    }

    /// - Returns: why the report cannot be kept; then nothing was written.
    private func note(_ report: PreparedReport, _ sender: Sender) throws -> IntakeError? {
        let device = report.device.text
        let isItself = sender.device == report.device || sender.isFromTrustedNetwork
        if isItself { try register(EdgeDevice(deviceID: device, createdAt: now, updatedAt: now)) }
        guard try setHealth(deviceID: device, json: report.json) else {
            return IntakeError(.unknownDevice, reason: "there is no device \(device); an administrator can add it")
        }
        if report.isSignOfLife {
            noteContact(
                deviceID: device, address: isItself ? sender.deviceAddress : nil, protocol: sender.protocol,
                checkpoint: report.checkpoint)
        }
        return nil
    }

    private func reject(
        _ error: IntakeError, _ message: PreparedMessage, siteID: String, isLogged: Bool
    ) throws -> DeliveryVerdict {
        try keepRejected(message, reason: error.reason)
        if isLogged { try log(message, error: error.reason, siteID: siteID) }
        return .rejected(error)
    }

    private func keepRejected(_ message: PreparedMessage, reason: String) throws {
        let envelope = message.envelope
        try keep(
            RejectedMessage(
                receivedAt: envelope.sender.receivedAt, protocol: envelope.sender.protocol,
                peer: envelope.sender.address, deviceID: message.device, topic: envelope.topic, reason: reason,
                payload: envelope.payload, payloadByteCount: envelope.payloadByteCount))
    }

    private func log(_ message: PreparedMessage, error: String?, siteID: String) throws {
        try log(
            message.sender.logEntry(
                messageType: message.messageType, device: message.device, siteID: siteID, error: error, at: now))
    }
}
