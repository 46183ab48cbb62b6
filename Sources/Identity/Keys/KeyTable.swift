import Domain
import Store
import Synchronization

/// All API keys in memory, because every event of a camera asks for one: a check is a dictionary lookup and one
/// SHA-256, without the database and without changing threads.
///
/// The database has one writer in this process (invariant 2), and the functions that write keys also change this table,
/// so it never lags behind.
final class KeyTable: Sendable {
    /// One key. `lastUsedAt` is written to the database in batches.
    final class Entry: Sendable {
        let record: APIKeyRecord
        let digest: SecretDigest?
        /// Microseconds since 1970; 0 for never.
        let lastUsedAt: Atomic<Int64>
        let writtenUse: Atomic<Int64>

        init(_ record: APIKeyRecord, lastUsedAt: Int64) {
            self.record = record
            digest = SecretDigest(bytes: record.secretHash)
            self.lastUsedAt = Atomic(lastUsedAt)
            writtenUse = Atomic(record.lastUsedAt?.microseconds ?? 0)
        }
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var disabledDevices: Set<String> = []
    }

    private let state = Mutex(State())

    init(_ records: [APIKeyRecord], disabledDevices: Set<String>) {
        state.withLock { state in
            for record in records {
                state.entries[record.keyID] = Entry(record, lastUsedAt: record.lastUsedAt?.microseconds ?? 0)
            }
            state.disabledDevices = disabledDevices
        }
    }

    /// Checks the text of a key.
    /// - Throws: `IdentityError` `invalidCredentials`, `disabled`, `expired`.
    func authenticate(_ text: String, at now: Instant) throws(IdentityError) -> Principal {
        guard let key = APIKeyText(text) else { throw .invalidCredentials("malformed API key") }
        let (entry, isDeviceDisabled) = find(key.id)
        guard let entry, let digest = entry.digest, digest == key.digest else {
            throw .invalidCredentials("unknown API key or wrong secret")
        }
        let principal = try Self.principal(entry, isDeviceDisabled, at: now)
        entry.lastUsedAt.store(now.microseconds, ordering: .relaxed)
        return principal
    }

    /// The principal of a key that was checked before.
    func principal(ofKey keyID: String, at now: Instant) throws(IdentityError) -> Principal {
        let (entry, isDeviceDisabled) = find(keyID)
        guard let entry else { throw .invalidCredentials("the API key \(keyID) is gone") }
        return try Self.principal(entry, isDeviceDisabled, at: now)
    }

    private func find(_ keyID: String) -> (entry: Entry?, isDeviceDisabled: Bool) {
        state.withLock { state in
            let entry = state.entries[keyID]
            guard let deviceID = entry?.record.deviceID, !state.disabledDevices.isEmpty else { return (entry, false) }
            return (entry, state.disabledDevices.contains(deviceID))
        }
    }

    private static func principal(
        _ entry: Entry,
        _ isDeviceDisabled: Bool,
        at now: Instant
    ) throws(IdentityError) -> Principal {
        let record = entry.record
        guard !record.isDisabled else { throw .disabled("API key") }
        guard !isDeviceDisabled else { throw .disabled("device") }
        if let expiresAt = record.expiresAt, now >= expiresAt { throw .expired("API key") }
        return Principal(subject: .apiKey(id: record.keyID), role: record.role, deviceID: record.deviceID)
    }

    func set(_ record: APIKeyRecord) {
        state.withLock { state in
            let lastUse = state.entries[record.keyID]?.lastUsedAt.load(ordering: .relaxed)
            state.entries[record.keyID] = Entry(
                record,
                lastUsedAt: max(lastUse ?? 0, record.lastUsedAt?.microseconds ?? 0)
            )
        }
    }

    func remove(_ keyID: String) {
        state.withLock { $0.entries[keyID] = nil }
    }

    func setDevice(_ deviceID: String, isDisabled: Bool) {
        state.withLock { state in
            if isDisabled { state.disabledDevices.insert(deviceID) } else { state.disabledDevices.remove(deviceID) }
        }
    }

    func isDeviceDisabled(_ deviceID: String) -> Bool {
        state.withLock { $0.disabledDevices.contains(deviceID) }
    }

    func lastUse(of keyID: String) -> Instant? {
        let microseconds = state.withLock { $0.entries[keyID]?.lastUsedAt.load(ordering: .relaxed) } ?? 0
        return microseconds == 0 ? nil : Instant(microseconds: microseconds)
    }

    /// Uses that the database does not know yet.
    func unwrittenUses() -> [(keyID: String, at: Instant)] {
        state.withLock { state in
            state.entries.values.compactMap { entry in
                let use = entry.lastUsedAt.load(ordering: .relaxed)
                guard use > entry.writtenUse.load(ordering: .relaxed) else { return nil }
                return (entry.record.keyID, Instant(microseconds: use))
            }
        }
    }

    func markWritten(_ uses: [(keyID: String, at: Instant)]) {
        state.withLock { state in
            for use in uses { state.entries[use.keyID]?.writtenUse.store(use.at.microseconds, ordering: .relaxed) }
        }
    }
}
