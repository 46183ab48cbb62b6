import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Pictures that are encrypted on disk, with the real binary and its commands.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct SealedPictureTests {
    private static let magic: [UInt8] = [0x89, 0x4C, 0x50, 0x52, 0x53]

    /// Sends an event with a picture and gives the path of its file.
    private func send(_ id: String, _ picture: [UInt8], to appliance: Appliance) async throws -> String {
        let answer = try await appliance.ask(
            .send(
                "POST", "/api/lpr/events",
                [
                    "event_id": .string(id), "license_plate": "1กก 1234", "image": .string(base64(picture)),
                    "metadata": .object(["bbox": .array([.integer(0), .integer(0), .integer(1), .integer(1)])]),
                ], key: appliance.deviceKey))
        #expect(answer.status == 201)
        let path = try #require(answer["image_path"]?.stringValue)
        return "\(appliance.binary.data)/images/\(path)"
    }

    private func ask(_ id: String, _ what: String, _ appliance: Appliance) async throws -> Answer {
        try await appliance.ask(.get("/api/lpr/events/\(id)/\(what)", key: appliance.adminKey))
    }

    @Test func theyAreReadAsLongAsTheirKeysAreThere() async throws {
        let picture = try Picture.jpeg()
        let appliance = try await Appliance.start(settings: ["media.encryption": "true"])
        let first = try await send("first", picture, to: appliance)
        #expect(contents(of: first)?.starts(with: Self.magic) == true)
        #expect(try await ask("first", "image", appliance).body == picture)
        for what in ["thumbnail", "plate-image"] {
            #expect(try await ask("first", what, appliance).body.starts(with: [0xFF, 0xD8]), "\(what)")
        }
        let before = try await appliance.binary.answer("key-ring", "list")
        let added = try await appliance.binary.answer("key-ring", "rotate")
        let list = try await appliance.binary.command("key-ring", "list").output
        let lines = list.split(separator: "\n").map(String.init)
        #expect(before.hasSuffix("encrypts") && added.hasSuffix("encrypts") && lines.last == added)
        #expect(lines.count == 2 && before.hasPrefix(lines[0]))
        let second = try await send("second", picture, to: appliance)
        #expect(contents(of: second)?.starts(with: Self.magic) == true)

        // Switched off after a power cut: what was stored stays readable.
        await appliance.binary.kill()
        try await appliance.startAgain(["media.encryption": "false"])
        for id in ["first", "second"] { #expect(try await ask(id, "image", appliance).body == picture, "\(id)") }
        let third = try await send("third", picture, to: appliance)
        #expect(contents(of: third) == picture)
        #expect(await appliance.binary.stop() == .exited(0))

        // Without its keys it goes on, and says what is wrong.
        let keys = "\(appliance.binary.data)/keys/media.keys"
        #expect(rename(keys, "\(appliance.directory)/media.keys") == 0)
        try await appliance.startAgain()
        #expect(try await ask("first", "image", appliance).status == 503)
        #expect(try await ask("third", "image", appliance).body == picture)
        _ = try await send("fourth", picture, to: appliance)
        #expect(try await ask("fourth", "image", appliance).body == picture)
        let health = try await appliance.ask(.get("/api/health", key: appliance.adminKey))
        let media = health["components"]?.objectValue?["media"]?.objectValue
        #expect(media?["state"]?.stringValue == "degraded")
        #expect(media?["last_error"]?.stringValue?.contains("media.keys") == true)
        #expect(await appliance.binary.stop() == .exited(0))
        #expect(rename("\(appliance.directory)/media.keys", keys) == 0)
        try await appliance.startAgain()
        #expect(try await ask("first", "image", appliance).body == picture)
    }
}
