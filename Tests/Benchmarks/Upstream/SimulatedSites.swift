import Domain
import Synchronization
import Upstream

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the boxes of many sites send, by the code that they send it with, each over a connection and a role of its own.
final class SimulatedSites: Sendable {
    struct Outcome {
        var batches = 0
        /// From the moment at which a batch was due until it was committed, milliseconds.
        var times: [Double] = []
        var failures: [String] = []
    }

    private let centre: [PostgresSettings]
    private let sites: [String]
    private let outcome = Mutex(Outcome())

    static func names(_ count: Int) -> [String] { (1...count).map { "site-\($0)" } }

    init(_ centre: CentralDatabase, sites: [String]) throws {
        self.sites = sites
        self.centre = try sites.map { site throws in try centre.settings(site: site) }
    }

    /// - Parameters:
    ///   - events: of each batch.
    ///   - interval: from one batch of a site to its next, microseconds; 0: as quickly as the centre takes them.
    func run(events: Int, interval: Int64, seconds: Int) throws -> Outcome {
        outcome.withLock { $0 = Outcome() }
        // By then all are connected.
        let start = WallTime.now + 5_000_000
        try OwnThreads.run(sites.count) { number in
            do {
                try self.send(number, events, interval, start, start + Int64(seconds) * 1_000_000)
            } catch {
                self.outcome.withLock { $0.failures.append("\(self.sites[number]): \(error)") }
            }
        }
        return outcome.withLock { $0 }
    }

    private func send(_ number: Int, _ count: Int, _ interval: Int64, _ start: Int64, _ end: Int64) throws {
        let session = try CentreSession.open(
            centre[number], siteID: sites[number], interrupt: UpstreamInterrupt())
        defer { session.close() }
        let record = try session.hello()
        let epoch = try session.beginEpoch(expectedEpoch: record.epoch, watermark: 0, openingID: "a").epoch
        var samples = SampleEvents(seed: UInt64(start) &+ UInt64(number), start: start)
        var watermark: Int64 = 0
        var times: [Double] = []
        // Each site has its own moment of the second.
        var due = start + (interval == 0 ? 0 : interval * Int64(number) / Int64(sites.count))
        while due < end {
            let events = try samples.next(count).map { Self.event($0) }
            let batch = EncodedBatch(
                CentreBatch(
                    epoch: epoch, expectedWatermark: watermark, watermark: watermark + Int64(count), openingID: "a",
                    events: events))
            let wait = due - WallTime.now
            if wait > 0 { pause(.microseconds(wait)) }
            try session.apply(batch)
            watermark += Int64(count)
            let now = WallTime.now
            times.append(Double(now - due) / 1e3)
            due = interval == 0 ? now : due + interval
        }
        let taken = times
        outcome.withLock { outcome in
            outcome.batches += taken.count
            outcome.times += taken
        }
    }

    private static func event(_ sample: SampleEvent) -> LPREvent {
        let received = Instant(microseconds: sample.receivedAt)
        return LPREvent(
            eventID: sample.eventID, edgeDeviceID: sample.device, licensePlate: sample.plate,
            plateKey: sample.plateKey, plateKind: PlateKind(rawValue: sample.plateKind),
            province: SampleEvent.province.text, provinceCode: SampleEvent.province.code,
            confidence: SampleEvent.confidence, capturedAt: Instant(microseconds: sample.capturedAt),
            receivedAt: received, createdAt: received, updatedAt: received, sourceProtocol: .http,
            contentDigest: sample.digest)
    }
}
