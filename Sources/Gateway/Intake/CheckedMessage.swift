import Crypto
import Dialects
import Domain

/// A message that was checked; its pictures, if it has any, are not on disk yet.
struct CheckedMessage: Sendable {
    var message: PreparedMessage
    /// Nil when nothing of it goes to disk before the transaction.
    var pictures: PictureWork?
}

/// The pictures of a message that are to be written before its rows (invariant 8).
struct PictureWork: Sendable {
    let assemblies: [EventAssembly]
    /// Nil for an event that comes alone.
    let frame: Frame?

    struct Frame: Sendable {
        /// Shared by all its events.
        let picture: PictureBytes?
        /// Whom the picture belongs to on disk.
        let owner: String
        let checkpoint: String?
    }

    /// What must be held while they are written and named.
    var locks: [String] { assemblies.map(\.eventID) + (frame.map { [$0.owner] } ?? []) }
}

extension Intake {
    static let eventType = "lpr_event"
    static let frameType = "lpr_frame"
    static let healthType = "device_health"
    static let registrationType = "device_register"
    static let announcementType = "file_transfer_request"

    /// Checks what can be checked without writing anything.
    /// - Throws: what is temporary (`noSpace`); what will never be accepted is a message that is rejected.
    func check(_ content: IntakeDelivery.Content, _ envelope: MessageEnvelope) throws(IntakeError) -> CheckedMessage {
        switch content {
        // To withhold it would hold back the events without pictures behind it on the same link.
        case .event(let draft): try check(draft, envelope, whenPicturesAreRefused: .keepRead)
        case .frame(let frame): try check(frame, envelope)
        case .health(let health, let isSignOfLife): check(health, isSignOfLife: isSignOfLife, envelope)
        case .registration(let registration): check(registration, envelope)
        case .announcement(let file): check(file, envelope)
        case .unreadable(let rejection): check(rejection, envelope)
        }
    }

    /// What becomes of an event with pictures while there is no room for them.
    enum RefusedPictures {
        /// Its sender is told, and repeats it.
        case refuse
        /// The read is kept without them, and says so.
        case keepRead
    }

    /// Noted on a read whose pictures were left out.
    static let leftOutPicture = "there was no room for pictures; the read is kept without them"

    func check(
        _ draft: LPREventDraft, _ envelope: MessageEnvelope, whenPicturesAreRefused refused: RefusedPictures = .refuse
    ) throws(IntakeError) -> CheckedMessage {
        func message(_ content: PreparedMessage.Content, _ eventID: String?) -> PreparedMessage {
            PreparedMessage(
                content: content, envelope: envelope, messageType: Self.eventType, device: draft.edgeDeviceID.text,
                eventID: eventID)
        }
        do throws(IntakeError) {
            var assembly = try assemble(draft, envelope.sender)
            var isWithPictures = draft.image != nil || draft.plateImage != nil
            if isWithPictures, space.refusesPictures {
                guard refused == .keepRead else { throw .noPictureSpace }
                assembly.note(fault: Self.leftOutPicture)
                isWithPictures = false
            }
            return CheckedMessage(
                message: message(.event(assembly.event(pictures: StoredPictures())), assembly.eventID),
                pictures: isWithPictures ? PictureWork(assemblies: [assembly], frame: nil) : nil)
        } catch {
            guard !error.isTemporary else { throw error }
            return CheckedMessage(message: message(.rejected(error), draft.eventID?.text))
        }
    }

    /// A read is kept without what cannot be kept of it: a clock that nobody can believe, later a picture that is none.
    func check(_ frame: CameraFrame, _ envelope: MessageEnvelope) throws(IntakeError) -> CheckedMessage {
        let sender = envelope.sender
        var message = PreparedMessage(
            content: .frame([], checkpoint: frame.checkpoint), envelope: envelope, messageType: Self.frameType,
            device: frame.device.text)
        do throws(IntakeError) {
            let frameDigest = frame.picture.map { Array(SHA256.hash(data: $0.bytes)) } ?? []
            var assemblies: [EventAssembly] = []
            for draft in frame.events {
                let (draft, faults) = draft.withBelievableTimes(receivedAt: sender.receivedAt)
                var assembly = try assemble(draft, frameDigest: frameDigest, sender)
                for fault in faults { assembly.note(fault: fault) }
                assemblies.append(assembly)
            }
            let isWithPictures = frame.picture != nil || assemblies.contains { $0.draft.plateImage != nil }
            let isWithoutRoom = isWithPictures && space.refusesPictures
            if isWithoutRoom {
                // Cameras in the field seldom look at an answer: the read is worth more than nothing.
                for index in assemblies.indices { assemblies[index].note(fault: Self.leftOutPicture) }
            }
            message.content = .frame(
                assemblies.map { $0.event(pictures: StoredPictures()) }, checkpoint: frame.checkpoint)
            guard isWithPictures, !isWithoutRoom, let first = assemblies.first else {
                return CheckedMessage(message: message)
            }
            let owner = first.draft.frameID.map { FramePicture.owner(frameID: $0, capturedAt: first.capturedAt) }
            return CheckedMessage(
                message: message,
                pictures: PictureWork(
                    assemblies: assemblies,
                    frame: PictureWork.Frame(
                        picture: frame.picture, owner: owner ?? first.eventID, checkpoint: frame.checkpoint)))
        } catch {
            guard !error.isTemporary else { throw error }
            return CheckedMessage(message: message.rejected(error))
        }
    }

    func check(_ rejection: MessageRejection, _ envelope: MessageEnvelope) -> CheckedMessage {
        CheckedMessage(
            message: PreparedMessage(
                content: .rejected(IntakeError(.invalid, reason: rejection.reason, fields: rejection.fields)),
                envelope: envelope, messageType: Self.eventType,
                device: envelope.sender.device?.text ?? rejection.deviceID, eventID: rejection.eventID))
    }
}

extension LPREventDraft {
    /// The draft without times that cannot be: a camera whose clock was never set must not lose its reads for that.
    fileprivate func withBelievableTimes(receivedAt: Instant) -> (LPREventDraft, faults: [String]) {
        func isBelievable(_ instant: Instant?) -> Bool {
            guard let instant else { return true }
            return instant >= Self.earliestCapture && instant <= receivedAt + Self.refusedSkew
        }
        var draft = self
        var faults: [String] = []
        if let time = capturedAt, !isBelievable(time) {
            draft.capturedAt = nil
            faults.append("the time of capture was \(time.rfc3339); set the camera's clock")
        }
        if let time = sentAt, !isBelievable(time) {
            draft.sentAt = nil
            faults.append("the time of sending was \(time.rfc3339); set the camera's clock")
        }
        return (draft, faults)
    }
}
