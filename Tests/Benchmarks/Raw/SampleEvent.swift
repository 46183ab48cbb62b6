import Domain
import TestSupport

/// A plate read as the load generator sends it, ready as the row that the appliance makes of it.
struct SampleEvent {
    let eventID: String
    let device: String
    let plate: String
    let plateKey: String
    let plateKind: String
    let capturedAt: Int64
    let receivedAt: Int64
    let digest: [UInt8]

    static let province = (text: "กรุงเทพมหานคร", code: "TH-10")
    static let confidence = 0.9312
    /// About the size of such an event as JSON, bytes.
    static let byteCount: Int64 = 175
}

/// Makes plate reads of private cars in the way plates are given out: mostly a digit, two consonants, up to four
/// digits, all of them equally likely, which is harder on an index than the traffic of one gate.
struct SampleEvents {
    static let consonants = Array("กขคฆงจฉชซฌญฎฐฒณดตถทธนบปผพฟภมยรลวศษสหฬอฮ").map(String.init)
    static let deviceCount = 16
    static func device(_ number: Int) -> String { "gate-\(number % deviceCount)" }

    var random: SeededGenerator
    private var count = 0
    private var time: Int64
    /// Microseconds from one event to the next.
    private let step: Int64

    /// - Parameters:
    ///   - start: the time of the first event, microseconds since 1970.
    ///   - step: microseconds from one event to the next.
    init(seed: UInt64, start: Int64, step: Int64 = 100) {
        random = SeededGenerator(seed)
        time = start
        self.step = step
    }

    mutating func next() throws(BenchmarkError) -> SampleEvent {
        let text = plate()
        guard let plate = Plate(text: text) else { throw BenchmarkError("\(text) is no plate") }
        time += step
        defer { count += 1 }
        return SampleEvent(
            eventID: EventID.version7(at: Instant(microseconds: time), using: &random).text,
            device: Self.device(count), plate: text, plateKey: plate.key, plateKind: plate.kind.rawValue,
            capturedAt: time - 50_000, receivedAt: time,
            digest: (0..<2).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } })
    }

    mutating func next(_ count: Int) throws(BenchmarkError) -> [SampleEvent] {
        var events: [SampleEvent] = []
        events.reserveCapacity(count)
        for _ in 0..<count { events.append(try next()) }
        return events
    }

    mutating func plate() -> String {
        let prefix = Int.random(in: 0..<10, using: &random)
        return "\(prefix == 0 ? "" : "\(prefix)")\(letters()) \(Int.random(in: 1...9_999, using: &random))"
    }

    /// Two consonants.
    mutating func letters() -> String {
        Self.consonants[Int.random(in: 0..<Self.consonants.count, using: &random)]
            + Self.consonants[Int.random(in: 0..<Self.consonants.count, using: &random)]
    }

    mutating func digits(_ count: Int) -> String {
        (0..<count).map { _ in "\(Int.random(in: 1...9, using: &random))" }.joined()
    }
}
