import Domain
import TestSupport
import Testing

/// From an empty directory to the first event with its picture, the way a newcomer goes.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct FirstStartTests {
    private let folder: ScratchFolder
    private let binary: RunningBinary

    init() async throws {
        folder = try ScratchFolder()
        binary = try await RunningBinary.start(data: folder.path + "/data")
    }

    /// A request of the page: with the cookie, and from its own origin.
    private func page(_ method: String, _ path: String, _ body: JSONValue, cookie: String? = nil) -> Request {
        var request = Request.send(method, path, body)
        request.headers.append(("Origin", "http://127.0.0.1"))
        if let cookie { request.headers.append(("Cookie", cookie)) }
        return request
    }

    private func cookie(of answer: Answer) throws -> String {
        try #require(answer.headers["set-cookie"]?.split(separator: ";").first.map(String.init))
    }

    private func setUp() async throws -> String {
        let answer = try await binary.ask(
            page(
                "POST", "/api/auth/setup",
                [
                    "setup_code": .string(try await binary.setupCode()), "username": "somchai",
                    "password": "a long enough sentence",
                ]))
        try #require(answer.status == 201, "\(answer.text)")
        return try cookie(of: answer)
    }

    private func addDevice(cookie: String) async throws -> String {
        let answer = try await binary.ask(page("POST", "/api/devices", ["device_id": "gate-1"], cookie: cookie))
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(answer["api_key"]?.stringValue)
    }

    /// `curl` as the documentation shows it: prints the body, then the status in a line of its own.
    private func curl(_ arguments: String...) async throws -> (status: Int, body: JSONObject) {
        let result = try await Program.run(
            ["curl", "--silent", "--show-error", "--max-time", "60", "--write-out", "\n%{http_code}"] + arguments)
        try #require(result.ending == .exited(0), "\(result.errors)")
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        let status = try #require(lines.last.flatMap { Int($0) })
        return (status, (try? JSONParser.parse(lines.dropLast().joined(separator: "\n")))?.objectValue ?? [:])
    }

    @Test func pageIsServed() async throws {
        let page = try await binary.ask(.get("/"))
        #expect(page.status == 200)
        #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
        #expect(page.headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
        #expect(page.text.contains("<div id=\"app\">"))
        for path in page.text.split(separator: "\"").map(String.init) where path.hasPrefix("/assets/") {
            let asset = try await binary.ask(.get(path))
            #expect(asset.status == 200 && !asset.body.isEmpty, "\(path)")
        }
        let me = try await binary.ask(.get("/api/auth/me"))
        #expect(me["setup_required"]?.boolValue == true)
    }

    @Test func setupCodeMakesOneAdministrator() async throws {
        let code = try await binary.setupCode()
        let account: JSONValue = [
            "setup_code": .string(code), "username": "somchai", "password": "a long enough sentence",
        ]
        let wrong = try await binary.ask(
            page(
                "POST", "/api/auth/setup",
                ["setup_code": "0000-0000-0000-0000", "username": "x", "password": "a long enough sentence"]))
        #expect(wrong.status == 403)
        let made = try await binary.ask(page("POST", "/api/auth/setup", account))
        #expect(made.status == 201)
        #expect(made["role"]?.stringValue == "admin")
        let again = try await binary.ask(page("POST", "/api/auth/setup", account))
        #expect(again.status == 409)

        let refused = try await binary.command("setup-code")
        #expect(refused.ending == .exited(64))
        #expect(!refused.errors.isEmpty)

        let bad = try await binary.ask(
            page("POST", "/api/auth/login", ["username": "somchai", "password": "not this one"]))
        #expect(bad.status == 401)
        let login = try await binary.ask(
            page("POST", "/api/auth/login", ["username": "somchai", "password": "a long enough sentence"]))
        #expect(login.status == 200)
        let attributes = try #require(login.headers["set-cookie"])
        #expect(attributes.contains("HttpOnly") && attributes.contains("SameSite=Strict"))
        let cookie = try cookie(of: login)
        var me = Request.get("/api/auth/me")
        me.headers.append(("Cookie", cookie))
        #expect(try await binary.ask(me)["username"]?.stringValue == "somchai")

        // A page of somebody else cannot use the cookie.
        var foreign = Request.send("POST", "/api/devices", ["device_id": "gate-9"])
        foreign.headers += [("Cookie", cookie), ("Origin", "http://evil.example")]
        #expect(try await binary.ask(foreign).status == 403)
        #expect(!binary.process.errors.text.contains("a long enough sentence"))
        #expect(!binary.process.errors.text.contains(code))
    }

    /// What is written elsewhere than to a terminal, such as into the journal, stays there for others to read.
    @Test func noCodeStandsInALog() async throws {
        let hint = try await binary.process.output.line(after: "There is no account yet. ")
        #expect(hint == "What prints a set-up code: lpr-appliance setup-code")
        // Groups of four letters and digits, as codes have them.
        for text in [binary.process.output.text, binary.process.errors.text] {
            #expect(!text.contains(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/), "\(text)")
        }
    }

    @Test func theTerminalShowsTheCode() async throws {
        let command = "exec '\(try Place.binary())' serve --data '\(folder.path)/other' --listen 127.0.0.1:0"
        // `script` is a terminal for the program that it starts.
        let terminal = try ChildProcess(
            ["script", "--quiet", "--return", "--command", command + " --set ssh.listen=127.0.0.1:0", "/dev/null"],
            directory: "/tmp")
        let code = try await terminal.output.line(after: "Set-up code, valid once and for 30 minutes: ")
        #expect(code.contains(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/), "\(code)")
        // Ctrl-C.
        terminal.write([3])
        let ending = await terminal.ending()
        #expect(ending == .exited(0), "\(terminal.output.text)")
    }

    @Test func setupCodeCanBeRenewed() async throws {
        let first = try await binary.setupCode()
        let second = try await binary.setupCode()
        #expect(first != second)
        func account(_ code: String) -> Request {
            page(
                "POST", "/api/auth/setup",
                ["setup_code": .string(code), "username": "somchai", "password": "a long enough sentence"])
        }
        #expect(try await binary.ask(account(first)).status == 403)
        #expect(try await binary.ask(account(second)).status == 201)
    }

    @Test func firstEventByCurl() async throws {
        let cookie = try await setUp()
        let key = try await addDevice(cookie: cookie)
        let address = binary.address + "/api/lpr/events"
        let event = #"{"event_id":"first-1","license_plate":"1กก 1234","province":"กรุงเทพมหานคร","confidence":0.93}"#
        func send(_ body: String) async throws -> (status: Int, body: JSONObject) {
            try await curl(
                "--header", "X-API-Key: \(key)", "--header", "Content-Type: application/json", "--data", body, address)
        }
        let created = try await send(event)
        #expect(created.status == 201)
        #expect(created.body["edge_device_id"]?.stringValue == "gate-1")
        #expect(created.body["province_code"]?.stringValue == "TH-10")
        let again = try await send(event)
        #expect(again.status == 200)
        #expect(again.body["event_id"]?.stringValue == "first-1")
        let other = try await send(event.replacing("1234", with: "9999"))
        #expect(other.status == 409)

        let file = folder.path + "/car.jpg"
        try writeFile(try Picture.jpeg(), to: file)
        let form = try await curl(
            "--header", "X-API-Key: \(key)",
            "--form", #"event={"event_id":"first-2","license_plate":"2ขข 5678"};type=application/json"#,
            "--form", "image=@\(file);type=image/jpeg", address)
        #expect(form.status == 201, "\(form.body)")
        let inside = try await binary.ask(
            .send(
                "POST", "/api/lpr/events",
                [
                    "event_id": "first-3", "license_plate": "3คค 9012", "image": .string(base64(try Picture.jpeg())),
                ], key: key))
        #expect(inside.status == 201, "\(inside.text)")

        try await expectEvents(["first-3", "first-2", "first-1"], cookie: cookie)
    }

    /// The page's list has these events, and the pictures of the last two.
    private func expectEvents(_ ids: [String], cookie: String) async throws {
        func look(_ path: String) async throws -> Answer {
            var request = Request.get(path)
            request.headers.append(("Cookie", cookie))
            return try await binary.ask(request)
        }
        let list = try await look("/api/lpr/events")
        let events = (list["events"]?.arrayValue ?? []).compactMap(\.objectValue)
        #expect(events.map { $0["event_id"]?.stringValue } == ids)
        let picture = try Picture.jpeg()
        for event in events.prefix(2) {
            let image = try await look(try #require(event["image_url"]?.stringValue))
            #expect(image.status == 200)
            #expect(image.body == picture)
            let thumbnail = try await look(try #require(event["thumbnail_url"]?.stringValue))
            #expect(thumbnail.status == 200)
            #expect(Picture.isWhole(thumbnail.body))
        }
        let first = try #require(events.last)
        #expect(first["image_url"]?.stringValue == nil)
        #expect(try await look("/api/lpr/events/first-1/image").status == 404)
        // Without a login, nothing is shown.
        #expect(try await binary.ask(.get("/api/lpr/events")).status == 401)
        #expect(try await binary.ask(.get("/api/lpr/events/first-2/image")).status == 401)
    }
}
