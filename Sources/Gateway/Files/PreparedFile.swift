import Domain
import Logging
import Media
import Store

/// A file that is ready for its transaction; its pictures are on disk.
struct PreparedFile: Sendable {
    enum Content: Sendable {
        case picture
        case sidecar(PreparedMessage)
        case other
        case faulty(IntakeError)
        case refused(IntakeError)
    }

    let inspected: InspectedFile
    var incoming: IncomingFile
    var content: Content
    /// All that were stored for it.
    var written: [StoredPicture] = []
}

/// What is known of a file before its transaction.
struct PriorKnowledge: Sendable {
    /// An announcement that is still open.
    var transfer: FileTransferRecord?
    /// The event that it is meant for has this picture already.
    var rival: (eventID: String, picturePath: String)?
}

extension Intake {
    func priorKnowledge(of files: [InspectedFile]) async throws -> [PriorKnowledge] {
        let rules = fileRules
        return try await store.read { database in
            try files.map { inspected in
                if case .refused = inspected.kind { return PriorKnowledge() }
                let device = inspected.file.device.text
                let transfer = try FileTransferRecord.fetch(
                    deviceID: device, path: inspected.file.path, database)
                var prior = PriorKnowledge(transfer: transfer.flatMap { $0.isOpen ? $0 : nil })
                guard case .picture = inspected.kind,
                    let eventID = prior.transfer?.eventID ?? rules.eventID(inPath: inspected.file.path),
                    let event = try LPREvent.stored(eventID, database), event.edgeDeviceID == device,
                    let picturePath = event.imagePath
                else { return prior }
                prior.rival = (eventID, picturePath)
                return prior
            }
        }
    }

    /// Writes the pictures of a file.
    /// - Returns: a failure for what is temporary; then nothing of the file is left.
    func prepare(_ inspected: InspectedFile, _ prior: PriorKnowledge) async -> Result<PreparedFile, IntakeError> {
        do throws(IntakeError) {
            if let problem = try await mismatch(inspected, prior.transfer) {
                return .success(try await faulty(inspected, problem))
            }
            switch inspected.kind {
            case .refused(let error):
                return .success(
                    PreparedFile(
                        inspected: inspected, incoming: inspected.incoming(.other, sha256: nil),
                        content: .refused(error)))
            case .faulty(let error): return .success(try await faulty(inspected, error))
            case .other(let sha256):
                return .success(
                    PreparedFile(
                        inspected: inspected, incoming: inspected.incoming(.other, sha256: sha256), content: .other))
            case .sidecar(let message): return .success(try await prepare(inspected, message))
            case .picture: return .success(try await prepare(picture: inspected, prior))
            }
        } catch {
            return .failure(error)
        }
    }

    private func faulty(
        _ inspected: InspectedFile, _ error: IntakeError
    ) async throws(IntakeError) -> PreparedFile {
        var incoming = inspected.incoming(.other, sha256: try await digest(of: inspected.file))
        incoming.problem = error.reason
        return PreparedFile(inspected: inspected, incoming: incoming, content: .faulty(error))
    }

    private func prepare(
        _ inspected: InspectedFile, _ message: CheckedMessage
    ) async throws(IntakeError) -> PreparedFile {
        let digest = try await digest(of: inspected.file)
        var written: [StoredPicture] = []
        do throws(IntakeError) {
            let messages = try await storePictures(of: [message], written: &written)
            let prepared = (messages.first ?? message.message)
                .awaiting(picture: Sidecar.picture(beside: inspected.file.path))
            return PreparedFile(
                inspected: inspected, incoming: inspected.incoming(.event, sha256: digest), content: .sidecar(prepared),
                written: written)
        } catch {
            for picture in written where picture.isNew { await remove(path: picture.path) }
            throw error
        }
    }

    private func prepare(
        picture inspected: InspectedFile, _ prior: PriorKnowledge
    ) async throws(IntakeError) -> PreparedFile {
        guard !space.isFull, !space.refusesPictures else { throw .noSpace }
        let stored: StoredPicture
        do {
            // The day in its name is that of its coming: the device's clock may say anything.
            stored = try await pictures.adopt(
                descriptor: inspected.file.descriptor, owner: inspected.owner, role: .image,
                capturedAt: inspected.sender.receivedAt.microseconds)
        } catch let error as MediaError where [.notAPicture, .tooLarge].contains(error.kind) {
            return try await faulty(
                inspected, .noPicture(inspected.file, error.problem.map { "\($0)" } ?? error.publicDescription))
        } catch {
            throw fileError(from: error)
        }
        var incoming = inspected.incoming(.picture, sha256: stored.sha256)
        incoming.picturePath = stored.path
        incoming.thumbnailPath = stored.thumbnailPath
        incoming.pictureBytes = Int64(stored.byteCount)
        incoming.eventKey = fileRules.eventID(inPath: inspected.file.path)
        incoming.announcedEventID = prior.transfer?.eventID
        if let rival = prior.rival {
            do {
                if try await pictures.sha256(ofPicture: rival.picturePath) == stored.sha256 {
                    incoming.twin = PictureTwin(eventID: rival.eventID, picturePath: rival.picturePath)
                }
            } catch {
                logger.warning("a picture could not be compared", metadata: ["error": "\(error)"])
            }
        }
        return PreparedFile(inspected: inspected, incoming: incoming, content: .picture, written: [stored])
    }

    /// Why the file is not the one that was announced; nil when it is, or none was.
    private func mismatch(
        _ inspected: InspectedFile, _ transfer: FileTransferRecord?
    ) async throws(IntakeError) -> IntakeError? {
        let file = inspected.file
        guard let transfer else { return nil }
        guard transfer.size == file.size else {
            return IntakeError(
                .invalid,
                reason:
                    "\(file.shownName): \(file.size) bytes came, \(transfer.size) were announced; send it again whole")
        }
        guard let announced = transfer.sha256 else { return nil }
        do {
            guard try await pictures.sha256(of: file.descriptor) != announced else { return nil }
        } catch {
            throw fileError(from: error)
        }
        return IntakeError(
            .invalid, reason: "\(file.shownName): the SHA-256 is not the announced one; send it again")
    }
}

extension FileTransferRecord {
    /// What comes is still to be compared with what was announced.
    var isOpen: Bool { [Status.announced.rawValue, Status.failed.rawValue].contains(status) }
}
