import Domain
import Logging
import Media

/// The pictures of one event that are on disk already.
struct StoredPictures: Sendable {
    var image: StoredPicture?
    var plateImage: StoredPicture?
}

extension EventAssembly {
    func event(pictures: StoredPictures) -> LPREvent {
        var event = event(
            image: pictures.image?.path, plateImage: pictures.plateImage?.path,
            thumbnail: pictures.image?.thumbnailPath)
        event.imageSHA256 = pictures.image?.sha256
        event.imageBytes = pictures.image.map { Int64($0.byteCount) }
        return event
    }
}

extension Intake {
    /// - Parameter owner: the event, or the frame whose events share the picture.
    func storePicture(
        _ picture: PictureBytes, _ role: PictureRole, _ field: String, owner: String, capturedAt: Instant
    ) async throws(IntakeError) -> StoredPicture {
        do {
            return try await pictures.store(
                picture.bytes, eventID: owner, role: role, capturedAt: capturedAt.microseconds)
        } catch let error as MediaError {
            switch error.kind {
            case .notAPicture, .tooLarge, .unsafePath:
                throw IntakeError(
                    .invalid, reason: "\(field): \(error.publicDescription)",
                    fields: [FieldError(field, error.publicDescription)])
            case .noSpace:
                space.forget()
                throw .noSpace
            case .busy:
                throw IntakeError(.busy, reason: "too many pictures wait already; send it again soon")
            default:
                logger.error("picture not stored", metadata: ["error": "\(error)"])
                throw IntakeError(.failed, reason: "the picture could not be stored; send it again")
            }
        } catch {
            logger.error("picture not stored", metadata: ["error": "\(error)"])
            throw IntakeError(.failed, reason: "the picture could not be stored; send it again")
        }
    }

    /// Removes a picture that no row names.
    /// - Parameter device: whose it was; nil when it was never counted as anybody's.
    func remove(path: String, of device: String? = nil) async {
        do {
            let removed = try await pictures.removeWithThumbnail(path)
            if let device { space.book?.note(removed, device: device) }
        } catch {
            logger.warning("a picture that no event names stays", metadata: ["error": "\(error)"])
        }
    }
}
