import Domain
import Logging
public import Store

extension Intake {
    /// Deletes an event, and the pictures that no other event of its frame names.
    ///
    /// Invariant 8: they are unlinked after the row has gone, and while no message that would name them is being stored:
    /// a repeat of the event or of its frame would find the file, name it, and lose it.
    /// - Returns: the event as it was; nil when there is none.
    /// - Throws: `StoreError`.
    public func delete(eventID: String, by actor: String) async throws -> DeletedEvent? {
        while let known = try await store.event(eventID) {
            let owner = known.frameID.map { FramePicture.owner(frameID: $0, capturedAt: known.capturedAt) }
            let deleted: DeletedEvent?? = try await inFlight.withLocks(Set([eventID, owner].compactMap { $0 })) {
                // Deleted and sent anew in between, it could belong to another moment, with another lock.
                guard let now = try await store.event(eventID) else { return .some(nil) }
                guard now.frameID == known.frameID, now.capturedAt == known.capturedAt else { return nil }
                let deleted = try await store.write { try $0.delete(eventID: eventID, by: actor) }
                for path in deleted?.unnamedPictures ?? [] { await remove(path: path, of: now.edgeDeviceID) }
                return .some(deleted)
            }
            if let deleted { return deleted }
        }
        return nil
    }

    /// Unlinks a picture whose last row was deleted some time ago, unless a row names it again (invariant 8).
    public func remove(_ picture: UnnamedPicture) async {
        let owner = picture.frameID.map { FramePicture.owner(frameID: $0, capturedAt: picture.capturedAt) }
        await inFlight.withLocks(Set([picture.eventID, owner].compactMap { $0 })) {
            do {
                guard try await !store.isNamed(picture) else { return }
            } catch {
                logger.warning("a picture that no event names stays", metadata: ["error": "\(error)"])
                return
            }
            await remove(path: picture.path, of: picture.deviceID)
        }
    }
}
