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
                stored.image = try await storePicture(image, .image, "image", assembly)
            }
            if let plateImage = assembly.draft.plateImage {
                stored.plateImage = try await storePicture(plateImage, .plateImage, "plate_image", assembly)
            }
        } catch {
            await remove(stored, unless: nil)
            throw error
        }
        return stored
    }

    private func storePicture(
        _ picture: PictureBytes, _ role: PictureRole, _ field: String, _ assembly: EventAssembly
    ) async throws(IntakeError) -> StoredPicture {
        do {
            return try await pictures.store(
                picture.bytes, eventID: assembly.eventID, role: role, capturedAt: assembly.capturedAt.microseconds)
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
        for picture in stored.all
        where picture.isNew && picture.path != event?.imagePath && picture.path != event?.plateImagePath {
            do {
                try await pictures.remove(picture.path)
            } catch {
                logger.warning("an unused picture stays", metadata: ["error": "\(error)"])
            }
        }
    }
}
