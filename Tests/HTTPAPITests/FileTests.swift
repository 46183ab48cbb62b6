import Domain
import Gateway
import HTTPTypes
import Store
import Testing

@testable import HTTPAPI
@testable import Identity

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files that devices sent whole, and the keys by which they log in.
@Suite struct FileTests {
    private func send(_ path: String, _ bytes: [UInt8], from device: String = "gate-1", _ site: TestSite) async throws {
        let place = site.directory + "/incoming-\(UInt64.random(in: 0 ... .max))"
        let descriptor = open(place, O_RDWR | O_CREAT | O_EXCL, 0o640)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        #expect(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
        let id = try #require(DeviceID(device))
        let sender = Sender(
            protocol: .sftp, address: "192.0.2.7", device: id, isFromTrustedNetwork: false, receivedAt: TestSite.start,
            startedAt: ContinuousClock().now, byteCount: bytes.count)
        _ = await site.services.intake.take(
            [
                ArrivedFile(
                    device: id, path: path, descriptor: descriptor, size: Int64(bytes.count),
                    modifiedAt: TestSite.start)
            ], from: sender)
    }

    @Test func unclaimedFilesAreListedShownAndDeleted() async throws {
        let site = try await TestSite()
        try await send("a/1.png", SamplePicture.png, site)
        try await send("b/2.jpg", SamplePicture.jpeg, from: "gate-2", site)
        try await send("test.txt", [1], site)
        let all = try await site.send(.get, "/api/files?state=unclaimed", as: .viewer)
        #expect(all.string("files.0.path") == "b/2.jpg" && all.string("files.1.path") == "a/1.png")
        #expect(all.integer("unclaimed.count") == 2 && all.value("next")?.isNull == true)
        let first = try await site.send(.get, "/api/files?state=unclaimed&limit=1", as: .viewer)
        let cursor = try #require(first.string("next"))
        let second = try await site.send(.get, "/api/files?state=unclaimed&limit=1&cursor=\(cursor)", as: .viewer)
        #expect(second.string("files.0.path") == "a/1.png" && second.value("next")?.isNull == true)
        let own = try await site.send(.get, "/api/files?device=gate-1&state=noted", as: .viewer)
        #expect(own.string("files.0.path") == "test.txt" && own.string("files.0.kind") == "other")
        let image = try await site.send(.get, try #require(second.string("files.0.image_url")), as: .viewer)
        #expect(image.status == 200 && image.bytes == SamplePicture.png)

        let id = try #require(second.integer("files.0.file_id"))
        #expect(try await site.send(.delete, "/api/files/\(id)", as: .viewer).status == 403)
        #expect(try await site.send(.delete, "/api/files/\(id)", as: .operator).status == 204)
        #expect(try await site.send(.delete, "/api/files/\(id)", as: .operator).status == 404)
        #expect(try await site.send(.get, "/api/files/\(id)/image", as: .viewer).status == 404)
        #expect(try await site.send(.get, "/api/files", as: .viewer).integer("unclaimed.count") == 1)
    }

    @Test(arguments: ["state=x", "cursor=x", "limit=0", "limit=501"])
    func wrongParametersAreNamed(query: String) async throws {
        let site = try await TestSite()
        let answer = try await site.send(.get, "/api/files?\(query)", as: .viewer)
        #expect(answer.status == 422 && answer.fieldsInError == [String(query.prefix { $0 != "=" })])
    }

    @Test func keysOfADeviceAreAddedListedAndRemoved() async throws {
        let site = try await TestSite()
        _ = try await site.send(.post, "/api/devices", as: .admin, #"{"device_id":"cam-1"}"#)
        let path = "/api/devices/cam-1/ssh-keys"
        let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP" + String(repeating: "/", count: 41) + "8 roof"
        let made = try await site.send(.post, path, as: .admin, #"{"public_key":"\#(line)"}"#)
        #expect(made.status == 201 && made.string("comment") == "roof", "\(made.text)")
        let fingerprint = try #require(made.string("fingerprint"))
        #expect(try await site.send(.post, path, as: .admin, #"{"public_key":"\#(line)"}"#).status == 409)
        #expect(try await site.send(.get, path, as: .admin).string("ssh_keys.0.fingerprint") == fingerprint)
        let bad = try await site.send(.post, path, as: .admin, #"{"public_key":"ssh-dss AAAA"}"#)
        #expect(bad.status == 422 && bad.fieldsInError == ["public_key"])
        #expect(try await site.send(.get, "/api/devices/none/ssh-keys", as: .admin).status == 404)
        let escaped = fingerprint.replacing("/", with: "%2F").replacing("+", with: "%2B")
        #expect(try await site.send(.delete, "\(path)/\(escaped)", as: .admin).status == 204)
        #expect(try await site.send(.delete, "\(path)/\(escaped)", as: .admin).status == 404)
    }
}
