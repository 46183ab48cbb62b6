public import Domain
import Store

/// The received files that no event has claimed, for the sweep that makes room.
public struct UnclaimedPictures: RemovableFiles {
    private let intake: Intake

    public init(_ intake: Intake) {
        self.intake = intake
    }

    public func amount() async throws -> StorageAmount {
        let (files, bytes) = try await intake.store.unclaimedFiles()
        return StorageAmount(files: files, bytes: bytes)
    }

    public func removeOldest(limit: Int) async throws -> StorageAmount {
        let files = try await intake.store.write { try $0.deleteOldestUnclaimedFiles(limit: limit) }
        for file in files { await intake.remove(file) }
        return StorageAmount(files: Int64(files.count), bytes: files.reduce(0) { $0 + $1.size })
    }
}
