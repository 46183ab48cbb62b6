import Domain
import Testing

@testable import Media

/// What changes while a walk is under way.
@Suite struct PictureCountsTests {
    private func path(_ text: String) throws -> PicturePath { try PicturePath(text) }

    @Test("A change behind the walk is added to what it finds, one before it is found by it")
    func changesDuringAWalk() throws {
        let counts = PictureCounts()
        let one = StorageAmount(files: 1, bytes: 4_096)
        let gone = StorageAmount(files: -1, bytes: -4_096)
        counts.assume([.pictures: StorageAmount(files: 7, bytes: 7)])
        counts.beginWalk()
        counts.enter(folder: "2026/01/01")
        counts.found([.pictures: one])
        counts.enter(folder: "2026/01/02")
        // The walk is past it.
        counts.note(try path("2026/01/01/a-0123456789ab.jpg"), one)
        counts.note(try path("2026/01/01/b-0123456789ab.jpg"), gone)
        counts.note(try path("2026/01/01/c-0123456789ab.thumb.jpg"), one)
        // It comes there later, and sees it.
        counts.note(try path("2026/01/03/d-0123456789ab.jpg"), one)
        #expect(!counts.isCounted)
        counts.enter(folder: "2026/01/03")
        counts.found([.pictures: one])
        counts.endWalk(isComplete: true)
        #expect(counts.isCounted)
        #expect(
            counts.amounts == [
                .pictures: StorageAmount(files: 2, bytes: 8_192), .thumbnails: one,
            ])
        // A walk that does not come to its end changes nothing.
        counts.beginWalk()
        counts.endWalk(isComplete: false)
        #expect(counts.amounts[.pictures]?.files == 2)
    }

    @Test func classesByName() {
        #expect(StorageClass(picturePath: "2026/01/01/e-0123456789ab.thumb.jpg") == .thumbnails)
        #expect(StorageClass(picturePath: "2026/01/01/e-0123456789ab-plate.png") == .platePictures)
        #expect(StorageClass(picturePath: "2026/01/01/e-plate-0123456789ab.jpg") == .pictures)
    }

    @Test("A file is counted when it gets its name and when it loses it, once")
    func storeAndRemove() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 640, height: 480)
        let first = try await store.store(bytes, eventID: "e", role: .image, capturedAt: 0)
        // The same again is the same file.
        _ = try await store.store(bytes, eventID: "e", role: .image, capturedAt: 0)
        let counted = store.counts.amounts
        #expect(counted[.pictures]?.files == 1 && counted[.thumbnails]?.files == 1)
        #expect(first.thumbnailByteCount > 0)
        try await store.count()
        #expect(store.counts.amounts == counted)
        // A sweep leaves the thumbnail.
        #expect(
            try await store.remove(all: [first.path, "2026/01/01/never.jpg", "../outside"]).map(\.path) == [first.path])
        #expect(try await store.sizes(of: [first.path, first.thumbnailPath ?? ""])[0] == 0)
        #expect(store.counts.amounts[.pictures]?.files == 0 && store.counts.amounts[.thumbnails]?.files == 1)
        try await store.remove(first.path)
        #expect(store.counts.amounts.values.allSatisfy { $0 == StorageAmount() })
    }
}
