import Domain
import Store
import Testing

@testable import Identity

@Suite("SSH keys of devices")
struct DeviceKeyTests {
    private static func line(_ number: UInt8) -> String {
        let name = Array("ssh-ed25519".utf8)
        let blob = [0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32] + [UInt8](repeating: number, count: 32)
        return "ssh-ed25519 " + Base64.standard.encode(blob) + " cam"
    }

    private func site() async throws -> TestSite {
        let site = try await TestSite()
        _ = try await site.store.write { context in
            try context.register(EdgeDevice(deviceID: "gate-1", createdAt: context.now, updatedAt: context.now))
        }
        return site
    }

    @Test("a device logs in with its keys and no others; a disabled one with none")
    func login() async throws {
        let site = try await site()
        let identity = site.identity
        let key = try await identity.addDeviceKey(Self.line(1), to: "gate-1", by: .console)
        #expect(try await identity.device("gate-1", hasPublicKey: key.blob))
        #expect(try await !identity.device("gate-2", hasPublicKey: key.blob))
        #expect(try await !identity.device("gate-1", hasPublicKey: key.blob + [0]))
        #expect(try await !identity.device("gate-1", hasPublicKey: []))
        #expect(try await identity.listDeviceKeys(of: "gate-1").first?.lastUsedAt == site.time.wall.now())
        try await identity.upkeep()
        #expect(
            try await site.store.read { try DeviceKeyRecord.all(of: "gate-1", $0) }.first?.lastUsedAt
                == site.time.wall.now())
        identity.deviceStatusChanged("gate-1", to: .disabled)
        #expect(try await !identity.device("gate-1", hasPublicKey: key.blob))
        identity.deviceStatusChanged("gate-1", to: .active)
        try await identity.deleteDeviceKey(key.fingerprint, of: "gate-1", by: .console)
        #expect(try await !identity.device("gate-1", hasPublicKey: key.blob))
        #expect(
            await code { try await identity.deleteDeviceKey(key.fingerprint, of: "gate-1", by: .console) } == .notFound)
        #expect(try await site.audit().prefix(2).map(\.action) == ["device_key.delete", "device_key.create"])
    }

    @Test("there are at most 16 of a device, each once, for devices that are known, by administrators")
    func bounds() async throws {
        let site = try await site()
        let identity = site.identity
        for number in 0..<UInt8(Identity.deviceKeyLimit) {
            _ = try await identity.addDeviceKey(Self.line(number), to: "gate-1", by: .console)
        }
        #expect(
            await code { try await identity.addDeviceKey(Self.line(3), to: "gate-1", by: .console) } == .alreadyExists)
        #expect(
            await code { try await identity.addDeviceKey(Self.line(99), to: "gate-1", by: .console) } == .limitReached)
        #expect(await code { try await identity.addDeviceKey(Self.line(1), to: "nobody", by: .console) } == .notFound)
        #expect(await code { try await identity.addDeviceKey("x", to: "gate-1", by: .console) } == .invalidField)
        let operatorUser = try await site.makeUser("op", .operator)
        #expect(
            await code { try await identity.addDeviceKey(Self.line(1), to: "gate-1", by: operatorUser) } == .notAllowed)
    }

    @Test("an API key is a password for its own device only, and failures lock the address")
    func password() async throws {
        let site = try await site()
        let identity = site.identity
        func key(_ role: Role, _ device: String?) async throws -> String {
            try await identity.createAPIKey(APIKeyDraft(name: "k", role: role, deviceID: device), by: .console).key
                .reveal()
        }
        let own = try await key(.device, "gate-1")
        #expect(identity.device("gate-1", hasKey: own))
        #expect(!identity.device("gate-2", hasKey: own) && !identity.device("gate-1", hasKey: own + "x"))
        #expect(
            !identity.device("gate-1", hasKey: "")
                && !identity.device("gate-1", hasKey: String(repeating: "l", count: 10_000)))
        let admin = try await key(.admin, nil)
        #expect(!identity.device("gate-1", hasKey: admin))

        var refusals = 0
        for number in 0..<60 {
            if (try? identity.beginDeviceLogin("gate-\(number)", address: "192.0.2.9")) == nil { refusals += 1 }
        }
        #expect(refusals > 0 && identity.refusal(ofAddress: "192.0.2.9") != nil)
        #expect(identity.refusal(ofAddress: "192.0.2.10") == nil)
        let attempt = try identity.beginDeviceLogin("gate-1", address: "192.0.2.10")
        identity.loginGuard.succeeded(attempt)
    }
}
