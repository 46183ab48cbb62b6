import AsyncHTTPClient
import Domain
import NIOCore
import NIOHTTP1

/// Sends events at their rate until it is cancelled or has sent enough.
///
/// Events go out one after the other. What the appliance does not take, because it is stopped or busy, is sent again
/// under the same id until it does: an id that is there already is one event, not two (invariant 3).
actor DemoRun {
    static let healthInterval: Duration = .seconds(30)

    private let door: DemoDoor
    private let client: HTTPClient
    private var generator: DemoGenerator
    private var base = ""
    private var keys: [String] = []
    private let clock = ContinuousClock()
    private let startedAt: ContinuousClock.Instant
    /// Why the last event of a camera was refused, by its index; said once, not for every event.
    private var refusals: [Int: String] = [:]
    private(set) var tally = DemoTally()

    init(door: DemoDoor, client: HTTPClient, generator: DemoGenerator) {
        self.door = door
        self.client = client
        self.generator = generator
        startedAt = clock.now
    }

    /// - Parameter count: ends after as many events; nil goes on until it is cancelled.
    /// - Throws: `CancellationError`, or `ExitCode` when the appliance cannot be used at all.
    func run(count: Int?) async throws {
        try await door.waitUntilOpen()
        base = try await door.baseURL()
        keys = try await door.register(generator.cameras)
        Console.print("Simulated cameras, \(keys.count) of them, send to \(base); Ctrl-C ends them")
        var due = clock.now
        var healthDue = due
        while count.map({ tally.total < $0 }) ?? true {
            try await clock.sleep(until: due)
            if healthDue <= clock.now {
                try await reportHealth()
                healthDue = clock.now + Self.healthInterval
            }
            try await deliver(generator.next(at: SystemClock.now))
            // After a pause of the appliance the cameras go on as before; they do not make up for what passed.
            due = max(due, clock.now - .seconds(1)) + generator.gap()
        }
    }

    var summary: String { tally.summary(cameras: generator.cameras.count, duration: clock.now - startedAt) }

    private func reportHealth() async throws {
        for camera in generator.speakingCameras(at: SystemClock.now) {
            var request = request(.PUT, "/api/devices/\(generator.cameras[camera].deviceID)/health", of: camera)
            request.headers.add(name: "Content-Type", value: "application/json")
            let report = generator.health(uptime: clock.now - startedAt)
            request.body = .bytes(ByteBuffer(string: JSONValue.object(report).text))
            // The next report says the same: one that is lost is no loss.
            _ = try await answer(to: request)
        }
    }

    private func deliver(_ message: DemoMessage) async throws {
        let form = DemoForm(message)
        var attempt = 1
        var hasNewKey = false
        while true {
            var request = request(.POST, "/api/lpr/events", of: message.camera)
            request.headers.add(name: "Content-Type", value: form.contentType)
            request.body = .bytes(ByteBuffer(bytes: form.body))
            let (verdict, reason) = try await answer(to: request)
            switch verdict {
            case .kept:
                if attempt > 1 { Console.print("The appliance takes events again") }
                refusals[message.camera] = nil
                return tally.count(message, attempts: attempt)
            case .needsKey where !hasNewKey:
                hasNewKey = true
                try await reconnect()
            case .refused, .needsKey:
                if refusals.updateValue(reason, forKey: message.camera) != reason {
                    let name = generator.cameras[message.camera].deviceID
                    Console.error("the appliance refuses what \(name) sends: \(reason)")
                }
                return tally.refused += 1
            case .again(let asked):
                if attempt == 1 { Console.error("the appliance takes no events (\(reason)); the cameras wait") }
                attempt += 1
                try await Task.sleep(for: DemoVerdict.pause(beforeAttempt: attempt, asked: asked))
            }
        }
    }

    /// The appliance has started with an empty data directory, or the keys were taken away.
    private func reconnect() async throws {
        try await door.waitUntilOpen()
        base = try await door.baseURL()
        keys = try await door.register(generator.cameras)
    }

    private func request(_ method: HTTPMethod, _ path: String, of camera: Int) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "X-API-Key", value: keys[camera])
        return request
    }

    /// - Throws: `CancellationError` only.
    private func answer(to request: HTTPClientRequest) async throws -> (DemoVerdict, reason: String) {
        do {
            let response = try await client.execute(request, timeout: .seconds(30))
            let content = try await response.body.collect(upTo: 1 << 20)
            let detail = (try? JSONParser.parse(Array(content.readableBytesView)))?.objectValue?["detail"]?.stringValue
            let verdict = DemoVerdict(
                status: response.status.code, retryAfter: response.headers.first(name: "Retry-After"))
            return (verdict, detail ?? "\(response.status)")
        } catch {
            try Task.checkCancellation()
            return (.again(after: nil), "no answer at \(base): \(error)")
        }
    }
}
