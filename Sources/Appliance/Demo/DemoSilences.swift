import Domain

/// Now and then one camera falls silent for longer than a device counts as online, so that the page shows one that is
/// not. Never two at once, and never the only one.
struct DemoSilences: Sendable {
    /// From the end of one silence, or the start, to the next.
    static let pause: ClosedRange<Int64> = 120...360
    /// Longer than `EdgeDevice.onlineWindow`.
    static let length: ClosedRange<Int64> = 150...240

    private struct Silence {
        let camera: Int
        let start: Instant
        let end: Instant
    }

    private let cameraCount: Int
    private var silence: Silence?

    init(cameraCount: Int) {
        self.cameraCount = cameraCount
    }

    /// The camera that is not heard at this moment.
    mutating func silentCamera(at now: Instant, using random: inout some RandomNumberGenerator) -> Int? {
        guard cameraCount > 1 else { return nil }
        if silence.map({ $0.end <= now }) ?? true {
            let start = now + .seconds(Int64.random(in: Self.pause, using: &random))
            silence = Silence(
                camera: Int.random(in: 0..<cameraCount, using: &random), start: start,
                end: start + .seconds(Int64.random(in: Self.length, using: &random)))
        }
        guard let silence, silence.start <= now else { return nil }
        return silence.camera
    }
}
