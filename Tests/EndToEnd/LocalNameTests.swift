import Domain
import Testing

/// The page under a name that the site's network gives the box, such as mDNS does: no name has to be set up first.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct LocalNameTests {
    @Test func pageLoginAndLiveConnection() async throws {
        let appliance = try await Appliance.start()
        let port = appliance.binary.port
        let name = "gate-1.local:\(port)"
        func asked(_ request: Request, from origin: String? = nil) async throws -> Answer {
            var request = request
            request.host = name
            if let origin { request.headers.append(("Origin", origin)) }
            return try await appliance.ask(request)
        }
        #expect(try await asked(.get("/")).status == 200)
        _ = try await appliance.binary.answer(
            "user", "add", "somchai", "--role", "admin", input: "a long enough sentence\n")
        let login = try await asked(
            .send("POST", "/api/auth/login", ["username": "somchai", "password": "a long enough sentence"]),
            from: "http://\(name)")
        #expect(login.status == 200, "\(login.text)")
        let cookie = try #require(login.headers["set-cookie"]?.split(separator: ";").first.map(String.init))
        var change = Request.send("POST", "/api/devices", ["device_id": "gate-2"])
        change.headers.append(("Cookie", cookie))
        #expect(try await asked(change, from: "http://other.local:\(port)").status == 403)
        #expect(try await asked(change, from: "http://\(name)").status == 201)

        var upgrade = Request.get("/ws")
        upgrade.headers = [
            ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Cookie", cookie),
        ]
        #expect(try await asked(upgrade, from: "http://other.local:\(port)").status == 403)
        #expect(try await asked(upgrade, from: "http://\(name)").status == 101)
    }
}
