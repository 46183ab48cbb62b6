import Domain
import Synchronization
import TestSupport

/// Several cameras that send as fast as they are answered, until the appliance is gone or they are told to stop.
final class Load: Sendable {
    struct Acknowledged: Sendable {
        let plate: String
        let hasPicture: Bool
    }

    private struct State {
        var acknowledged: [String: Acknowledged] = [:]
        /// Sent by each camera without an answer; sent again at first by its next connection.
        var unanswered: [Int: Message] = [:]
        var sent = 0
        var wrong: [String] = []
        var isStopped = false
        var goal: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    /// One request with its events.
    private struct Message: Sendable {
        let request: Request
        let events: [(id: String, acknowledged: Acknowledged)]
        let isBatch: Bool
    }

    private let state = Mutex(State())
    private let key: String
    private let picture: [UInt8]
    let cameras: Int

    init(key: String, cameras: Int = 8) throws {
        self.key = key
        self.cameras = cameras
        picture = try Picture.jpeg()
    }

    var acknowledged: [String: Acknowledged] { state.withLock { $0.acknowledged } }

    /// Answers that should not have been.
    var wrong: [String] { state.withLock { $0.wrong } }

    /// Sends until the connections end or `stop` is called.
    func run(port: UInt16) async {
        state.withLock { $0.isStopped = false }
        await withTaskGroup { group in
            for camera in 0..<cameras {
                group.addTask { [self] in
                    // Every ending of the connection is a normal one here.
                    try? await onOwnThread("camera") { [self] in try send(from: camera, port) }
                }
            }
        }
        state.withLock { state in
            // Everybody has ended: whoever waits for more waits for nothing.
            state.goal?.continuation.resume()
            state.goal = nil
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Waits until this many more events are acknowledged.
    func acknowledgements(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.goal = ($0.acknowledged.count + count, continuation) }
        }
    }

    private func send(from camera: Int, _ port: UInt16) throws {
        var wire = try HTTPWire(port: port)
        while let message = next(camera) {
            let answer = try wire.exchange(message.request)
            take(answer, of: message, camera)
        }
    }

    private func next(_ camera: Int) -> Message? {
        let (again, number, isStopped) = state.withLock { state in
            state.sent += 1
            return (state.unanswered[camera], state.sent, state.isStopped)
        }
        if isStopped { return nil }
        if let again { return again }
        let message = message(camera, number)
        state.withLock { $0.unanswered[camera] = message }
        return message
    }

    private func message(_ camera: Int, _ number: Int) -> Message {
        func event(_ place: Int, _ image: String? = nil) -> (String, JSONObject, String) {
            let id = "load-\(camera)-\(number)-\(place)"
            let plate = "\(1 + place % 9)กข \(number % 9_999)"
            var event: JSONObject = [
                "event_id": .string(id), "edge_device_id": "gate-1", "license_plate": .string(plate),
                "province": "กรุงเทพมหานคร", "confidence": .double(0.93),
            ]
            if let image { event["image"] = .string(image) }
            return (id, event, plate)
        }
        let path = "/api/lpr/events"
        switch camera % 4 {
        case 0:
            let events = (0..<20).map { event($0) }
            return Message(
                request: .send("POST", path + "/batch", .array(events.map { .object($0.1) }), key: key),
                events: events.map { ($0.0, Acknowledged(plate: $0.2, hasPicture: false)) }, isBatch: true)
        case 1:
            let (id, content, plate) = event(0)
            let parts = [
                (name: "event", type: "application/json", content: Array(JSONValue.object(content).text.utf8)),
                (name: "image", type: "image/jpeg", content: picture),
                (name: "plate_image", type: "image/jpeg", content: picture),
            ]
            return Message(
                request: .form(path, parts, key: key),
                events: [(id, Acknowledged(plate: plate, hasPicture: true))], isBatch: false)
        case 2:
            let (id, content, plate) = event(0, base64(picture))
            return Message(
                request: .send("POST", path, .object(content), key: key),
                events: [(id, Acknowledged(plate: plate, hasPicture: true))], isBatch: false)
        default:
            let (id, content, plate) = event(0)
            return Message(
                request: .send("POST", path, .object(content), key: key),
                events: [(id, Acknowledged(plate: plate, hasPicture: false))], isBatch: false)
        }
    }

    private func take(_ answer: Answer, of message: Message, _ camera: Int) {
        let events = message.isBatch ? Self.stored(answer, message) : message.events
        let isStored = answer.status == 201 || answer.status == 200
        state.withLock { state in
            switch answer.status {
            case _ where isStored && events.count == message.events.count:
                state.unanswered[camera] = nil
                for event in events { state.acknowledged[event.id] = event.acknowledged }
            case 503 where !state.isStopped:
                // Sent again by the same camera; whatever is refused here is refused in order.
                break
            default:
                state.unanswered[camera] = nil
                state.wrong.append("\(answer.status) \(answer.text.prefix(300))")
            }
            if let goal = state.goal, state.acknowledged.count >= goal.count {
                goal.continuation.resume()
                state.goal = nil
            }
        }
    }

    /// The events of a batch that the answer says are stored.
    private static func stored(_ answer: Answer, _ message: Message) -> [(id: String, acknowledged: Acknowledged)] {
        let stored = (answer["results"]?.arrayValue ?? []).compactMap { line -> String? in
            let status = line.objectValue?["status"]?.stringValue
            return status == "created" || status == "duplicate" ? line.objectValue?["event_id"]?.stringValue : nil
        }
        let ids = Set(stored)
        return message.events.filter { ids.contains($0.id) }
    }
}
