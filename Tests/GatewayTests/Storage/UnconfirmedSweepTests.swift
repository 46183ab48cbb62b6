import Domain
import GRDB
import Gateway
import Logging
import Store
import Synchronization
import TestSupport
import Testing

/// What a central database does not have goes after all else, and somebody is told.
@Suite struct UnconfirmedSweepTests {
    private static let picture: Int64 = 20_480
    private static let day: Duration = .seconds(86_400)

    private func confirm(_ row: Int64, _ scratch: ScratchKeeper) async throws {
        let sequence = try await scratch.gateway.store.read { try FeedPage.newestSequence($0) }
        try await scratch.gateway.store.write {
            try $0.confirm(UpstreamMark(sequence: sequence - 1, eventRow: row, epoch: 1, pictureRow: row))
        }
    }

    private func problem(_ scratch: ScratchKeeper) -> String? { scratch.keeper.report().problem?.code }

    @Test("Thumbnails of what is confirmed, and kept pictures where they may go, before pictures of what is not")
    func last() async throws {
        let log = CollectedLog()
        let scratch = try ScratchKeeper(deletesKept: true, replicating: .all, logger: log.logger)
        for number in 1...4 { try await scratch.add("e\(number)") }
        try await scratch.keep("e2")
        try await confirm(2, scratch)
        let plan = try await scratch.keeper.plan(until: 0)
        let first = try await scratch.sweep(Self.picture + 1)
        #expect(first.outcome == .done && first.removed.map(\.kind) == ["pictures", "thumbnails"])
        #expect(try await scratch.withPicture() == ["e2", "e3", "e4"])
        #expect(log.errors.isEmpty && problem(scratch) == nil)

        let second = try await scratch.sweep(1 << 40)
        #expect(second.outcome == .nothingLeft)
        #expect(
            second.removed.map(\.kind) == [
                "kept_pictures", "kept_thumbnails", "unconfirmed_pictures", "unconfirmed_thumbnails",
            ])
        #expect(second.removed.map(\.amount.files) == [1, 1, 2, 2])
        #expect(try await scratch.withPicture().isEmpty)
        try await scratch.expectRowsAndFilesAgree()
        // The plan had told so.
        #expect(plan.removed.map(\.kind) == (first.removed + second.removed).map(\.kind))
        #expect(plan.removed.map(\.amount) == (first.removed + second.removed).map(\.amount))

        #expect(log.errors.count == 1 && log.errors.first?.contains("central database") == true)
        #expect(problem(scratch) == "unconfirmed_removed")
        let newest = try await scratch.gateway.store.read { try FeedPage.newestSequence($0) }
        try await scratch.gateway.store.write { try $0.confirm(UpstreamMark(sequence: newest, eventRow: 4)) }
        #expect(problem(scratch) != "unconfirmed_removed")
    }

    @Test("Where no pictures are sent none are held: the reads are what counts")
    func withoutPictures() async throws {
        let log = CollectedLog()
        let scratch = try ScratchKeeper(replicating: ReplicatedPictures.none, logger: log.logger)
        for number in 1...3 { try await scratch.add("e\(number)") }
        let record = try await scratch.sweep(2 * Self.picture)
        #expect(record.outcome == .done && record.removed.map(\.kind) == ["pictures"])
        #expect(try await scratch.withPicture() == ["e3"])
        #expect(log.errors.isEmpty && problem(scratch) == nil)
    }

    @Test("Only thumbnails are sent: full pictures go as always, thumbnails wait")
    func thumbnails() async throws {
        let scratch = try ScratchKeeper(replicating: .thumbnails)
        for number in 1...3 { try await scratch.add("e\(number)") }
        try await confirm(1, scratch)
        let record = try await scratch.sweep(1 << 40)
        #expect(record.removed.map(\.kind) == ["pictures", "thumbnails", "unconfirmed_thumbnails"])
        #expect(record.removed.map(\.amount.files) == [3, 1, 2])
    }

    @Test("The picture of a frame stays for all its reads while one of them is not confirmed")
    func frames() async throws {
        let scratch = try ScratchKeeper(replicating: .all)
        try await scratch.gateway.store.write { context in
            for id in ["a", "b"] {
                var event = Self.event(id)
                event.frameID = "f"
                event.imagePath = "2026/11/23/f.jpg"
                _ = try context.insert(event)
            }
        }
        try await confirm(1, scratch)
        let chosen = try await scratch.gateway.store.sweepCandidates(.pictures, after: 0, through: 1, limit: 9)
        #expect(chosen.map(\.eventID) == ["a"])
        let events = try await scratch.gateway.store.write {
            try $0.removePictures(chosen, .pictures, through: 1).events
        }
        #expect(events == 0)
        #expect(try await scratch.withPicture() == ["a", "b"])
    }

    @Test("Old reads that the centre does not have outlive their age until nothing else is left")
    func oldReads() async throws {
        var limits = Upkeep.Limits()
        limits.eventRetention = Self.day
        let clock = Mutex(ScratchGateway.now)
        let log = CollectedLog()
        let scratch = try ScratchKeeper(
            upkeep: limits, replicating: ReplicatedPictures.none, logger: log.logger, now: { clock.withLock { $0 } })
        for number in 1...4 { try await scratch.add("e\(number)") }
        try await confirm(2, scratch)
        clock.withLock { $0 = ScratchGateway.now + .seconds(3 * 86_400) }
        func left() async throws -> [String] {
            try await scratch.gateway.store.read {
                try String.fetchAll($0, sql: "SELECT event_id FROM lpr_events ORDER BY id")
            }
        }
        let first = try await scratch.sweep(2 * Self.picture)
        #expect(first.outcome == .done)
        #expect(try await left() == ["e1", "e2", "e3", "e4"])
        _ = await scratch.upkeep.run()
        #expect(try await left() == ["e3", "e4"])
        #expect(log.errors.isEmpty)

        let last = try await scratch.sweep(1 << 40)
        #expect(last.outcome == .nothingLeft && last.removed.last?.kind == "unconfirmed_events")
        #expect(last.removed.last?.events == 2)
        #expect(try await left().isEmpty)
        #expect(log.errors.count == 1 && problem(scratch) == "unconfirmed_removed")
        try await scratch.expectRowsAndFilesAgree()
    }

    private static func event(_ id: String) -> LPREvent {
        LPREvent(
            eventID: id, edgeDeviceID: "gate-1", capturedAt: ScratchGateway.now, receivedAt: ScratchGateway.now,
            createdAt: ScratchGateway.now, updatedAt: ScratchGateway.now, sourceProtocol: .http, contentDigest: [1])
    }
}

/// Keeps the errors of a log.
final class CollectedLog: Sendable {
    private let lines = Mutex<[String]>([])

    var errors: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CollectedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.error

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.lines.withLock { $0.append("\(event.message)") }
        }
    }
}
