import Domain
public import Store

extension Identity {
    /// All keys, newest first.
    public func listAPIKeys() async throws -> [APIKeySummary] {
        try await store.read { try APIKeyRecord.all($0) }.map(summary)
    }

    /// Makes a key; its text is shown this once.
    /// - Parameter alongside: is written in the same transaction, such as the device that the key is for; what it
    ///   throws undoes both.
    /// - Throws: `IdentityError` `notAllowed`, `invalidField`, `limitReached`, `busy`; `StoreError`.
    public func createAPIKey(
        _ draft: APIKeyDraft,
        by actor: Principal,
        alongside: @escaping @Sendable (WriteContext) throws -> Void = { _ in }
    ) async throws -> (summary: APIKeySummary, key: SecretText) {
        try actor.require(.admin)
        try check(draft)
        let made = APIKeyText.make()
        let limit = options.keyLimit
        return try await administration.pass {
            let record = try await store.write { context -> Result<APIKeyRecord, IdentityError> in
                guard try APIKeyRecord.count(context.database) < limit else {
                    return .failure(IdentityError(.limitReached, "There can be no more than \(limit) API keys."))
                }
                let record = APIKeyRecord(
                    keyID: made.id,
                    secretHash: made.digest.bytes,
                    name: draft.name,
                    role: draft.role,
                    deviceID: draft.deviceID,
                    createdBy: actor.displayName,
                    createdAt: context.now,
                    expiresAt: draft.expiresAt
                )
                try alongside(context)
                try context.insert(record)
                try context.audit(
                    actor: actor.displayName,
                    action: "key.create",
                    object: made.id,
                    detail: [
                        "role": .string(draft.role.rawValue), "device_id": .optional(draft.deviceID),
                        "name": .string(draft.name),
                    ]
                )
                return .success(record)
            }.get()
            keys.set(record)
            return (summary(record), made.text)
        }
    }

    /// - Throws: `IdentityError` `notAllowed`, `notFound`, `invalidField`, `busy`; `StoreError`.
    public func updateAPIKey(_ id: String, _ change: APIKeyChange, by actor: Principal) async throws -> APIKeySummary {
        try actor.require(.admin)
        if let name = change.name { try Self.check(name: name) }
        return try await administration.pass {
            let record = try await store.write { context -> Result<APIKeyRecord, IdentityError> in
                guard var record = try APIKeyRecord.withID(id, context.database) else {
                    return .failure(.notFound("API key"))
                }
                record.name = change.name ?? record.name
                record.isDisabled = change.isDisabled ?? record.isDisabled
                record.expiresAt = change.expiresAt ?? record.expiresAt
                try context.update(record)
                try context.audit(
                    actor: actor.displayName,
                    action: "key.update",
                    object: id,
                    detail: [
                        "name": .string(record.name), "disabled": .bool(record.isDisabled),
                        "expires_at": .optional(record.expiresAt?.rfc3339),
                    ]
                )
                return .success(record)
            }.get()
            keys.set(record)
            return summary(record)
        }
    }

    /// Deletes a key; from then on it is refused, and so are the tokens that it brought.
    /// - Throws: `IdentityError` `notAllowed`, `notFound`, `busy`; `StoreError`.
    public func deleteAPIKey(_ id: String, by actor: Principal) async throws {
        try actor.require(.admin)
        try await administration.pass {
            try await store.write { context -> Result<Void, IdentityError> in
                guard try APIKeyRecord.withID(id, context.database) != nil else {
                    return .failure(.notFound("API key"))
                }
                try context.deleteAPIKey(withID: id)
                try context.audit(actor: actor.displayName, action: "key.delete", object: id)
                return .success(())
            }.get()
            keys.remove(id)
        }
    }

    private func summary(_ record: APIKeyRecord) -> APIKeySummary {
        APIKeySummary(record, lastUsedAt: keys.lastUse(of: record.keyID))
    }

    private func check(_ draft: APIKeyDraft) throws(IdentityError) {
        try Self.check(name: draft.name)
        switch (draft.role, draft.deviceID) {
        case (.device, nil):
            throw .invalidField("device_id", "A key with the role device needs the device_id that it speaks for.")
        case (.device, let deviceID?):
            guard DeviceID(deviceID) != nil else {
                throw .invalidField("device_id", "A device_id has 1 to 50 of the characters A-Z a-z 0-9 . _ and -.")
            }
        case (_, .some):
            throw .invalidField("device_id", "Only a key with the role device has a device_id.")
        case (_, nil): break
        }
        if let expiresAt = draft.expiresAt, expiresAt <= clock.now() {
            throw .invalidField("expires_at", "The key would have expired already; give a time in the future.")
        }
    }

    private static func check(name: String) throws(IdentityError) {
        guard (1...100).contains(name.unicodeScalars.count), name.utf8.count <= 400,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .invalidField("name", "A key has a name of 1 to 100 characters that says what it is for.") }
    }
}
