import Dispatch
import Glibc
import Testing

@testable import Media

/// A file as a camera's upload leaves it.
final class Upload: Sendable {
    let path: String
    let descriptor: Int32

    init(_ bytes: [UInt8], in scratch: ScratchDirectory, name: String = "upload.jpg") throws {
        path = "\(scratch.path)/\(name)"
        try ScratchDirectory.write(bytes, to: path)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        #expect(descriptor >= 0)
    }

    deinit { close(descriptor) }
}

@Suite struct AdoptionTests {
    private static func links(_ path: String) -> (inode: UInt64, count: UInt64) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return (0, 0) }
        return (UInt64(status.st_ino), UInt64(status.st_nlink))
    }

    @Test func theUploadGetsASecondNameAndIsNotCopied() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 640, height: 480)
        let upload = try Upload(bytes, in: scratch)
        lseek(upload.descriptor, 100, SEEK_SET)
        let stored = try await store.adopt(
            descriptor: upload.descriptor, owner: "gate-1.0001", role: .image, capturedAt: captured)

        let sent = try await scratch.store().store(bytes, eventID: "gate-1.0001", role: .image, capturedAt: captured)
        #expect(stored.path == sent.path && stored.thumbnailPath == sent.thumbnailPath && stored.isNew && !sent.isNew)
        #expect(stored.byteCount == bytes.count && stored.sha256 == Digest.sha256(bytes))
        #expect(stored.format == .jpeg && stored.width == 640 && stored.height == 480)
        #expect(Self.links(upload.path) == Self.links("\(scratch.images)/\(stored.path)"))
        #expect(Self.links(upload.path).count == 2)
        #expect(lseek(upload.descriptor, 0, SEEK_CUR) == 100, "the position of the sender is its own")
        #expect(unlink(upload.path) == 0)
        #expect(try await store.read(stored.path) == bytes)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
    }

    /// A file without any name can get none, like one on another file system.
    @Test func anUploadThatCannotGetASecondNameIsCopied() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = try Sample.jpeg(width: 900, height: 700)
        let upload = try Upload(bytes, in: scratch)
        #expect(unlink(upload.path) == 0)
        let stored = try await store.adopt(
            descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
        #expect(try await store.read(stored.path) == bytes)
        #expect(Self.links("\(scratch.images)/\(stored.path)").count == 1)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
    }

    @Test func theSameUploadAgainIsTheSamePictureAndADamagedOneIsMended() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let bytes = Sample.png(width: 40, height: 30)
        let upload = try Upload(bytes, in: scratch)
        let first = try await store.adopt(
            descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
        let again = try await store.adopt(
            descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
        #expect(first.isNew && !again.isNew && again.path == first.path && first.thumbnailPath == nil)
        #expect(Self.links(upload.path).count == 2)
        #expect(unlink("\(scratch.images)/\(first.path)") == 0)
        try ScratchDirectory.write([1, 2, 3], to: "\(scratch.images)/\(first.path)")
        let mended = try await store.adopt(
            descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
        #expect(mended.isNew && mended.path == first.path)
        #expect(try await store.read(first.path) == bytes)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
    }

    @Test func refusesWhatIsNoPictureAndLeavesNothing() async throws {
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
            let upload = try Upload(bytes, in: scratch)
            await #expect(throws: expected) {
                try await store.adopt(descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
            }
        }
        #expect(try ScratchDirectory.files(below: scratch.images) == [])
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
        let directory = open(scratch.path, O_RDONLY)
        defer { close(directory) }
        for descriptor in [directory, -1] {
            await #expect(throws: MediaError.self) {
                try await store.adopt(descriptor: descriptor, owner: "a", role: .image, capturedAt: captured)
            }
        }
    }

    /// The header of this one ends behind 300 KB of other segments.
    @Test func aLongHeaderIsReadInSteps() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        let jpeg = try Sample.jpeg(width: 64, height: 48)
        let segment = [0xFF, 0xEE] + Sample.big(60_002, 2) + [UInt8](repeating: 7, count: 60_000)
        let bytes = jpeg.prefix(2) + (0..<5).flatMap { _ in segment } + jpeg.dropFirst(2)
        let upload = try Upload(Array(bytes), in: scratch)
        let stored = try await store.adopt(
            descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
        #expect(stored.width == 64 && stored.height == 48)
        #expect(try PictureHeader.read(try await store.read(try #require(stored.thumbnailPath))).width == 64)
    }

    @Test func fiftyUploadsOfTheSameAtOnceAreOneFile() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store(writerThreads: 8)
        let upload = try Upload(try Sample.jpeg(width: 320, height: 200), in: scratch)
        let descriptor = upload.descriptor
        let stored = try await withThrowingTaskGroup(of: StoredPicture.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await store.adopt(descriptor: descriptor, owner: "a", role: .image, capturedAt: captured)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(stored.map(\.path)).count == 1 && stored.count { $0.isNew } == 1)
        #expect(Self.links(upload.path).count == 2)
    }
}

