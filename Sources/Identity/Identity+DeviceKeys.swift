import Domain
public import Store

/// SSH public keys of devices, and what an SSH server asks.
extension Identity {
    /// Keys of one device.
    public static let deviceKeyLimit = 16

    /// The SSH keys of a device, oldest first; none for a device that nobody knows.
    /// - Throws: `StoreError`.
    public func listDeviceKeys(of deviceID: String) async throws -> [DeviceKeyRecord] {
        try await store.read { try DeviceKeyRecord.all(of: deviceID, $0) }.map { key in
            var key = key
            key.lastUsedAt = [key.lastUsedAt, deviceKeyUses.lastUse(deviceID, key.fingerprint)].compactMap { $0 }.max()
            return key
        }
    }

    /// Lets a device log in with a key.
    /// - Parameters:
    ///   - line: as it stands in a `.pub` file.
    ///   - comment: takes the place of the one in the line.
    /// - Throws: `IdentityError` `notAllowed`, `invalidField`, `notFound`, `alreadyExists`, `limitReached`; `StoreError`.
    public func addDeviceKey(
        _ line: String, comment: String? = nil, to deviceID: String, by actor: Principal
    ) async throws -> DeviceKeyRecord {
        try actor.require(.admin)
        let key: SSHPublicKey
        do throws(SSHPublicKey.Problem) {
            key = try SSHPublicKey(line: line)
        } catch {
            throw IdentityError.invalidField("public_key", "The text \(error.description).")
        }
        let comment = comment.map { String($0.prefix(SSHPublicKey.commentLimit)) } ?? key.comment
        return try await store.write { context -> Result<DeviceKeyRecord, IdentityError> in
            guard try EdgeDevice.fetch(deviceID: deviceID, context.database) != nil else {
                return .failure(.notFound("device"))
            }
            let known = try DeviceKeyRecord.all(of: deviceID, context.database)
            guard !known.contains(where: { $0.blob == key.blob }) else {
                return .failure(IdentityError(.alreadyExists, "The device has this key already."))
            }
            guard known.count < Self.deviceKeyLimit else {
                return .failure(
                    IdentityError(
                        .limitReached, "A device has at most \(Self.deviceKeyLimit) SSH keys; remove an old one first.")
                )
            }
            let record = DeviceKeyRecord(
                deviceID: deviceID, fingerprint: key.fingerprint, type: key.type, blob: key.blob, comment: comment,
                createdBy: actor.displayName, createdAt: context.now)
            try context.insert(record)
            try context.audit(
                actor: actor.displayName, action: "device_key.create", object: deviceID,
                detail: ["fingerprint": .string(key.fingerprint), "comment": .string(comment)])
            return .success(record)
        }.get()
    }

    /// Takes a key from a device; what is connected with it stays connected.
    /// - Throws: `IdentityError` `notAllowed`, `notFound`; `StoreError`.
    public func deleteDeviceKey(_ fingerprint: String, of deviceID: String, by actor: Principal) async throws {
        try actor.require(.admin)
        try await store.write { context -> Result<Void, IdentityError> in
            guard try context.deleteDeviceKey(deviceID: deviceID, fingerprint: fingerprint) else {
                return .failure(.notFound("key of this device"))
            }
            try context.audit(
                actor: actor.displayName, action: "device_key.delete", object: deviceID,
                detail: ["fingerprint": .string(fingerprint)])
            return .success(())
        }.get()
    }

    /// Whether the device is enabled and may log in with this public key. That it holds the private one, the SSH server
    /// has to see for itself.
    /// - Parameter blob: in wire format.
    /// - Throws: `StoreError`.
    public func device(_ id: String, hasPublicKey blob: [UInt8]) async throws -> Bool {
        guard blob.count <= SSHPublicKey.lineLimit, !isDeviceDisabled(id) else { return false }
        guard let key = try await store.read({ try DeviceKeyRecord.fetch(deviceID: id, blob: blob, $0) }) else {
            return false
        }
        deviceKeyUses.note(id, key.fingerprint, at: clock.now())
        return true
    }

    /// Whether this API key, given as password, is one of that device, which is enabled. Takes the same time wherever a
    /// wrong key differs.
    public func device(_ id: String, hasKey text: String) -> Bool {
        guard text.utf8.count <= 200, let principal = try? authenticate(apiKey: text) else { return false }
        return principal.role == .device && principal.deviceID == id
    }

    /// Whether somebody at this address may try to log in as that device now. Counts as a failure at once; to be ended by
    /// `loginGuard.succeeded` or `withdrawn`.
    /// - Throws: `IdentityError` `tooManyAttempts`.
    public func beginDeviceLogin(_ id: String, address: String) throws(IdentityError) -> LoginGuard.Attempt {
        // What cannot be a device shares one record, so that nobody fills the guard's memory with long names. A device
        // and a person of the same name do not lock each other out.
        let account = DeviceID(id) == nil ? "device:" : "device:" + id
        switch loginGuard.attempt(account: account, address: AddressGroup(address)) {
        case .refused(let retryAfter): throw .tooManyAttempts(retryAfter: retryAfter)
        case .allowed(let attempt): return attempt
        }
    }

    /// How long this address is still refused; nil when it is not. Counts nothing: an SSH server asks before it greets.
    public func refusal(ofAddress address: String) -> Duration? {
        loginGuard.lockedFor(address: AddressGroup(address))
    }
}
