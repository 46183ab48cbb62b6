import Domain
import Media

/// What became of the pictures of one message.
private struct WrittenPictures: Sendable {
    var content: Result<PreparedMessage.Content, IntakeError>
    /// All that are on disk now, also when something failed.
    var pictures: [StoredPicture] = []
}

extension Intake {
    /// Pictures of this many messages of a batch are written at a time: their syncs share the disk's time.
    private static let pictureWidth = 4

    /// Writes and syncs the pictures of all messages (invariant 8).
    ///
    /// What is no picture rejects an event, and is left out of a frame.
    /// - Parameter written: gets every picture that is on disk afterwards, also when it throws.
    /// - Throws: what is temporary: `noSpace`, `busy`, `failed`.
    func storePictures(
        of checked: [CheckedMessage], written: inout [StoredPicture]
    ) async throws(IntakeError) -> [PreparedMessage] {
        var messages = checked.map(\.message)
        var failure: IntakeError?
        for wave in Self.waves(of: checked) {
            for (index, result) in await storePictures(of: wave) {
                written += result.pictures
                switch result.content {
                case .success(let content): messages[index].content = content
                case .failure(let error) where error.isTemporary: failure = error
                case .failure(let error): messages[index] = messages[index].rejected(error)
                }
            }
            if let failure { throw failure }
        }
        return messages
    }

    /// Messages with pictures, in groups in which no two belong to the same event or frame.
    private static func waves(of checked: [CheckedMessage]) -> [[(Int, PictureWork)]] {
        var waves: [(locks: Set<String>, work: [(Int, PictureWork)])] = [([], [])]
        for (index, message) in checked.enumerated() {
            guard let work = message.pictures else { continue }
            if !waves[waves.count - 1].locks.isDisjoint(with: work.locks)
                || waves[waves.count - 1].work.count == pictureWidth
            {
                waves.append(([], []))
            }
            waves[waves.count - 1].locks.formUnion(work.locks)
            waves[waves.count - 1].work.append((index, work))
        }
        return waves.map(\.work)
    }

    private func storePictures(of wave: [(Int, PictureWork)]) async -> [(Int, WrittenPictures)] {
        if wave.count == 1, let (index, work) = wave.first { return [(index, await storePictures(of: work))] }
        return await withTaskGroup(of: (Int, WrittenPictures).self) { group in
            for (index, work) in wave {
                group.addTask { (index, await self.storePictures(of: work)) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func storePictures(of work: PictureWork) async -> WrittenPictures {
        var pictures: [StoredPicture] = []
        do throws(IntakeError) {
            let content =
                if let frame = work.frame {
                    try await storePictures(of: work.assemblies, frame, &pictures)
                } else {
                    try await storePictures(ofEvent: work.assemblies, &pictures)
                }
            return WrittenPictures(content: .success(content), pictures: pictures)
        } catch {
            return WrittenPictures(content: .failure(error), pictures: pictures)
        }
    }

    private func storePictures(
        ofEvent assemblies: [EventAssembly], _ written: inout [StoredPicture]
    ) async throws(IntakeError) -> PreparedMessage.Content {
        guard let assembly = assemblies.first else { return .frame([], checkpoint: nil) }
        var stored = StoredPictures()
        if let image = assembly.draft.image {
            stored.image = try await storePicture(
                image, .image, "image", owner: assembly.eventID, capturedAt: assembly.capturedAt)
            written += [stored.image].compactMap { $0 }
        }
        if let plateImage = assembly.draft.plateImage {
            stored.plateImage = try await storePicture(
                plateImage, .plateImage, "plate_image", owner: assembly.eventID, capturedAt: assembly.capturedAt)
            written += [stored.plateImage].compactMap { $0 }
        }
        return .event(assembly.event(pictures: stored))
    }

    private func storePictures(
        of assemblies: [EventAssembly], _ frame: PictureWork.Frame, _ written: inout [StoredPicture]
    ) async throws(IntakeError) -> PreparedMessage.Content {
        var assemblies = assemblies
        var shared: StoredPicture?
        if let picture = frame.picture, let first = assemblies.first {
            let (stored, fault) = try await keep(picture, .image, "the picture", frame.owner, first.capturedAt)
            shared = stored
            if let fault { for index in assemblies.indices { assemblies[index].note(fault: fault) } }
        }
        written += [shared].compactMap { $0 }
        var events: [LPREvent] = []
        for index in assemblies.indices {
            var pictures = StoredPictures(image: shared)
            if let plateImage = assemblies[index].draft.plateImage {
                let (stored, fault) = try await keep(
                    plateImage, .plateImage, "the picture of the plate", assemblies[index].eventID,
                    assemblies[index].capturedAt)
                pictures.plateImage = stored
                written += [stored].compactMap { $0 }
                if let fault { assemblies[index].note(fault: fault) }
            }
            events.append(assemblies[index].event(pictures: pictures))
        }
        return .frame(events, checkpoint: frame.checkpoint)
    }

    /// A picture on disk, or why it is none.
    private func keep(
        _ picture: PictureBytes, _ role: PictureRole, _ name: String, _ owner: String, _ capturedAt: Instant
    ) async throws(IntakeError) -> (StoredPicture?, fault: String?) {
        do throws(IntakeError) {
            return (try await storePicture(picture, role, name, owner: owner, capturedAt: capturedAt), nil)
        } catch {
            guard error.kind == .invalid else { throw error }
            return (nil, "\(error.reason); the read is kept without it")
        }
    }
}
