import Dialects
import Domain
import Logging
import Media
import Store

/// A file whose kind is known; nothing of it is stored yet.
struct InspectedFile: Sendable {
    enum Kind: Sendable {
        case picture
        case sidecar(CheckedMessage)
        /// - Parameter sha256: nil when it is too large to be read for it.
        case other(sha256: [UInt8]?)
        /// It will never be taken.
        case faulty(IntakeError)
        /// Its sender may not send it, or it has no place in the table: nothing is noted but the rejected message.
        case refused(IntakeError)
    }

    let file: ArrivedFile
    /// With the size of this file.
    let sender: Sender
    /// The beginning of the file, kept when it is not taken.
    var beginning: [UInt8] = []
    var kind: Kind

    var owner: String { FilePicture.owner(device: file.device.text, path: file.path) }

    /// What must be held while it is stored.
    var locks: Set<String> {
        var locks: Set<String> = [owner]
        if case .sidecar(let message) = kind { locks.formUnion(message.pictures?.locks ?? []) }
        return locks
    }

    func incoming(_ kind: ReceivedFileRecord.Kind, sha256: [UInt8]?) -> IncomingFile {
        IncomingFile(
            deviceID: file.device.text, path: file.path, size: file.size, sha256: sha256, kind: kind,
            sourceProtocol: sender.protocol, modifiedAt: file.modifiedAt)
    }
}

extension Intake {
    /// The longest path that is kept, UTF-8 bytes.
    static let filePathLimit = 1_024
    /// Other files above this size are not read: they stay where they are, and nobody asks for their digest.
    private static let digestLimit: Int64 = 64 << 20

    /// - Throws: what is temporary.
    func inspect(_ file: ArrivedFile, from sender: Sender) async throws(IntakeError) -> InspectedFile {
        var sender = sender
        sender.byteCount = Int(clamping: file.size)
        var inspected = InspectedFile(file: file, sender: sender, kind: .other(sha256: nil))
        do throws(IntakeError) {
            try admit(file.device, sender)
            guard (1...Self.filePathLimit).contains(file.path.utf8.count) else {
                throw IntakeError(
                    .invalid,
                    reason: "the path has \(file.path.utf8.count) bytes; 1 to \(Self.filePathLimit) are allowed")
            }
        } catch {
            inspected.kind = .refused(error)
            return inspected
        }
        inspected.beginning = try await bytes(of: file, limit: RejectedMessage.payloadLimit)
        if PictureFormat.recognise(inspected.beginning) != nil {
            inspected.kind = .picture
        } else if Sidecar.isNamed(like: file.path) {
            inspected.kind = try await inspect(sidecar: file, sender)
        } else if AnnouncedPath(file.path).isNamedLikePicture {
            let problem: PictureProblem = inspected.beginning.isEmpty ? .empty : .unrecognised
            inspected.kind = .faulty(.noPicture(file, "\(problem)"))
        } else {
            inspected.kind = .other(sha256: try await digest(of: file))
        }
        return inspected
    }

    /// By which a repeat is known (invariant 3); nil for what is too large to be read for it.
    func digest(of file: ArrivedFile) async throws(IntakeError) -> [UInt8]? {
        guard file.size <= Self.digestLimit else { return nil }
        do {
            return try await pictures.sha256(of: file.descriptor)
        } catch {
            throw fileError(from: error)
        }
    }

    private func inspect(sidecar file: ArrivedFile, _ sender: Sender) async throws(IntakeError) -> InspectedFile.Kind {
        guard file.size <= Int64(fileRules.sidecarLimit) else {
            return .faulty(
                IntakeError(
                    .invalid,
                    reason: "\(file.shownName): \(file.size) bytes of JSON; at most \(fileRules.sidecarLimit) are read")
            )
        }
        let bytes = try await bytes(of: file, limit: fileRules.sidecarLimit)
        let envelope = MessageEnvelope(from: sender, payload: bytes, topic: file.path)
        let content: IntakeDelivery.Content
        do throws(MessageRejection) {
            content = try Sidecar.content(bytes, device: file.device, fileRules)
        } catch {
            content = .unreadable(error)
        }
        return .sidecar(try check(content, envelope))
    }

    private func bytes(of file: ArrivedFile, limit: Int) async throws(IntakeError) -> [UInt8] {
        do {
            return try await pictures.beginning(
                of: file.descriptor, limit: min(limit, Int(clamping: max(0, file.size))))
        } catch {
            throw fileError(from: error)
        }
    }

    /// The words for a sender about an error of the disk while a file is taken.
    func fileError(from error: any Error) -> IntakeError {
        guard let error = error as? MediaError else { return intakeError(from: error) }
        switch error.kind {
        case .noSpace:
            space.forget()
            return .noSpace
        case .busy: return IntakeError(.busy, reason: "too many files wait already; send it again soon")
        default:
            logger.error("file not taken", metadata: ["error": "\(error)"])
            return IntakeError(.failed, reason: "the file could not be taken; send it again")
        }
    }
}

extension ArrivedFile {
    /// The file's name for people: without control characters, and not longer than a line.
    var shownName: String {
        let name = AnnouncedPath(path).parts.last ?? ""
        return String(
            String.UnicodeScalarView(
                name.unicodeScalars.prefix(80).map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}

extension IntakeError {
    static func noPicture(_ file: ArrivedFile, _ cause: String) -> IntakeError {
        IntakeError(.invalid, reason: "\(file.shownName): \(cause); it stays where it is, and no event gets it")
    }
}