@Suite struct ThumbnailOnDemandTests {
    /// A picture without thumbnail, in a store that has not been asked for anything yet.
    private func fixture(_ bytes: [UInt8]) async throws -> (ScratchDirectory, PictureStore, thumbnail: String) {
        let scratch = try ScratchDirectory()
        let stored = try await scratch.store().store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let thumbnail = stored.path.dropLast(4) + ".thumb.jpg"
        unlink("\(scratch.images)/\(thumbnail)")
        return (scratch, try scratch.store(), String(thumbnail))
    }

    @Test func theFirstWhoAskForAThumbnailMakeItOnce() async throws {
        let (scratch, store, thumbnail) = try await fixture(try Sample.jpeg(width: 640, height: 480))
        let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await store.open(thumbnail).size } }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(sizes.count == 1)
        #expect(try PictureHeader.read(try ScratchDirectory.read("\(scratch.images)/\(thumbnail)")).width == 320)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
    }

    @Test func whatCannotBeReducedIsTriedOnce() async throws {
        let whole = try Sample.jpeg(width: 640, height: 480)
        let (scratch, store, thumbnail) = try await fixture(Array(whole.prefix(whole.count / 2)))
        for _ in 0..<3 {
            await #expect { try await store.open(thumbnail) } throws: { ($0 as? MediaError)?.kind == .missing }
        }
        let path = try PicturePath(thumbnail)
        #expect(store.thumbnails.isHopeless(path))
        // The whole picture arrives: there is hope again.
        let mended = try await store.store(whole, eventID: "a", role: .image, capturedAt: captured)
        #expect(try await store.open(try #require(mended.thumbnailPath)).size > 0)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
    }

    @Test func aThumbnailOfNothingIsMissing() async throws {
        let scratch = try ScratchDirectory()
        let store = try scratch.store()
        for path in ["2026/11/23/a-1.thumb.jpg", "a.thumb.jpg"] {
            await #expect { try await store.open(path) } throws: { ($0 as? MediaError)?.kind == .missing }
        }
    }

    @Test func hopelessOnesAreBounded() throws {
        let work = try ThumbnailWork()
        for number in 0..<10_000 { work.markHopeless(try PicturePath("\(number).thumb.jpg")) }
        #expect(work.isHopeless(try PicturePath("9999.thumb.jpg")))
        #expect(!work.isHopeless(try PicturePath("0.thumb.jpg")))
    }

    /// The queue of what nobody asked for forgets what it has no room for.
    @Test func theMachineMakesThumbnailsWhenItHasTime() async throws {
        let work = try ThumbnailWork(laterLimit: 3)
        let gate = DispatchSemaphore(value: 0)
        let nice = await withCheckedContinuation { continuation in
            work.makeLater {
                continuation.resume(returning: getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
                gate.wait()
            }
        }
        // Of this thread alone.
        #expect(nice == 15)
        for _ in 0..<10 { work.makeLater {} }
        #expect(work.laterCount == 3)
        gate.signal()
    }
}
