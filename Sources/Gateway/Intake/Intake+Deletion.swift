import Domain
import Logging
public import Store

extension Intake {
    /// Deletes an event, and the pictures that no other event names.
    ///
    /// Invariant 8: they are unlinked after the row has gone, and while no message that would name them is being stored:
    /// a repeat of the event or of its frame would find the file, name it, and lose it.
    /// - Returns: the event as it was; nil when there is none.
    /// - Throws: `StoreError`.
    public func delete(eventID: String, by actor: String) async throws -> DeletedEvent? {
        while let known = try await store.event(eventID) {
            let owner = known.frameID.map { FramePicture.owner(frameID: $0, capturedAt: known.capturedAt) }
            let file = try await fileOwner(known.imageFileID)
            let deleted: DeletedEvent?? = try await inFlight.withLocks(Set([eventID, owner, file].compactMap { $0 })) {
                // Deleted and sent anew in between, it could belong to another moment, with another lock.
                guard let now = try await store.event(eventID) else { return .some(nil) }
                guard now.frameID == known.frameID, now.capturedAt == known.capturedAt,
                    now.imageFileID == known.imageFileID
                else { return nil }
                let deleted = try await store.write { try $0.delete(eventID: eventID, by: actor) }
                for path in deleted?.unnamedPictures ?? [] { await remove(path: path, of: now.edgeDeviceID) }
                return .some(deleted)
            }
            if let deleted { return deleted }
        }
        return nil
    }

    /// Deletes a file that no event has claimed, and its picture.
    /// - Returns: false when there is none that is unclaimed.
    /// - Throws: `StoreError`.
    public func deleteUnclaimedFile(id: Int64, by actor: String) async throws -> Bool {
        guard let known = try await store.read({ try ReceivedFileRecord.fetch(id: id, $0) }) else { return false }
        return try await inFlight.withLock(FilePicture.owner(known)) {
            guard let file = try await store.write({ try $0.deleteUnclaimedFile(id: id, by: actor) }) else {
                return false
            }
            if let path = file.picturePath { await remove(path: path) }
            return true
        }
    }

    /// Unlinks the picture of a file whose row was deleted some time ago, unless it was sent anew (invariant 8).
    public func remove(_ file: ReceivedFileRecord) async {
        guard let path = file.picturePath else { return }
        await inFlight.withLock(FilePicture.owner(file)) {
            do {
                guard try await !store.isNamedByFile(path) else { return }
            } catch {
                logger.warning("the picture of a file that is gone stays", metadata: ["error": "\(error)"])
                return
            }
            await remove(path: path)
        }
    }

    /// The lock under which the picture of a received file is stored and removed.
    private func fileOwner(_ id: Int64?) async throws -> String? {
        guard let id else { return nil }
        return try await store.read { try ReceivedFileRecord.fetch(id: id, $0) }.map(FilePicture.owner)
    }

    /// Unlinks a picture whose last row was deleted some time ago, unless a row names it again (invariant 8).
    public func remove(_ picture: UnnamedPicture) async {
        let owner = picture.frameID.map { FramePicture.owner(frameID: $0, capturedAt: picture.capturedAt) }
        let file: String?
        do {
            file = try await fileOwner(picture.fileID)
        } catch {
            logger.warning("a picture that no event names stays", metadata: ["error": "\(error)"])
            return
        }
        await inFlight.withLocks(Set([picture.eventID, owner, file].compactMap { $0 })) {
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
