import Dialects
import Domain
import GRDB
import Gateway
import Media
import Store
import Synchronization
import TestSupport
import Testing

/// What goes, in which order, and what stays.
@Suite struct QuotaSweepTests {
    /// Blocks of a picture and of a thumbnail, see `ScratchKeeper`.
    private static let picture: Int64 = 20_480
    private static let thumbnail: Int64 = 8_192

    @Test("The oldest pictures go first; the reads stay, say so, and stand in the feed")
    func oldestFirst() async throws {
        let scratch = try ScratchKeeper()
        for number in 1...6 { try await scratch.add("e\(number)") }
        let fed = try await scratch.gateway.store.read { try FeedPage.newestSequence($0) }

        let record = try await scratch.sweep(2 * Self.picture)
        // The log of the database has grown a little meanwhile.
        #expect(record.outcome == .done)
        #expect(try await scratch.withPicture() == ["e3", "e4", "e5", "e6"])
        let first = try #require(try await scratch.event("e1"))
        #expect(first.imagePath == nil && first.thumbnailPath != nil && first.picturesRemovedAt == ScratchGateway.now)
        #expect(try await scratch.event("e3")?.picturesRemovedAt == nil)
        let page = try await scratch.gateway.store.read { try FeedPage.after(fed, limit: 10, $0) }
        #expect(page.changes.map(\.sequence) == [fed + 1, fed + 2])
        try await scratch.expectRowsAndFilesAgree()

        let removed = try #require(record.removed.first)
        #expect(record.removed.count == 1 && removed.kind == "pictures" && removed.events == 2)
        #expect(removed.amount == StorageAmount(files: 2, bytes: 2 * Self.picture))
        #expect(try await scratch.gateway.store.read { try SweepRecord.newest(5, $0) } == [record])
    }

    @Test("Unclaimed files go before pictures, pictures before thumbnails, kept ones last and only when allowed")
    func classes() async throws {
        let unclaimed = UnclaimedPile(files: 3, bytesEach: 50_000)
        let scratch = try ScratchKeeper(unclaimed: unclaimed)
        for number in 1...3 { try await scratch.add("e\(number)", plate: true) }
        try await scratch.keep("e2")

        // Unclaimed files are not among what the book counts here: they go, and nothing is reached by it.
        let record = try await scratch.sweep(1 << 40)
        #expect(record.outcome == .nothingLeft)
        #expect(record.removed.map(\.kind) == ["unclaimed", "pictures", "thumbnails"])
        #expect(record.removed.map(\.amount.files) == [3, 2, 4])
        #expect(unclaimed.left == 0)
        #expect(try await scratch.withPicture() == ["e2"])
        let kept = try #require(try await scratch.event("e2"))
        #expect(kept.isKept && kept.thumbnailPath != nil && kept.plateImagePath != nil && kept.picturesRemovedAt == nil)
        let gone = try #require(try await scratch.event("e3"))
        #expect(gone.thumbnailPath == nil && gone.plateImagePath == nil)
        try await scratch.expectRowsAndFilesAgree()

        let allowed = try ScratchKeeper(deletesKept: true)
        for number in 1...3 { try await allowed.add("e\(number)") }
        try await allowed.keep("e1")
        #expect(try await allowed.sweep(2 * Self.picture + Self.thumbnail).outcome == .done)
        #expect(try await allowed.withPicture() == ["e1"])
        let all = try await allowed.sweep(1 << 40)
        #expect(all.removed.map(\.kind) == ["thumbnails", "kept_pictures", "kept_thumbnails"])
        #expect(allowed.gateway.pictureFiles.isEmpty)
    }

    @Test("A mark that is taken away lets the picture go")
    func unmarked() async throws {
        let scratch = try ScratchKeeper()
        try await scratch.add("e1")
        try await scratch.keep("e1")
        #expect(try await scratch.sweep(1).outcome == .nothingLeft)
        try await scratch.keep("e1", false)
        #expect(try await scratch.sweep(1).outcome == .done)
        #expect(try await scratch.withPicture().isEmpty)
        let audit = try await scratch.gateway.store.read {
            try String.fetchAll($0, sql: "SELECT detail FROM audit_log ORDER BY id")
        }
        #expect(audit.count == 2 && audit[0].contains(#""keep_after":true"#))
    }

    @Test("The picture of a frame goes from all its reads at once, or from none when one is kept")
    func frames() async throws {
        let scratch = try ScratchKeeper()
        for frame in ["f1", "f2"] {
            let events = try ["a", "b"].map { name in
                var draft = try scratch.gateway.draft("\(frame)-\(name)")
                draft.frameID = frame
                return draft
            }
            let message = CameraFrame(
                device: try #require(DeviceID("gate-1")), checkpoint: nil,
                picture: PictureBytes(ScratchKeeper.picture(frame)), events: events)
            _ = try await scratch.gateway.intake.accept(frame: message, from: scratch.gateway.sender(), payload: [])
        }
        try await scratch.keep("f1-b")
        let record = try await scratch.sweep(1 << 40)
        #expect(record.removed.map(\.events) == [2] && record.removed.map(\.amount.files) == [1])
        #expect(try await scratch.withPicture() == ["f1-a", "f1-b"])
        try await scratch.expectRowsAndFilesAgree()
    }

