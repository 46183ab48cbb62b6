import Domain
import GRDB
import Glibc
import Media
import Store
import TestSupport
import Testing

@testable import Gateway

@Suite struct PictureSweepTests {
    /// By the clock that the file system has.
    private static func fileTime(plus seconds: Int64) -> Instant { Instant(seconds: Int64(time(nil)) + seconds) }

    /// A gateway in which all that is written now is two hours old.
    private static func later() throws -> ScratchGateway { try ScratchGateway(now: { fileTime(plus: 7_200) }) }

    private static func store(_ site: ScratchGateway, _ count: Int) async throws -> [String] {
        var paths: [String] = []
        for number in 0..<count {
            let draft = try site.draft("event-\(number)", picture: ScratchGateway.onePixel)
            let outcome = try await site.intake.accept(draft, from: site.sender(), payload: [])
            paths.append(try #require(outcome.event.imagePath))
        }
        return paths
    }

    private static func unlink(_ path: String, _ site: ScratchGateway) {
        #expect(Glibc.unlink("\(site.folder.path)/images/\(path)") == 0)
    }

    @Test func aPictureWhoseCommitNeverCameIsRemoved() async throws {
        let site = try Self.later()
        let named = try await Self.store(site, 3)
        // The process ended between the rename and the commit.
        let orphan = try await site.pictures.store(
            ScratchGateway.onePixel, eventID: "never", role: .image, capturedAt: ScratchGateway.now.microseconds)
        let report = await PictureSweep(site.intake).run()
        #expect(report.removed == 1 && report.named == 3 && report.missing == 0 && report.problem == nil)
        #expect(try await site.pictures.missing(among: named + [orphan.path]) == [orphan.path])
    }

    @Test func aYoungPictureStays() async throws {
        for seconds: Int64 in [0, 3_500, -100_000] {
            let site = try ScratchGateway(now: { Self.fileTime(plus: seconds) })
            let orphan = try await site.pictures.store(
                ScratchGateway.onePixel, eventID: "waits", role: .image, capturedAt: ScratchGateway.now.microseconds)
            #expect(await PictureSweep(site.intake).run().removed == 0)
            #expect(try await site.pictures.missing(among: [orphan.path]).isEmpty)
        }
    }

    @Test func aPictureThatARowOfAnotherDayNamesStays() async throws {
        let site = try Self.later()
        _ = try await Self.store(site, 1)
        let other = try await site.pictures.store(
            ScratchGateway.onePixel, eventID: "other", role: .image, capturedAt: 86_400_000_000)
        try await site.store.write { context in
            try context.database.execute(
                sql: "UPDATE lpr_events SET plate_image_path = ?", arguments: [other.path])
        }
        #expect(await PictureSweep(site.intake).run().removed == 0)
        #expect(try await site.pictures.missing(among: [other.path]).isEmpty)
    }

    /// The quota may take a picture and leave its thumbnail, which the row still names; on whatever day it lies.
    @Test(arguments: [ScratchGateway.now.microseconds, 86_400_000_000])
    func aThumbnailStaysWithoutItsPicture(capturedAt: Int64) async throws {
        let site = try Self.later()
        _ = try await Self.store(site, 1)
        let other = try await site.pictures.store(
            ScratchGateway.onePixel, eventID: "other", role: .image, capturedAt: capturedAt)
        let thumbnail = other.path.dropLast(4) + ".thumb.jpg"
        #expect(
            rename(
                "\(site.folder.path)/images/\(other.path)", "\(site.folder.path)/images/\(thumbnail)") == 0)
        try await site.store.write { context in
            try context.database.execute(
                sql: "UPDATE lpr_events SET thumbnail_path = ?", arguments: [String(thumbnail)])
        }
        #expect(await PictureSweep(site.intake).run().removed == 0)
        #expect(try await site.pictures.missing(among: [String(thumbnail)]).isEmpty)
        try await site.store.write { try $0.database.execute(sql: "UPDATE lpr_events SET thumbnail_path = NULL") }
        #expect(await PictureSweep(site.intake).run().removed == 1)
    }

    private struct OtherTable: PictureNaming {
        let path: String

        func takeNamed(from paths: inout Set<String>, after cursor: Int64, _ database: Database) throws -> Int64? {
            paths.remove(path)
            return cursor < 3 ? cursor + 1 : nil
        }
    }

