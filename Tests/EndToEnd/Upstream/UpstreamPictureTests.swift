import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Pictures on their way to the centre, with the real binary and a real PostgreSQL.
@Suite(.oneOfAFew, .enabled(if: PostgresServer.isInstalled), .timeLimit(.minutes(45))) struct UpstreamPictureTests {
    /// A centre that has let site `gate-1` in.
    private struct Centre: Sendable {
        let server: PostgresServer
        let settings: [String: String]

        init(isEncrypted: Bool = false, pictures: String) async throws {
            let server = try await blocking { try PostgresServer(isEncrypted: isEncrypted) }
            self.server = server
            let environment = ["PGPASSWORD": PostgresServer.superPassword]
            let url = "postgresql://postgres@127.0.0.1:\(server.port)/postgres"
            var output = ""
            for words in [["init"], ["add-site", "gate-1"]] {
                let result = try await Program.run(
                    [try Place.binary(), "upstream"] + words + ["--url", url], environment: environment)
                guard result.ending == .exited(0) else { throw TestFailure("\(words): \(result.errors)") }
                output += result.output
            }
            let line = output.split(separator: "\n").first { $0.hasPrefix("password: ") }
            let password = String(line?.dropFirst(10) ?? "")
            let parameters = isEncrypted ? "?sslmode=verify-full" : "?sslmode=disable"
            var settings = [
                "site.id": "gate-1", "upstream.pictures": pictures, "upstream.batch_interval": "100ms",
                "upstream.url": server.url(user: "lpr_gate-1", password: password, parameters: parameters),
            ]
            if isEncrypted { settings["upstream.sslrootcert"] = server.certificate }
            self.settings = settings
        }

        func ask(_ sql: String) async throws -> String {
            let server = server
            return try await blocking { try server.psql(sql) }
        }

        /// How many pictures of each kind are there.
        func kinds() async throws -> String {
            try await ask("SELECT kind, count(*) FROM lpr.event_pictures GROUP BY 1 ORDER BY 1")
        }

        func await(_ kinds: String) async throws {
            try await eventually("pictures \(kinds)", limit: .seconds(60)) {
                try await self.kinds() == kinds ? true : nil
            }
        }

        /// The server's process that takes pictures.
        func pictureProcess() async throws -> pid_t {
            try await eventually("connection for pictures") {
                pid_t(
                    try await ask(
                        "SELECT pid FROM pg_stat_activity WHERE application_name = 'lpr-appliance/gate-1/pictures'"))
            }
        }
    }

    private func send(_ id: String, _ picture: [UInt8]?, to appliance: Appliance) async throws {
        var event: JSONObject = ["event_id": .string(id), "license_plate": "1กก 1234", "confidence": 1]
        if let picture { event["image"] = .string(base64(picture)) }
        let answer = try await appliance.ask(
            .send("POST", "/api/lpr/events", .object(event), key: appliance.deviceKey))
        guard answer.status == 201 else { throw TestFailure("\(answer.status) \(answer.text)") }
    }

    private func state(_ appliance: Appliance) async throws -> JSONObject {
        try await appliance.ask(.get("/api/upstream", key: appliance.adminKey)).json
    }

    @Test func thumbnailsThenAll() async throws {
        let centre = try await Centre(pictures: "thumbnails")
        let appliance = try await Appliance.start(settings: centre.settings)
        let picture = try Picture.jpeg()
        for number in 0..<5 { try await send("e-\(number)", picture, to: appliance) }
        try await centre.await("thumbnail|5")
        #expect(await appliance.binary.stop() == .exited(0))

        try await appliance.startAgain(["upstream.pictures": "all"])
        try await send("whole", picture, to: appliance)
        try await centre.await("picture|1\nthumbnail|6")
        // Earlier ones when somebody wants them.
        let answer = try await appliance.ask(
            .send("POST", "/api/upstream/resync", ["from": .null], key: appliance.adminKey))
        #expect(answer.status == 202, "\(answer.text)")
        try await centre.await("picture|6\nthumbnail|6")
        let same = try await centre.ask(
            "SELECT count(*) FROM lpr.event_pictures WHERE kind = 'picture' AND bytes = \(picture.count) AND sha256(content) = sha256 AND media_type = 'image/jpeg'"
        )
        #expect(same == "6")
        try await eventually("a rest") {
            try await state(appliance)["pictures_waiting"]?.integerValue == 0 ? true : nil
        }
        #expect(try await state(appliance)["pictures_error"] == .null)
        // Told to the centre.
        try await eventually("a report", limit: .seconds(120)) {
            try await centre.ask("SELECT pictures_waiting FROM lpr.sites") == "0" ? true : nil
        }
        let deleted = try await appliance.ask(
            Request(method: "DELETE", path: "/api/lpr/events/whole", headers: [("X-API-Key", appliance.adminKey)]))
        #expect(deleted.status == 204 || deleted.status == 200, "\(deleted.text)")
        try await centre.await("picture|5\nthumbnail|5")
    }

    @Test func aPictureThatComesLaterAndIsEncryptedOnTheBox() async throws {
        let centre = try await Centre(isEncrypted: true, pictures: "all")
        let appliance = try await Appliance.start(
            settings: centre.settings.merging(["media.encryption": "true"]) { $1 })
        let camera = try await FileCamera(appliance)
        #expect(try await camera.announce("late", path: "/in/late.jpg").status == 201)
        try await eventually("the event") {
            try await centre.ask("SELECT count(*) FROM lpr.lpr_events") == "1" ? true : nil
        }
        try await eventually("a rest") {
            try await state(appliance)["pictures_waiting"]?.integerValue == 0 ? true : nil
        }
        let file = try camera.picture("late.jpg", comment: 5_000)
        #expect(try await camera.sftp("-mkdir /in", "put \(file) /in/late.jpg").ending == .exited(0))
        try await centre.await("picture|1\nthumbnail|1")
        let size = contents(of: file)?.count ?? 0
        #expect(try await centre.ask("SELECT bytes FROM lpr.event_pictures WHERE kind = 'picture'") == "\(size)")
        #expect(await appliance.binary.stop() == .exited(0))

        // Without encryption on the way they stay.
        let url = (centre.settings["upstream.url"] ?? "").replacing("verify-full", with: "disable")
        try await appliance.startAgain(["upstream.url": url])
        try await send("clear", try Picture.jpeg(), to: appliance)
        try await eventually("word of it") {
            try await state(appliance)["pictures_error"]?.stringValue?.contains("sslmode=verify-full") == true
                ? true : nil
        }
        try await eventually("the event") {
            try await centre.ask("SELECT count(*) FROM lpr.lpr_events") == "2" ? true : nil
        }
        #expect(try await centre.kinds() == "picture|1\nthumbnail|1")
    }

    /// The server's process for pictures stands still: events go on. Then the power goes.
    @Test func aStandingLineDelaysNoEventsAndARestartLosesNoPictures() async throws {
        let centre = try await Centre(pictures: "all")
        let appliance = try await Appliance.start(settings: centre.settings)
        let process = try await centre.pictureProcess()
        #expect(kill(process, SIGSTOP) == 0)
        defer { kill(process, SIGCONT) }
        let large = try Picture.jpeg(withCommentOf: 1_000_000)
        for number in 0..<6 { try await send("e-\(number)", large, to: appliance) }
        for number in 6..<20 {
            try await send("e-\(number)", nil, to: appliance)
            // Who waits for the standing line waits five minutes.
            try await eventually("event \(number)") {
                try await centre.ask("SELECT count(*) FROM lpr.lpr_events WHERE event_id = 'e-\(number)'") == "1"
                    ? true : nil
            }
        }
        #expect(try await centre.kinds() == "")
        await appliance.binary.kill()
        try await appliance.startAgain()
        try await eventually("the first pictures") { try await centre.kinds().isEmpty ? nil : true }
        await appliance.binary.kill()
        try await appliance.startAgain()
        kill(process, SIGCONT)
        try await centre.await("picture|6\nthumbnail|6")
        #expect(
            try await centre.ask(
                "SELECT count(*) FROM lpr.event_pictures WHERE kind = 'picture' AND bytes = \(large.count) AND sha256(content) = sha256"
            ) == "6")
        #expect(await appliance.binary.stop() == .exited(0))
    }
}
