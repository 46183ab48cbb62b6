import Domain
import Store
import Testing

@testable import Identity

@Suite struct APIKeyTests {
    @Test func aKeyOpensWhatItIsFor() async throws {
        let site = try await TestSite()
        let made = try await site.identity.createAPIKey(
            APIKeyDraft(name: "camera", role: .device, deviceID: "gate-1"),
            by: .console
        )
        let text = made.key.reveal()
        #expect(text.hasPrefix("lpr_" + made.summary.id + "_"))
        let principal = try site.identity.authenticate(apiKey: text)
        #expect(principal.role == .device && principal.deviceID == "gate-1")
        #expect(principal.maySendEvents(of: "gate-1") && !principal.maySendEvents(of: "gate-2"))
        #expect(!principal.allows(.viewer))
        #expect(try await site.identity.authenticate(bearer: text) == principal)
        // And after a restart.
        #expect(try await site.restarted().authenticate(apiKey: text) == principal)
    }

    @Test func onlyTheDigestIsStored() async throws {
        let site = try await TestSite()
        let made = try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .metrics), by: .console)
        let record = try await site.store.read { try APIKeyRecord.withID(made.summary.id, $0) }
        let secret = try #require(made.key.reveal().split(separator: "_").last)
        #expect(record?.secretHash == SecretDigest(of: secret).bytes)
    }

    @Test func disabledExpiredAndDeletedAreRefusedAtOnce() async throws {
        let site = try await TestSite()
        let made = try await site.identity.createAPIKey(
            APIKeyDraft(name: "x", role: .viewer, expiresAt: site.time.now + .seconds(60)),
            by: .console
        )
        let text = made.key.reveal()
        let id = made.summary.id
        _ = try await site.identity.updateAPIKey(id, APIKeyChange(isDisabled: true), by: .console)
        #expect(await code { try site.identity.authenticate(apiKey: text) } == .disabled)
        _ = try await site.identity.updateAPIKey(id, APIKeyChange(isDisabled: false), by: .console)
        _ = try site.identity.authenticate(apiKey: text)
        site.time.advance(.seconds(60))
        #expect(await code { try site.identity.authenticate(apiKey: text) } == .expired)
        _ = try await site.identity.updateAPIKey(id, APIKeyChange(expiresAt: .some(nil)), by: .console)
        _ = try site.identity.authenticate(apiKey: text)
        try await site.identity.deleteAPIKey(id, by: .console)
        #expect(await code { try site.identity.authenticate(apiKey: text) } == .invalidCredentials)
        #expect(await code { try await site.identity.deleteAPIKey(id, by: .console) } == .notFound)
    }

    @Test func keysOfADisabledDeviceAreRefused() async throws {
        let site = try await TestSite()
        let text = try await site.identity.createAPIKey(
            APIKeyDraft(name: "camera", role: .device, deviceID: "gate-1"),
            by: .console
        ).key.reveal()
        let other = try await site.identity.createAPIKey(
            APIKeyDraft(name: "camera", role: .device, deviceID: "gate-2"),
            by: .console
        ).key.reveal()
        site.identity.deviceStatusChanged("gate-1", to: .disabled)
        #expect(await code { try site.identity.authenticate(apiKey: text) } == .disabled)
        #expect(site.identity.isDeviceDisabled("gate-1"))
        _ = try site.identity.authenticate(apiKey: other)
        site.identity.deviceStatusChanged("gate-1", to: .active)
        _ = try site.identity.authenticate(apiKey: text)
    }

    @Test func aDeviceDisabledBeforeTheStartIsRefused() async throws {
        let site = try await TestSite()
        let now = site.time.now
        let text = try await site.identity.createAPIKey(
            APIKeyDraft(name: "camera", role: .device, deviceID: "gate-1"),
            by: .console
        ) { context in
            _ = try context.register(
                EdgeDevice(deviceID: "gate-1", status: .disabled, createdAt: now, updatedAt: now)
            )
        }.key.reveal()
        let next = try await site.restarted()
        #expect(await code { try next.authenticate(apiKey: text) } == .disabled)
    }

    @Test func whatIsWrittenAlongsideStandsOrFallsWithTheKey() async throws {
        struct Refusal: Error {}
        let site = try await TestSite()
        await #expect(throws: Refusal.self) {
            try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .viewer), by: .console) { _ in
                throw Refusal()
            }
        }
        #expect(try await site.identity.listAPIKeys().isEmpty)
    }

    @Test(arguments: [
        (APIKeyDraft(name: "x", role: .device), "device_id"),
        (APIKeyDraft(name: "x", role: .device, deviceID: "../x"), "device_id"),
        (APIKeyDraft(name: "x", role: .viewer, deviceID: "gate-1"), "device_id"),
        (APIKeyDraft(name: "", role: .viewer), "name"),
        (APIKeyDraft(name: String(repeating: "x", count: 101), role: .viewer), "name"),
        (APIKeyDraft(name: "a\nb", role: .viewer), "name"),
        (APIKeyDraft(name: "x", role: .viewer, expiresAt: Instant(seconds: 1)), "expires_at"),
    ])
    func wrongDraftNamesTheField(_ draft: APIKeyDraft, field: String) async throws {
        let site = try await TestSite()
        let error = await #expect(throws: IdentityError.self) {
            try await site.identity.createAPIKey(draft, by: .console)
        }
        #expect(error?.field == field)
    }

    @Test func useIsSeenAtOnceAndWrittenInBatches() async throws {
        let site = try await TestSite()
        let made = try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .viewer), by: .console)
        let id = made.summary.id
        #expect(made.summary.lastUsedAt == nil)
        _ = try site.identity.authenticate(apiKey: made.key.reveal())
        #expect(try await site.identity.listAPIKeys().first?.lastUsedAt == site.time.now)
        #expect(try await site.store.read { try APIKeyRecord.withID(id, $0) }?.lastUsedAt == nil)
        try await site.identity.upkeep()
        #expect(try await site.store.read { try APIKeyRecord.withID(id, $0) }?.lastUsedAt == site.time.now)
        #expect(site.identity.keys.unwrittenUses().isEmpty)
        // A change of the key does not forget the use.
        _ = try await site.identity.updateAPIKey(id, APIKeyChange(name: "y"), by: .console)
        #expect(try await site.identity.listAPIKeys().first?.lastUsedAt == site.time.now)
    }

    @Test func limitOfKeysHolds() async throws {
        let site = try await TestSite { $0.keyLimit = 1 }
        _ = try await site.identity.createAPIKey(APIKeyDraft(name: "x", role: .viewer), by: .console)
        let refused = await code {
            try await site.identity.createAPIKey(APIKeyDraft(name: "y", role: .viewer), by: .console)
        }
        #expect(refused == .limitReached)
    }
}
