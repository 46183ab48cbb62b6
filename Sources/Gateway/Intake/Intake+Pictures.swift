import Domain
import Logging
import Media

/// The pictures of one event that are on disk already.
struct StoredPictures: Sendable {
    var image: StoredPicture?
    var plateImage: StoredPicture?

    var all: [StoredPicture] { [image, plateImage].compactMap { $0 } }
}

extension EventAssembly {
    func event(pictures: StoredPictures) -> LPREvent {
        event(
            image: pictures.image?.path, plateImage: pictures.plateImage?.path,
            thumbnail: pictures.image?.thumbnailPath)
    }
}

extension Intake {
    /// Writes and syncs the pictures of an event, before the row that names them (invariant 8).
    func storePictures(of assembly: EventAssembly) async throws(IntakeError) -> StoredPictures {
        var stored = StoredPictures()
        do throws(IntakeError) {
            if let image = assembly.draft.image {
                stored.image = try await storePicture(
                    image, .image, "image", owner: assembly.eventID, capturedAt: assembly.capturedAt)
            }
            if let plateImage = assembly.draft.plateImage {
                stored.plateImage = try await storePicture(
                    plateImage, .plateImage, "plate_image", owner: assembly.eventID, capturedAt: assembly.capturedAt)
            }
        } catch {
            await remove(stored, unless: nil)
            throw error
        }
        return stored
    }

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

    /// Takes back pictures that no row names: those of a repeat, a conflict or a failed commit.
    func remove(_ stored: StoredPictures, unless event: LPREvent?) async {
        let named = [event?.imagePath, event?.plateImagePath]
        for picture in stored.all where picture.isNew && !named.contains(picture.path) {
            await remove(path: picture.path)
        }
    }

    /// Removes a picture that no row names.
    func remove(path: String) async {
        do {
            try await pictures.remove(path)
        } catch {
            logger.warning("a picture that no event names stays", metadata: ["error": "\(error)"])
        }
    }
}
