import Domain
import Store

/// What became of a file once its transaction is committed.
struct CommittedFile: Sendable {
    let result: Result<FileVerdict, IntakeError>
    /// Below `images/`: all of its pictures that a row names.
    var namedPictures: Set<String> = []
}

extension WriteContext {
    private static let pictureType = "picture_file"
    private static let otherType = "other_file"

    /// Writes all that a file brings into the current transaction.
    func take(_ file: PreparedFile, _ place: IntakePlace) throws -> CommittedFile {
        switch file.content {
        case .picture: try takePicture(file, place)
        case .sidecar(let message): try takeSidecar(file, message, place)
        case .other:
            try takeOther(file, place)
        case .faulty(let error): try takeFaulty(file, error, place)
        case .refused(let error):
            try refuse(file, error, place)
        }
    }

    private func takePicture(_ file: PreparedFile, _ place: IntakePlace) throws -> CommittedFile {
        let reception = try receive(file.incoming)
        noteContact(of: file.incoming.deviceID, file.inspected.sender)
        let joined = takeJoinedFiles()
        for join in joined { try tell(of: join, place) }
        let verdict: FileVerdict
        switch reception.state {
        case .joined(let eventIDs):
            verdict = .joined(eventIDs: eventIDs)
            // A repeat: the device asked again, and hears the same again.
            if joined.isEmpty { try tell(file, .joined, place, eventIDs: eventIDs, isRepeat: reception.isRepeat) }
        case .unclaimed, .noted:
            verdict = .unclaimed
            try tell(file, .received, place, isRepeat: reception.isRepeat)
        }
        try log(file, Self.pictureType, place, error: nil)
        return CommittedFile(result: .success(verdict), namedPictures: Set([reception.picturePath].compactMap { $0 }))
    }

    private func takeSidecar(
        _ file: PreparedFile, _ message: PreparedMessage, _ place: IntakePlace
    ) throws -> CommittedFile {
        // Logs, keeps what is rejected and notes the contact itself.
        let verdict = try take(message, place)
        var incoming = file.incoming
        incoming.eventID = verdict.events.first?.event.eventID ?? message.eventID
        let told = verdict.told(of: message)
        incoming.problem = told.fault
        _ = try receive(incoming)
        let named = verdict.events.flatMap { [$0.event.imagePath, $0.event.plateImagePath].compactMap { $0 } }
        switch told {
        case .rejected(let error):
            try tell(file, .failed, place, reason: error.reason)
            return CommittedFile(result: .failure(error), namedPictures: Set(named))
        case .stored(let outcomes):
            try tell(file, .received, place, eventIDs: outcomes.map(\.event.eventID))
            guard let first = outcomes.first else { return CommittedFile(result: .success(.other)) }
            return CommittedFile(result: .success(.event(first)), namedPictures: Set(named))
        case .noted:
            try tell(file, .received, place)
            return CommittedFile(result: .success(.other))
        }
    }

    private func takeOther(_ file: PreparedFile, _ place: IntakePlace) throws -> CommittedFile {
        let reception = try receive(file.incoming)
        noteContact(of: file.incoming.deviceID, file.inspected.sender)
        try tell(file, .received, place, isRepeat: reception.isRepeat)
        try log(file, Self.otherType, place, error: nil)
        return CommittedFile(result: .success(.other))
    }

    private func takeFaulty(_ file: PreparedFile, _ error: IntakeError, _ place: IntakePlace) throws -> CommittedFile {
        let reception = try receive(file.incoming)
        noteContact(of: file.incoming.deviceID, file.inspected.sender)
        if !reception.isRepeat { try keepRejected(file, error) }
        try tell(file, .failed, place, reason: error.reason, isRepeat: reception.isRepeat)
        try log(file, Self.otherType, place, error: error.reason)
        return CommittedFile(result: .failure(error))
    }

    private func refuse(_ file: PreparedFile, _ error: IntakeError, _ place: IntakePlace) throws -> CommittedFile {
        try keepRejected(file, error)
        try log(file, Self.otherType, place, error: error.reason)
        return CommittedFile(result: .failure(error))
    }

    private func keepRejected(_ file: PreparedFile, _ error: IntakeError) throws {
        let sender = file.inspected.sender
        try keep(
            RejectedMessage(
                receivedAt: sender.receivedAt, protocol: sender.protocol, peer: sender.address,
                deviceID: file.incoming.deviceID, topic: file.incoming.path, reason: error.reason,
                payload: file.inspected.beginning, payloadByteCount: Int(clamping: file.incoming.size)))
    }

    private func log(_ file: PreparedFile, _ type: String, _ place: IntakePlace, error: String?) throws {
        try log(
            file.inspected.sender.logEntry(
                messageType: type, device: file.incoming.deviceID, siteID: place.siteID, error: error, at: now))
    }
}
