import Domain
import Testing

extension Appliance {
    /// What `GET /api/upstream` says.
    func upstream() async throws -> JSONObject {
        let answer = try await ask(.get("/api/upstream", key: adminKey))
        guard answer.status == 200 else { throw TestFailure("\(answer.status) \(answer.text.prefix(300))") }
        return answer.json
    }

    /// Waits until the replication is as the test wants it.
    @discardableResult
    func upstream(
        _ what: String, limit: Duration = .seconds(60), _ isThere: (JSONObject) -> Bool
    ) async throws -> JSONObject {
        var last = JSONObject()
        do {
            return try await eventually(what, limit: limit, every: .milliseconds(25)) {
                last = try await upstream()
                return isThere(last) ? last : nil
            }
        } catch {
            throw TestFailure(
                "\(error); it is \(JSONValue.object(last).text)\n\(binary.process.errors.text.suffix(2_000))")
        }
    }

    @discardableResult
    func streaming() async throws -> JSONObject {
        try await upstream("connection to the centre") { $0["state"] == "streaming" }
    }

    /// - Parameter state: with the problem; while the next attempt is made there is another one for a moment.
    @discardableResult
    func problem(_ problem: String, state: String = "waiting") async throws -> JSONObject {
        try await upstream("problem \(problem)") {
            $0["problem"]?.stringValue == problem && $0["state"] == .string(state)
        }
    }

    /// Waits until the centre has everything that is stored now.
    @discardableResult
    func caughtUp(limit: Duration = .seconds(90)) async throws -> JSONObject {
        // One event behind everything, so that no older state of the counters is taken for the end.
        let before = try await upstream()["confirmed_sequence"]?.integerValue ?? 0
        try await post(1...1, prefix: "end-\(before)-\(UInt32.random(in: 0...UInt32.max))")
        var calm = 0
        return try await upstream("standstill", limit: limit) { state in
            let isDone =
                state["state"] == "streaming" && state["lag_rows"] == 0
                && state["backfill_remaining"]?.integerValue == nil
                && state["confirmed_sequence"]?.integerValue ?? 0 > 0
            calm = isDone ? calm + 1 : 0
            return calm >= 8
        }
    }

    /// Stores events of the camera in one batch.
    @discardableResult
    func post(
        _ numbers: ClosedRange<Int>, prefix: String, plate: String = "1กข 1234", metadata: JSONObject = [:]
    ) async throws -> [String] {
        let ids = numbers.map { "\(prefix)-\($0)" }
        let events = ids.map { id -> JSONValue in
            [
                "event_id": .string(id), "license_plate": .string(plate), "confidence": .double(0.75),
                "metadata": .object(metadata),
            ]
        }
        let answer = try await ask(.send("POST", "/api/lpr/events/batch", .array(events), key: deviceKey))
        guard answer["created"]?.integerValue == Int64(ids.count) else {
            throw TestFailure("\(answer.status) \(answer.text.prefix(500))")
        }
        return ids
    }

    /// Corrects the plate of an event.
    func correct(_ id: String, plate: String) async throws {
        let answer = try await ask(
            .send("PUT", "/api/lpr/events/\(id)", ["license_plate": .string(plate)], key: adminKey))
        guard answer.status == 200 else { throw TestFailure("\(answer.status) \(answer.text.prefix(500))") }
    }

    func delete(_ id: String) async throws {
        let answer = try await ask(.delete("/api/lpr/events/\(id)", key: adminKey))
        guard answer.status == 204 || answer.status == 200 else {
            throw TestFailure("\(answer.status) \(answer.text.prefix(500))")
        }
    }

    /// Stops it in order and compares both sides.
    @discardableResult
    func expectEqual(
        to centre: CentralDatabase, _ relation: TwoSides.Relation = .equal, site: String? = nil
    ) async throws -> Int {
        #expect(await binary.stop() == .exited(0))
        return try await TwoSides(centre, StoppedDatabase(of: self), site: site).expect(relation)
    }
}

extension Request {
    static func delete(_ path: String, key: String) -> Request {
        Request(method: "DELETE", path: path, headers: [("X-API-Key", key)])
    }
}
