import Domain
import Synchronization
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A camera and people who correct and delete, one request behind the other. What they do depends on the seed alone.
final class Traffic: Sendable {
    private struct State {
        var random: SeededGenerator
        var number = 0
        var stored: [String] = []
        var deleted: [String] = []
        var isStopped = false
        var answers: [Int: Int] = [:]
    }

    private let state: Mutex<State>
    private let deviceKey: String
    private let adminKey: String
    private let prefix: String

    init(_ appliance: Appliance, seed: UInt64, prefix: String = "t") {
        state = Mutex(State(random: SeededGenerator(seed)))
        (deviceKey, adminKey) = (appliance.deviceKey, appliance.adminKey)
        self.prefix = prefix
    }

    /// How often each status was answered.
    var answers: [Int: Int] { state.withLock { $0.answers } }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Goes on over ends of the appliance until `stop`.
    func run(_ appliance: Appliance) async throws {
        try await onOwnThread("traffic") { [self] in
            while !state.withLock({ $0.isStopped }) {
                do { try connect(appliance.binary.port, steps: .max) } catch { pause() }
            }
        }
    }

    /// A number of requests to an appliance that stays.
    func run(_ appliance: Appliance, steps: Int) async throws {
        let port = appliance.binary.port
        try await onOwnThread("traffic") { [self] in try connect(port, steps: steps) }
    }

    private func connect(_ port: UInt16, steps: Int) throws {
        var wire = try HTTPWire(port: port)
        for _ in 0..<steps {
            let (request, done) = state.withLock { state in next(&state) }
            let answer = try wire.exchange(request)
            let isOver = state.withLock { state in
                state.answers[answer.status, default: 0] += 1
                if (200..<300).contains(answer.status) { done(&state) }
                return state.isStopped
            }
            if isOver { return }
            // The machine has to do other work as well.
            if steps == .max { pause() }
        }
    }

    private typealias Step = (request: Request, done: (inout State) -> Void)

    private func next(_ state: inout State) -> Step {
        state.number += 1
        let choice = Int.random(in: 0..<100, using: &state.random)
        if choice < 25, let id = state.stored.randomElement(using: &state.random) {
            let plate = "\(Int.random(in: 1...9, using: &state.random))ขค \(state.number % 9_999)"
            return (
                .send(
                    "PUT", "/api/lpr/events/\(id)", ["license_plate": .string(plate), "note": "looked\nat \\ \"it\""],
                    key: adminKey), { _ in }
            )
        }
        if choice < 45, let place = state.stored.indices.randomElement(using: &state.random) {
            let id = state.stored[place]
            return (
                .delete("/api/lpr/events/\(id)", key: adminKey),
                { state in
                    state.stored.removeAll { $0 == id }
                    state.deleted.append(id)
                }
            )
        }
        if choice < 50 {
            let name = "กล้อง \(state.number)"
            guard Bool.random(using: &state.random) else {
                return (
                    .send("PUT", "/api/devices/gate-1", ["checkpoint": .string(name)], key: adminKey), { _ in }
                )
            }
            let device: JSONValue = ["device_id": .string("\(prefix)-cam-\(state.number)"), "name": .string(name)]
            return (.send("POST", "/api/devices", device, key: adminKey), { _ in })
        }
        return batch(&state)
    }

    /// New events, and now and then one again that was deleted, captured at another time.
    private func batch(_ state: inout State) -> Step {
        var ids = (1...Int.random(in: 1...6, using: &state.random)).map { "\(prefix)-\(state.number)-\($0)" }
        if let again = state.deleted.popLast() { ids.append(again) }
        let events = ids.map { id -> JSONValue in
            let month = Int.random(in: 1...9, using: &state.random)
            let second = Int.random(in: 10...59, using: &state.random)
            return [
                "event_id": .string(id), "license_plate": .string("1กข \(state.number % 9_999)"),
                "province": "เชียงใหม่",
                "confidence": .double(Double(Int.random(in: 0...100, using: &state.random)) / 100),
                "captured_at": .string("2026-0\(month)-15T10:20:\(second).123456Z"),
                "metadata": ["lane": 3, "camera": ["b": true, "a": "ก\t\"\\ü😀"]],
            ]
        }
        return (
            .send("POST", "/api/lpr/events/batch", .array(events), key: deviceKey), { $0.stored += ids }
        )
    }

    private func pause() {
        var time = timespec(tv_sec: 0, tv_nsec: 10_000_000)
        nanosleep(&time, nil)
    }
}