    @Test func aPictureThatAnotherTableNamesStays() async throws {
        let site = try Self.later()
        let waiting = try await site.pictures.store(
            ScratchGateway.onePixel, eventID: "waiting", role: .image, capturedAt: ScratchGateway.now.microseconds)
        let tables: [any PictureNaming] = [EventPictures(), OtherTable(path: waiting.path)]
        #expect(await PictureSweep(site.intake, tables: tables).run().removed == 0)
        #expect(await PictureSweep(site.intake).run().removed == 1)
    }

    @Test func rowsOfLostPicturesAreMended() async throws {
        let site = try Self.later()
        let paths = try await Self.store(site, 40)
        for path in paths.prefix(3) { Self.unlink(path, site) }
        let before = try await site.store.read { try FeedPage.newestSequence($0) }
        let sweep = PictureSweep(site.intake)
        let report = await sweep.run()
        #expect(report.named == 40 && report.missing == 3 && report.mended == 3 && report.removed == 0)
        #expect(report.problem == nil && sweep.last == report)
        for number in 0..<5 {
            let event = try #require(try await site.store.event("event-\(number)"))
            #expect((event.imagePath == nil) == (number < 3) && (event.thumbnailPath == nil))
        }
        let changes = try await site.store.read { try FeedPage.after(before, limit: 100, $0).changes }
        #expect(changes.count == 3)
        let notes = try await site.store.read {
            try String.fetchAll($0, sql: "SELECT object FROM audit_log WHERE action = 'event.picture_lost'")
        }
        #expect(Set(notes) == ["event-0", "event-1", "event-2"])
        #expect(await sweep.run().missing == 0)
    }

    @Test func aDiskThatIsNotThereHasLostNothing() async throws {
        let site = try Self.later()
        let paths = try await Self.store(site, 40)
        for path in paths.prefix(5) { Self.unlink(path, site) }
        let orphan = try await site.pictures.store(
            ScratchGateway.onePixel, eventID: "never", role: .image, capturedAt: ScratchGateway.now.microseconds)
        let many = await PictureSweep(site.intake).run()
        #expect(many.missing == 5 && many.mended == 0 && many.removed == 0)
        #expect(many.problem?.contains("5 of 40 pictures are missing") == true)
        #expect(try await site.pictures.missing(among: [orphan.path]).isEmpty)
        // Nothing there at all, as of an empty mount point.
        #expect(rename("\(site.folder.path)/images/2026", "\(site.folder.path)/away") == 0)
        let none = await PictureSweep(site.intake).run()
        #expect(none.missing == 40 && none.mended == 0 && none.problem != nil)
        #expect(try await site.store.event("event-39")?.imagePath != nil)
    }

    @Test func aLargeDayIsWalkedInPieces() async throws {
        let site = try Self.later()
        _ = try await Self.store(site, 1)
        let folder = "\(site.folder.path)/images/2026/11/22"
        #expect(mkdir(folder, 0o750) == 0)
        for number in 0..<2_500 {
            let file = open("\(folder)/x\(number).\(number % 2 == 0 ? "jpg" : "thumb.jpg")", O_CREAT | O_WRONLY, 0o640)
            close(file)
        }
        // Not ours.
        close(open("\(folder)/notes.txt", O_CREAT | O_WRONLY, 0o640))
        #expect(mkdir("\(site.folder.path)/images/2026/13", 0o750) == 0)
        let report = await PictureSweep(site.intake).run()
        #expect(report.removed == 2_500 && report.problem == nil)
        #expect(site.pictureFiles.count == 2)
    }

    @Test func itRunsAtThreeInTheNightOfTheSite() {
        let bangkok = SweepSchedule(zone: TimeZoneRules(offset: 7 * 3_600))
        let cases = [
            ("2026-11-23T19:59:59Z", "2026-11-23T20:00:00Z"), ("2026-11-23T20:00:00Z", "2026-11-24T20:00:00Z"),
            ("2026-11-24T00:00:00Z", "2026-11-24T20:00:00Z"),
        ]
        for (now, next) in cases {
            #expect(Instant(rfc3339: now).map { bangkok.next(after: $0) } == Instant(rfc3339: next))
        }
    }
}
