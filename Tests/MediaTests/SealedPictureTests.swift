import Domain
import Glibc
import Testing
import Vault

@testable import Media

@Suite struct SealedPictureTests {
    private static let now = Instant(microseconds: captured)

    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func keys(_ name: String = "keys") throws -> KeyRing {
        let ring = try KeyRing(directory: KeyDirectory(path: "\(scratch.path)/\(name)"), credentials: nil)
        try ring.makeFirst(at: Self.now)
        return ring
    }

    private func store(_ keys: KeyRing?, seals: Bool = true) throws -> PictureStore {
        try scratch.store(options: PictureOptions(seals: seals, keys: keys))
    }

    private func onDisk(_ path: String?) throws -> [UInt8] {
        try ScratchDirectory.read("\(scratch.images)/\(try #require(path))")
    }

    /// Several chunks: 200,000 bytes behind the picture.
    private func picture(_ tail: Int = 200_000) throws -> [UInt8] {
        try Sample.jpeg(width: 640, height: 480) + (0..<tail).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    }

    @Test func pictureAndThumbnailAreSealedAndReadAsTheyWere() async throws {
        let store = try store(keys())
        let bytes = try picture()
        let stored = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(stored.byteCount == bytes.count && stored.sha256 == Digest.sha256(bytes) && stored.isNew)
        for path in [stored.path, stored.thumbnailPath] {
            #expect(try onDisk(path).starts(with: SealedFile.magic))
            #expect(try !ExifSample.contains(onDisk(path), Array(bytes[0..<20])))
        }
        let file = try await store.open(stored.path)
        #expect(file.size == bytes.count)
        for range in [
            0..<1, 65_535..<65_537, 65_536..<131_072, 10..<190_000, (bytes.count - 1)..<bytes.count, 0..<Int.max,
            bytes.count..<(bytes.count + 9),
        ] {
            #expect(try await file.read(range) == Array(bytes[range.clamped(to: 0..<bytes.count)]), "\(range)")
        }
        let thumbnail = try await store.read(try #require(stored.thumbnailPath))
        #expect(try PictureHeader.read(thumbnail).width == 320)
        let again = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(!again.isNew && again.path == stored.path)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [] && store.sealingProblem == nil)
    }

    @Test func anUploadIsSealedAndItsThumbnailIsMadeOfIt() async throws {
        let store = try store(keys())
        let bytes = try picture()
        let upload = try Upload(bytes, in: scratch)
        let stored = try await store.adopt(
            descriptor: upload.descriptor, owner: "a", role: .image, capturedAt: captured)
        #expect(try onDisk(stored.path).starts(with: SealedFile.magic))
        #expect(try ScratchDirectory.links(upload.path) == 1)
        #expect(try await store.read(stored.path) == bytes)
        let thumbnail = try await store.read(try #require(stored.thumbnailPath))
        #expect(try PictureHeader.read(thumbnail).width == 320)
        #expect(try onDisk(stored.thumbnailPath).starts(with: SealedFile.magic))
    }

    @Test func switchingOnAndOffKeepsAllReadable() async throws {
        let keys = try keys()
        let bytes = try picture()
        let plain = try await store(keys, seals: false)
            .store(bytes, eventID: "plain", role: .image, capturedAt: captured)
        #expect(try onDisk(plain.path) == bytes)
        let sealing = try store(keys)
        let first = try await sealing.store(bytes, eventID: "first", role: .image, capturedAt: captured)
        let key = try #require(try await sealing.rotateKey(at: Self.now))
        let second = try await sealing.store(bytes, eventID: "second", role: .image, capturedAt: captured)
        #expect(sealing.keyEntries.last == key && sealing.keyEntries.count == 2)
        #expect(try onDisk(first.path)[12..<20] != onDisk(second.path)[12..<20])
        for store in [sealing, try self.store(self.keys(), seals: false)] {
            for path in [plain.path, first.path, second.path] { #expect(try await store.read(path) == bytes) }
        }
    }

    @Test func withoutItsKeyAPictureIsNeitherReadNorReplaced() async throws {
        let bytes = try picture()
        let stored = try await store(keys()).store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let before = try onDisk(stored.path)
        let stranger = try store(keys("others"))
        for path in [stored.path, try #require(stored.thumbnailPath)] {
            await #expect { try await stranger.read(path) } throws: { ($0 as? MediaError)?.kind == .keyMissing }
        }
        #expect(stranger.sealingProblem?.contains(stored.path) == true)
        let again = try await stranger.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        #expect(again.path != stored.path && again.isNew)
        #expect(try await stranger.read(again.path) == bytes)
        #expect(try onDisk(stored.path) == before)
        let none = try store(nil)
        await #expect { try await none.store(bytes, eventID: "b", role: .image, capturedAt: captured) } throws: {
            ($0 as? MediaError)?.kind == .keyMissing
        }
        #expect(none.sealingProblem != nil)
        #expect(try ScratchDirectory.files(below: scratch.temporary) == [])
    }

    @Test func whatWasChangedOnDiskIsFoundAndMendedByTheRepeat() async throws {
        let store = try store(keys())
        let bytes = try picture()
        let first = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
        let second = try await store.store(bytes, eventID: "b", role: .image, capturedAt: captured)
        let whole = try onDisk(first.path)
        var flipped = whole
        flipped[100_000] ^= 1
        let chunk = 65_552
        let reordered = Array(
            whole[0..<80] + whole[(80 + chunk)..<(80 + 2 * chunk)] + whole[80..<(80 + chunk)]
                + whole[(80 + 2 * chunk)...])
        for wrong in [
            flipped, reordered, Array(whole.dropLast()), Array(whole.prefix(80)), Array(whole.prefix(20)), whole + [0],
            try onDisk(second.path),
        ] {
            try ScratchDirectory.write(wrong, to: "\(scratch.images)/\(first.path)")
            await #expect { try await store.read(first.path) } throws: { ($0 as? MediaError)?.kind == .damaged }
            let mended = try await store.store(bytes, eventID: "a", role: .image, capturedAt: captured)
            #expect(mended.path == first.path && mended.isNew)
            #expect(try await store.read(first.path) == bytes)
        }
        #expect(store.sealingProblem?.contains(first.path) == true)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible, "mounting a small file system needs root and CAP_SYS_ADMIN"))
    func aFullDiskLeavesNothingHalf() async throws {
        let disk = try SmallFileSystem(kilobytes: 512)
        let store = try disk.scratch.store(options: PictureOptions(seals: true, keys: keys()))
        let bytes = Sample.png(width: 20, height: 10) + [UInt8](repeating: 0, count: 150_000)
        var stored: [StoredPicture] = []
        await #expect {
            for number in 0..<10 {
                stored.append(try await store.store(bytes, eventID: "\(number)", role: .image, capturedAt: captured))
            }
        } throws: { ($0 as? MediaError)?.kind == .noSpace }
        #expect((1...3).contains(stored.count))
        #expect(try ScratchDirectory.files(below: disk.scratch.temporary) == [])
        #expect(try ScratchDirectory.files(below: disk.scratch.images) == stored.map(\.path).sorted())
        for picture in stored { #expect(try await store.read(picture.path) == bytes) }
    }
}