    @Test("A clock that jumps backwards in the middle deletes nothing that is young")
    func clockJumps() async throws {
        let clock = Mutex(ScratchGateway.now)
        let scratch = try ScratchKeeper(now: { clock.withLock { $0 } })
        for number in 1...4 { try await scratch.add("old-\(number)") }
        // A year back: what comes now looks older than everything before it.
        clock.withLock { $0 = ScratchGateway.now - .seconds(365 * 86_400) }
        for number in 1...4 { try await scratch.add("young-\(number)") }
        try await scratch.sweep(2 * Self.picture)
        clock.withLock { $0 = ScratchGateway.now - .seconds(3_650 * 86_400) }
        let record = try await scratch.sweep(2 * Self.picture)
        #expect(try await scratch.withPicture() == (1...4).map { "young-\($0)" })
        #expect(record.outcome == .done)
        #expect(try await scratch.event("old-4")?.picturesRemovedAt != nil)
    }

    @Test("A repeat of a read whose picture has gone is the same read, and leaves no file")
    func repeated() async throws {
        let scratch = try ScratchKeeper()
        try await scratch.add("e1")
        try await scratch.sweep(Self.picture)
        let draft = try scratch.gateway.draft("e1", picture: ScratchKeeper.picture("e1"))
        let outcome = try await scratch.gateway.intake.accept(draft, from: scratch.gateway.sender(), payload: [])
        guard case .duplicate(let event) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(event.imagePath == nil)
        #expect(scratch.gateway.pictureFiles.count == 1)
    }

    @Test("A plan says what would go and removes nothing")
    func plan() async throws {
        let scratch = try ScratchKeeper()
        for number in 1...12 { try await scratch.add("e\(number)") }
        try await scratch.keeper.count(byDevice: true)
        let before = scratch.gateway.pictureFiles.count
        let target = scratch.gateway.book.used() - 5 * Self.picture
        let plan = try await scratch.keeper.plan(until: target)
        #expect(scratch.gateway.pictureFiles.count == before)
        #expect(plan.used == scratch.gateway.book.used() && plan.target == target && plan.isEnough && plan.isComplete)
        #expect(plan.removed.map(\.amount) == [StorageAmount(files: 5, bytes: 5 * Self.picture)])
        // Exactly that goes.
        #expect(await scratch.keeper.sweep(.manual, until: target).removed == plan.removed)
        let all = try await scratch.keeper.plan(until: 0)
        #expect(!all.isEnough && all.removed.map(\.amount.files) == [7, 12])
    }

    @Test("Retention by age leaves kept events alone")
    func retention() async throws {
        var limits = Upkeep.Limits()
        limits.eventRetention = .seconds(86_400)
        let clock = Mutex(ScratchGateway.now)
        let scratch = try ScratchKeeper(upkeep: limits, now: { clock.withLock { $0 } })
        for number in 1...3 { try await scratch.add("e\(number)") }
        try await scratch.keep("e2")
        clock.withLock { $0 = ScratchGateway.now + .seconds(3 * 86_400) }
        let record = try await scratch.sweep(1 << 40)
        #expect(record.outcome == .nothingLeft)
        let ids = try await scratch.gateway.store.read {
            try String.fetchAll($0, sql: "SELECT event_id FROM lpr_events")
        }
        #expect(ids == ["e2"])
        try await scratch.expectRowsAndFilesAgree()
    }

    @Test("Twenty thousand pictures go in portions")
    func manyPictures() async throws {
        let scratch = try ScratchKeeper()
        try await scratch.gateway.store.write { context in
            for number in 0..<20_000 {
                _ = try context.insert(
                    LPREvent(
                        eventID: "n\(number)", edgeDeviceID: "gate-1", licensePlate: "1กก 1234",
                        capturedAt: ScratchGateway.now, receivedAt: ScratchGateway.now,
                        createdAt: ScratchGateway.now, updatedAt: ScratchGateway.now, sourceProtocol: .http,
                        imagePath: "2026/11/23/n\(number).jpg", contentDigest: [1]))
            }
        }
        let record = await scratch.keeper.sweep(.manual, until: -1)
        #expect(record.removed.first?.events == 20_000)
        // How long one held the writer is a matter of the machine: `PortionSizeTests`, and the benchmark of a sweep.
        #expect(record.longestWrite > .zero)
        #expect(try await scratch.withPicture().isEmpty)
    }
}

/// Files that wait for an event that never comes.
final class UnclaimedPile: RemovableFiles {
    private let files: Mutex<Int64>
    private let bytesEach: Int64

    init(files: Int64, bytesEach: Int64) {
        self.files = Mutex(files)
        self.bytesEach = bytesEach
    }

    var left: Int64 { files.withLock { $0 } }

    func amount() async throws -> StorageAmount { StorageAmount(files: left, bytes: left * bytesEach) }

    func removeOldest(limit: Int) async throws -> StorageAmount {
        files.withLock { files in
            let taken = min(files, Int64(limit))
            files -= taken
            return StorageAmount(files: taken, bytes: taken * bytesEach)
        }
    }
}
