import Domain
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Clients that are slow, greedy or no clients at all. Afterwards the appliance still does its work.
@Suite(.oneOfAFew, .timeLimit(.minutes(45))) struct HostileClientTests {
    @Test func largeBodyByCurl() async throws {
        let appliance = try await Appliance.start()
        let file = appliance.directory + "/large"
        try writeFile([UInt8](repeating: 0x20, count: 20_000_000), to: file)
        let result = try await Program.run([
            "curl", "--silent", "--max-time", "60", "--header", "X-API-Key: \(appliance.deviceKey)", "--header",
            "Content-Type: application/json", "--data-binary", "@\(file)", "--output", "/dev/null", "--write-out",
            "%{http_code}", appliance.binary.address + "/api/lpr/events",
        ])
        #expect(result.output == "413", "\(result.errors)")
        #expect(try await appliance.isAlive())
    }

    /// How a body of 20 MB is announced.
    static let announcements = ["Content-Length: 20000000", "Transfer-Encoding: chunked"]

    @Test(arguments: announcements) func largeBodyEndsTheConnection(header: String) async throws {
        let appliance = try await Appliance.start()
        let (port, key) = (appliance.binary.port, appliance.deviceKey)
        let (answer, rest) = try await onOwnThread { () -> (Answer, [UInt8]) in
            let connection = try WireConnection(port: port)
            try connection.send("POST /api/lpr/events HTTP/1.1\r\nHost: a\r\nX-API-Key: \(key)\r\n\(header)\r\n\r\n")
            var piece = [UInt8](repeating: 0x20, count: 100_000)
            if header.contains("chunked") { piece = Array("186a0\r\n".utf8) + piece + Array("\r\n".utf8) }
            // Sends until it has an answer, and would go on.
            for _ in 0..<200 where !connection.hasSomething(within: 0) { try connection.send(piece) }
            var wire = HTTPWire(connection)
            let answer = try wire.answer()
            // The rest goes nowhere: the connection ends although its sender still wants to send.
            return (answer, try connection.receiveAll())
        }
        #expect(rest.isEmpty)
        #expect(answer.status == 413)
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(try await appliance.isAlive())
    }

    /// Heads that are larger than they may be.
    static let heads = [
        "X-Large: " + String(repeating: "a", count: 20_000) + "\r\n",
        (0..<20).map { "X-Header-\($0): " + String(repeating: "b", count: 1_000) + "\r\n" }.joined(),
        (0..<2_000).map { "X-\($0): c\r\n" }.joined(),
    ]

    @Test(arguments: heads.indices) func largeHead(number: Int) async throws {
        let appliance = try await Appliance.start()
        let port = appliance.binary.port
        let answer = try await onOwnThread { () -> [UInt8] in
            let connection = try WireConnection(port: port)
            try connection.send("GET /api/health HTTP/1.1\r\nHost: a\r\n" + Self.heads[number] + "\r\n")
            return try connection.receiveAll()
        }
        let status = String(decoding: answer.prefix(12), as: UTF8.self)
        #expect(["HTTP/1.1 431", "HTTP/1.1 400"].contains(status), "\(status)")
        #expect(try await appliance.isAlive())
    }

    @Test func largeTarget() async throws {
        let appliance = try await Appliance.start()
        let port = appliance.binary.port
        let answer = try await onOwnThread { () -> [UInt8] in
            let connection = try WireConnection(port: port)
            // The connection may be gone before all of it is sent.
            try? connection.send("GET /" + String(repeating: "a", count: 1 << 20) + " HTTP/1.1\r\nHost: a\r\n\r\n")
            return try connection.receiveAll()
        }
        #expect(!answer.starts(with: Array("HTTP/1.1 200".utf8)))
        #expect(try await appliance.isAlive())
    }

    /// The limit of open files that systemd gives a service, which may ask for more; and one that is all there is.
    @Test(arguments: ["ulimit -S -n 1024", "ulimit -n 1024"]) func manyConnections(limit: String) async throws {
        raiseDescriptorLimit()
        let appliance = try await Appliance.start(
            settings: ["http.max_connections": "1024", "http.body_timeout": "600s"],
            prefix: ["sh", "-c", limit + "; exec \"$@\"", "sh"])
        let port = appliance.binary.port
        let key = appliance.deviceKey
        let picture = try Picture.jpeg()
        let (served, waiting) = try await onOwnThread { () -> (Int, [WireConnection]) in
            var connections: [WireConnection] = []
            for _ in 0..<1_100 {
                let connection = try WireConnection(port: port)
                try connection.send(
                    Request.send("POST", "/api/lpr/events", ["confidence": 1], key: key).bytes)
                connections.append(connection)
            }
            // All that are let in are answered, whether or not the last ones have to wait.
            var served = 0
            for connection in connections.prefix(700) {
                var wire = HTTPWire(connection)
                if try wire.answer().status == 201 { served += 1 }
            }
            // Connections do not take what files need.
            for connection in connections.prefix(20) {
                var wire = HTTPWire(connection)
                let parts = [
                    (name: "event", type: "application/json", content: Array("{}".utf8)),
                    (name: "image", type: "image/jpeg", content: picture),
                ]
                let answer = try wire.exchange(.form("/api/lpr/events", parts, key: key))
                guard answer.status == 201 else { throw TestFailure("\(answer.status) \(answer.text)") }
            }
            return (served, connections)
        }
        #expect(served == 700)
        // Those that have waited take the place of those that go.
        let rest = Array(waiting.dropFirst(700))
        try await onOwnThread {
            for connection in waiting.prefix(700) { connection.finishSending() }
            for connection in rest {
                var wire = HTTPWire(connection)
                let answer = try wire.answer()
                guard answer.status == 201 else { throw TestFailure("\(answer.status) \(answer.text)") }
                connection.finishSending()
            }
        }
        #expect(try await appliance.isAlive())
        #expect(await appliance.binary.stop() == .exited(0))
    }

    @Test func garbage() async throws {
        let appliance = try await Appliance.start()
        let port = appliance.binary.port
        try await onOwnThread {
            var random = SeededGenerator(5)
            let sound = Request.send("POST", "/api/lpr/events", ["confidence": 1], key: "lpr_x_y").bytes
            for number in 0..<200 {
                let connection = try WireConnection(port: port)
                let bytes =
                    number % 2 == 0
                    ? (0..<Int.random(in: 1...2_000, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    : mutated(sound, using: &random)
                try? connection.send(bytes)
                connection.finishSending()
                let answer = try connection.receiveAll()
                let isStored = answer.starts(with: Array("HTTP/1.1 2".utf8))
                if isStored { throw TestFailure("answered as if it was stored: \(bytes)") }
            }
        }
        #expect(try await appliance.isAlive())
    }

    /// What a client sends before it closes its side, and what the answer may begin with.
    static let halves: [(text: String, answers: [String])] = [
        ("GET /api/health HTTP/1.1\r\nHost: a\r\n\r\n", ["HTTP/1.1 200", ""]), ("GET /api/hea", ["", "HTTP/1.1 400"]),
        (
            "POST /api/lpr/events HTTP/1.1\r\nHost: a\r\nX-API-Key: KEY\r\nContent-Length: 99\r\n\r\n{",
            ["", "HTTP/1.1 400"]
        ),
        ("", [""]),
    ]

    @Test(arguments: halves) func halfClosed(text: String, answers: [String]) async throws {
        let appliance = try await Appliance.start()
        let (port, key) = (appliance.binary.port, appliance.deviceKey)
        let answer = try await onOwnThread { () -> String in
            let connection = try WireConnection(port: port)
            try connection.send(text.replacing("KEY", with: key))
            connection.finishSending()
            return String(decoding: try connection.receiveAll().prefix(12), as: UTF8.self)
        }
        #expect(answers.contains(answer))
        let stored = try await appliance.ask(.get("/api/lpr/events", key: appliance.adminKey))
        #expect(stored["events"]?.arrayValue?.isEmpty == true)
        #expect(try await appliance.isAlive())
    }

    @Test func connectionsThatVanish() async throws {
        let appliance = try await Appliance.start()
        let (port, key) = (appliance.binary.port, appliance.deviceKey)
        let event = Request.send("POST", "/api/lpr/events", ["confidence": 1], key: key).bytes
        try await onOwnThread {
            for number in 0..<100 {
                let connection = try WireConnection(port: port)
                // Closed with a reset, at another byte each time.
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(
                    connection.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger))
                )
                try connection.send(Array(event.prefix(number * event.count / 100)))
            }
        }
        #expect(try await appliance.isAlive())
        #expect(await appliance.binary.stop() == .exited(0))
    }

    private func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur < 4_096 else { return }
        limit.rlim_cur = min(4_096, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// Clients that send a little now and then. They wait most of the time, so that they need no turn.
@Suite(.timeLimit(.minutes(45))) struct SlowClientTests {
    static let head = "POST /api/lpr/events HTTP/1.1\r\nHost: a\r\nX-API-Key: KEY\r\nContent-Length: 100000\r\n\r\n{"

    @Test(arguments: ["", "GET /api/heal", head]) func silentConnectionIsCutOff(text: String) async throws {
        let appliance = try await Appliance.start(settings: ["http.body_timeout": "1s"])
        let (port, key) = (appliance.binary.port, appliance.deviceKey)
        try await expectSoon(within: .seconds(20)) {
            try await onOwnThread { () -> Duration in
                let connection = try WireConnection(port: port)
                try connection.send(text.replacing("KEY", with: key))
                let begin = ContinuousClock().now
                _ = try connection.receiveAll()
                return ContinuousClock().now - begin
            }
        }
        #expect(try await appliance.isAlive())
    }

    @Test func drippingBodyIsCutOff() async throws {
        let appliance = try await Appliance.start(settings: ["http.body_timeout": "1s"])
        let (port, key) = (appliance.binary.port, appliance.deviceKey)
        let answer = try await onOwnThread { () -> String? in
            let connection = try WireConnection(port: port)
            try connection.send(Self.head.replacing("KEY", with: key))
            let limit = ContinuousClock().now + .seconds(60)
            // A byte every fifth of a second until there is an answer, or the end.
            while ContinuousClock().now < limit {
                if connection.hasSomething(within: 200) {
                    return String(decoding: try connection.receiveAll().prefix(12), as: UTF8.self)
                }
                try? connection.send(" ")
            }
            return nil
        }
        #expect(["HTTP/1.1 408", ""].contains(answer), "\(answer ?? "still dripping")")
        #expect(try await appliance.isAlive())
    }
}
