public import Domain

/// Pictures that arrived as files and that no event has claimed. They go first when room is made.
public protocol RemovableFiles: Sendable {
    /// How many there are, and their room on the disk.
    func amount() async throws -> StorageAmount

    /// Removes the oldest ones by the order of their arrival: row first, then file (invariant 8), in one transaction of
    /// at most `limit` of them.
    /// - Returns: what was removed; no files when none are left.
    func removeOldest(limit: Int) async throws -> StorageAmount
}
