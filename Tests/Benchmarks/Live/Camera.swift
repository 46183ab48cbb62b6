import Domain

/// A field camera that speaks Socket.IO: Engine.IO 4 below, whichever way the packets go.
///
///     ◀── 0{"sid":…}   ──▶ 40{}   ◀── 40{"sid":…}   ──▶ 42ID["lpr_data",{…}]   ◀── 43ID[{"status":…}]
///     ◀── 2   ──▶ 3
struct Camera {
    /// From sending to the acknowledgement, milliseconds.
    private(set) var delays: [Double] = []
    private(set) var refusedCount = 0
    private(set) var pingCount = 0
    private(set) var isConnected = false
    private(set) var sentCount = 0
    private let name: String
    private var samples: SampleEvents
    private var waiting: [Int: Int64] = [:]

    init(number: Int) {
        name = "camera-\(number)"
        samples = SampleEvents(seed: UInt64(100 + number), start: 0)
    }

    /// Messages that are not acknowledged.
    var waitingCount: Int { waiting.count }

    /// Something seen, as field cameras tell it, without pictures.
    mutating func message() -> String {
        let now = WallTime.now
        let id = sentCount
        sentCount += 1
        waiting[id] = now
        let time = Instant(microseconds: now).rfc3339.prefix { $0 != "Z" }
        return """
            42\(id)["lpr_data",{"type":"detection_result","aicamera_id":"\(name)","checkpoint_id":"CP-1",\
            "created_at":"\(time)","vehicles_count":1,"plates_count":1,"processing_time_ms":143.2,\
            "ocr_results":[{"text":"\(samples.plate())","confidence":0.93}],\
            "plate_detections":[{"bbox":[120,220,210,250],"confidence":0.88}]}]
            """
    }

    /// A packet of the appliance.
    /// - Returns: the packet that answers it.
    mutating func receive(_ packet: UnsafeRawBufferPointer) throws(BenchmarkError) -> String? {
        let text = String(decoding: packet, as: UTF8.self)
        switch text.prefix(2) {
        case "2":
            pingCount += 1
            return "3"
        case "40":
            isConnected = true
        case "42", "6": break
        case "43":
            let digits = text.dropFirst(2).prefix { $0.isNumber }
            guard let id = Int(digits), let sentAt = waiting.removeValue(forKey: id) else {
                throw BenchmarkError("an acknowledgement of nothing: \(text.prefix(200))")
            }
            delays.append(Double(WallTime.now - sentAt) / 1e3)
            if !text.contains("\"status\":\"created\"") { refusedCount += 1 }
        case let kind where kind.hasPrefix("0"): return "40{}"
        default: throw BenchmarkError("a camera was sent \(text.prefix(200))")
        }
        return nil
    }
}
