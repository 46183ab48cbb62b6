import Domain

/// Makes up what the cameras see. Pure: time and seed come from outside.
struct DemoGenerator: Sendable {
    let cameras: [DemoCamera]
    /// Events per second of all cameras together.
    let rate: Double
    private var random: DemoRandom
    private var silences: DemoSilences
    private var number: Int64 = 0
    private var lastPicture: [Int: String] = [:]

    /// - Parameters:
    ///   - cameras: at least one.
    ///   - rate: above 0.
    init(cameras: [DemoCamera], rate: Double, seed: UInt64) {
        self.cameras = cameras
        self.rate = rate
        random = DemoRandom(seed: seed)
        silences = DemoSilences(cameraCount: cameras.count)
    }

    /// The time until the next event: traffic is not even, but its rate is the one that was asked for.
    mutating func gap() -> Duration {
        .microseconds(Int64(Double.random(in: 0.4...1.6, using: &random) / rate * 1_000_000))
    }

    /// The cameras that are heard at this moment, as indices of `cameras`.
    mutating func speakingCameras(at now: Instant) -> [Int] {
        let silent = silences.silentCamera(at: now, using: &random)
        return cameras.indices.filter { $0 != silent }
    }

    /// The next event.
    mutating func next(at now: Instant) -> DemoMessage {
        let speaking = speakingCameras(at: now)
        let camera = speaking[Int.random(in: 0..<speaking.count, using: &random)]
        let picture = picture(for: camera)
        number += 1
        var read = DemoRead(of: picture, using: &random)
        let capturedAt = now - .milliseconds(Int.random(in: 40...250, using: &random))
        let eventID = EventID.version7(at: capturedAt, using: &random)
        var metadata: JSONObject = [
            "demo": true, "vehicle": .string(picture.vehicle), "frame": .integer(number),
            "speed_kmh": .integer(Int.random(in: 4...38, using: &random)),
        ]
        if let box = picture.plateBox, read.plate != nil {
            metadata["plate_box"] = .array(box.map { .integer($0) })
        }
        if picture.vehicle == "none" { metadata["speed_kmh"] = nil }
        if read.plate == nil { read.confidence = nil }
        let event: JSONObject = [
            "event_id": .string(eventID.text), "edge_device_id": .string(cameras[camera].deviceID),
            "license_plate": .optional(read.plate), "province": .optional(read.province),
            "confidence": read.confidence.map { .double($0) } ?? .null,
            "captured_at": .string(capturedAt.rfc3339), "sent_at": .string(now.rfc3339),
            "metadata": .object(metadata),
        ]
        return DemoMessage(
            camera: camera, eventID: eventID, event: event, picture: read.hasPicture ? picture : nil)
    }

    /// A camera of a gate sees that gate, and not the same vehicle twice in a row.
    private mutating func picture(for camera: Int) -> DemoPicture {
        let pictures = DemoPicture.all.filter { $0.way == cameras[camera].way && $0.name != lastPicture[camera] }
        let picture = pictures[Int.random(in: 0..<pictures.count, using: &random)]
        lastPicture[camera] = picture.name
        return picture
    }

    /// What a camera reports of itself now and then.
    mutating func health(uptime: Duration) -> JSONObject {
        [
            "temperature_celsius": .double(Double(Int.random(in: 380...560, using: &random)) / 10),
            "cpu_percent": .integer(Int.random(in: 12...64, using: &random)),
            "frames_per_second": .double(Double(Int.random(in: 236...252, using: &random)) / 10),
            "storage_free_percent": .integer(Int.random(in: 71...74, using: &random)),
            "uptime_seconds": .integer(uptime.components.seconds),
            "firmware": "demo-1.4.2",
        ]
    }
}

/// One event and the picture that goes with it.
struct DemoMessage: Sendable {
    /// Index of the camera that sends it.
    let camera: Int
    let eventID: EventID
    let event: JSONObject
    let picture: DemoPicture?
}
