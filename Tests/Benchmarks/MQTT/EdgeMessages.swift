import Domain

/// Events as cameras publish them, in the appliance's own dialect: the rows of the other measurements.
struct EdgeMessages {
    static let topicStart = "lpr/data/edge/"
    /// What all of them match.
    static let filter = topicStart + "+"

    private var samples: SampleEvents
    private let haveIDs: Bool

    /// - Parameter haveIDs: false for what most cameras send, whose events the appliance gives their ids.
    init(seed: UInt64, haveIDs: Bool = true) {
        self.haveIDs = haveIDs
        samples = SampleEvents(seed: seed, start: WallTime.now - 3_600_000_000)
    }

    /// - Parameter device: the number of the camera.
    mutating func next(device: Int) throws(BenchmarkError) -> (id: String, topic: String, payload: String) {
        let event = try samples.next()
        let name = SampleEvents.device(device)
        let payload = """
            {"\(haveIDs ? "event_id" : "frame_id")":"\(event.eventID)","edge_device_id":"\(name)","license_plate":"\(event.plate)",\
            "province":"\(SampleEvent.province.text)","confidence":\(SampleEvent.confidence),\
            "captured_at":"\(Instant(microseconds: event.capturedAt).rfc3339)"}
            """
        return (event.eventID, Self.topicStart + name, payload)
    }
}
