import Glibc
import Testing

@testable import Media

@Suite struct PictureStoreTests {
    static func isMediaError(_ kind: MediaError.Kind) -> (any Error) -> Bool {
        { ($0 as? MediaError)?.kind == kind }
    }

    @Test func storesAPictureAndItsThumbnail() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 640, height: 480)
        let stored = try await store.store(bytes, eventID: "gate-1.0001", role: .image, capturedAt: captured)

        let hash = String(hexadecimal(Digest.sha256(bytes)).prefix(12))
        #expect(stored.path == "2026/11/23/gate-1.0001-\(hash).jpg")
        #expect(stored.thumbnailPath == "2026/11/23/gate-1.0001-\(hash).thumb.jpg")
        #expect(stored.byteCount == bytes.count && stored.sha256 == Digest.sha256(bytes) && stored.isNew)
        #expect(stored.format == .jpeg && stored.width == 640 && stored.height == 480)
        #expect(try ScratchDirectory.read("\(scratch.images)/\(stored.path)") == bytes)
        let thumbnail = try await store.read(try #require(stored.thumbnailPath))
        #expect(try PictureHeader.read(thumbnail).width == 320)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
        var status = stat()
        #expect(lstat("\(scratch.images)/\(stored.path)", &status) == 0 && status.st_mode & 0o007 == 0)
    }

    @Test func aRepeatHasTheSamePathAndOtherContentAnother() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 64, height: 48)
        let first = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let again = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(again.path == first.path && again.thumbnailPath == first.thumbnailPath && !again.isNew)
        let others = [
            try await store.store(bytes, eventID: "b", role: .image, capturedAt: captured),
            try await store.store(bytes, eventID: "a", role: .plateImage, capturedAt: captured),
            try await store.store(bytes + [0], eventID: "a", role: .image, capturedAt: captured),
            // A colon and what it could be replaced by must not meet in one name.
            try await store.store(bytes, eventID: "a:1", role: .image, capturedAt: captured),
            try await store.store(bytes, eventID: "a_1", role: .image, capturedAt: captured),
        ]
        #expect(Set(others.map(\.path)).union([first.path]).count == 6)
        #expect(others[1].path.hasSuffix("-plate.jpg") && others[1].thumbnailPath == nil)
    }

    @Test func theNameFollowsTheBytes() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let png = try await store.store(
            Sample.png(width: 20, height: 10),
            eventID: "photo.jpg",
            role: .image,
            capturedAt: captured
        )
        #expect(png.path.hasSuffix(".png") && png.format == .png && png.thumbnailPath == nil)
        let webP = try await store.store(
            Sample.webP([("VP8 ", Sample.lossy(width: 20, height: 10))]),
            eventID: "a",
            role: .image,
            capturedAt: captured
        )
        #expect(webP.path.hasSuffix(".webp") && webP.thumbnailPath == nil)
    }

    @Test func aDamagedBodyIsKeptWithoutThumbnail() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let whole = try Sample.jpeg(width: 640, height: 480)
        let cut = Array(whole.prefix(whole.count / 2))
        let stored = try await store.store(cut, eventID: "a", role: .image, capturedAt: captured)
        #expect(stored.thumbnailPath == nil)
        #expect(try await store.read(stored.path) == cut)
        #expect(try ScratchDirectory.files(below: scratch.path) == ["images/\(stored.path)"])
    }

    @Test func aThumbnailThatCannotBeWrittenNeverFailsThePicture() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 64, height: 48)
        let first = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        try await store.remove(first.path)
        // A directory in the way of the rename.
        #expect(mkdir("\(scratch.images)/\(try #require(first.thumbnailPath))", 0o700) == 0)
        let stored = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(stored.thumbnailPath == nil && stored.isNew)
        #expect(try await store.read(stored.path) == bytes)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
    }

    @Test func aMissingThumbnailIsMadeByTheRepeat() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 64, height: 48)
        let first = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let thumbnail = try #require(first.thumbnailPath)
        #expect(unlink("\(scratch.images)/\(thumbnail)") == 0)
        #expect(
            try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured).thumbnailPath == thumbnail
        )
        #expect(try await store.read(thumbnail).isEmpty == false)
    }

    @Test func refusesWhatIsNoPicture() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store(limits: PictureLimits(byteCount: 10_000))
        let cases: [([UInt8], MediaError)] = [
            ([], .notAPicture(.empty)),
            (Array("not a picture".utf8), .notAPicture(.unrecognised)),
            (
                Sample.jpegHeader(width: 50_000, height: 50_000),
                .notAPicture(.sideTooLong(width: 50_000, height: 50_000))
            ),
            ([0xFF, 0xD8, 0xFF], .notAPicture(.truncated(.jpeg))),
            ([UInt8](repeating: 0xFF, count: 10_001), .tooLarge(byteCount: 10_001, limit: 10_000)),
        ]
        for (bytes, expected) in cases {
            await #expect(throws: expected) {
                try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
            }
        }
        #expect(try ScratchDirectory.files(below: scratch.path) == [])
    }

    @Test func theSamePictureStoredFiftyTimesAtOnceIsOneFile() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store(writerThreads: 8)
        let bytes = try Sample.jpeg(width: 320, height: 200)
        let stored = try await withThrowingTaskGroup(of: StoredPicture.self) { group in
            for _ in 0..<50 {
                group.addTask { try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(stored.map(\.path)).count == 1 && Set(stored.map(\.thumbnailPath)).count == 1)
        #expect(stored.count { $0.isNew } == 1)
        let files = [stored[0].path, try #require(stored[0].thumbnailPath)].map { "images/\($0)" }
        #expect(try ScratchDirectory.files(below: scratch.path) == files.sorted())
        #expect(try await store.read(stored[0].path) == bytes)
    }

    /// Two pictures of one pixel, found by trying 40 million, whose SHA-256 both begin with 25165f83e196.
    @Test func aPictureWithTheSameStartOfTheHashReplacesNothing() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let pixel = Sample.png(width: 1, height: 1, colour: 0)
        let first = pixel + Sample.big(3_464_395, 4)
        let second = pixel + Sample.big(15_967_183, 4)
        let kept = try await store.store(first, eventID: "a", role: .image, capturedAt: captured)
        let other = try await store.store(second, eventID: "a", role: .image, capturedAt: captured)
        #expect(kept.path.hasSuffix("a-25165f83e196.png") && other.path.contains("a-25165f83e196"))
        #expect(kept.path != other.path && other.isNew)
        #expect(try await store.read(kept.path) == first)
        #expect(try await store.read(other.path) == second)
        #expect(try await store.store(second, eventID: "a", role: .image, capturedAt: captured).path == other.path)
    }

    @Test func aDamagedFileIsMendedByTheRepeat() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = Sample.png(width: 20, height: 10)
        let first = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        // Its hash is no longer the one in its name.
        try ScratchDirectory.write([1, 2, 3], to: "\(scratch.images)/\(first.path)")
        let mended = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(mended.path == first.path && mended.isNew)
        #expect(try await store.read(mended.path) == bytes)
    }

    @Test func directoriesThatVanishAreMadeAgain() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = Sample.png(width: 20, height: 10)
        let first = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(try await store.remove(first.path))
        for directory in ["2026/11/23", "2026/11", "2026"] { #expect(rmdir("\(scratch.images)/\(directory)") == 0) }
        let again = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(try await store.read(again.path) == bytes)
    }

    @Test func removesAPictureWithItsThumbnail() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 64, height: 48)
        let stored = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let open = try await store.open(stored.path)
        #expect(try await store.remove(stored.path))
        #expect(try ScratchDirectory.files(below: scratch.path) == [])
        #expect(try await open.read(0..<open.size) == bytes, "an open picture stays readable")
        #expect(try await store.remove(stored.path) == false)
        #expect(try await store.remove("1999/01/01/never.jpg") == false)
        await #expect { try await store.read(stored.path) } throws: { Self.isMediaError(.missing)($0) }
    }

    @Test func readsRanges() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 640, height: 480)
        let stored = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let end = bytes.count
        for range in [0..<1, 5..<5, 100..<2_000, (end - 3)..<end, (end - 3)..<(end + 9), end..<(end + 5), 0..<Int.max] {
            #expect(try await store.read(stored.path, range: range) == Array(bytes[range.clamped(to: 0..<end)]))
        }
    }

    @Test func leftoversOfEarlierRunsGoAndOthersStay() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        for name in ["picture-abc-1.part", "picture-abc-2.part", "backup.sqlite", "picture-x.jpg"] {
            try ScratchDirectory.write([1], to: "\(scratch.temporary)/\(name)")
        }
        #expect(try await store.removeTemporaryLeftovers() == 2)
        #expect(try await store.removeTemporaryLeftovers() == 0)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == ["backup.sqlite", "picture-x.jpg"])
    }

    @Test func leftoversOfThisRunAreBeingWrittenAndStay() throws {
        let scratch = try ScratchDirectory()
        let files = try TemporaryFiles(path: scratch.temporary)
        let name = try files.place(.bytes([1, 2]))
        #expect(try files.removeLeftovers() == 0)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [name])
        #expect(try TemporaryFiles(path: scratch.temporary).removeLeftovers() == 1)
    }

    @Test func readsFreeSpace() throws {
        let scratch = try ScratchDirectory()
        let space = try DiskSpace.read(scratch.path)
        #expect(space.total > 0 && (0...space.total).contains(space.available))
        #expect { try DiskSpace.read("\(scratch.path)/missing") } throws: { ($0 as? MediaError)?.errorNumber == ENOENT }
    }

    @Test func errorsNameThePathOnlyInTheLog() {
        let error = MediaError.io(operation: "write", path: "/var/lib/x", errorNumber: EIO)
        #expect(error.description.contains("/var/lib/x") && error.description.contains("Input/output error"))
        #expect(!error.publicDescription.contains("/var/lib/x") && error.kind == .io)
        #expect(MediaError.io(operation: "write", path: "x", errorNumber: ENOSPC).kind == .noSpace)
        #expect(MediaError.io(operation: "write", path: "x", errorNumber: EDQUOT).kind == .noSpace)
    }
}
