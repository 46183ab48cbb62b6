import Glibc
import Logging
import Testing

@testable import Media

/// A file system of a few hundred kilobytes in memory, unmounted with the test.
final class SmallFileSystem: Sendable {
    let scratch: ScratchDirectory

    init(kilobytes: Int) throws {
        scratch = try ScratchDirectory()
        guard mount("tmpfs", scratch.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else { throw CannotMount() }
    }

    deinit { umount2(scratch.path, Int32(MNT_DETACH)) }

    struct CannotMount: Error {}

    static let isPossible = (try? SmallFileSystem(kilobytes: 64)) != nil
}

@Suite(.enabled(if: SmallFileSystem.isPossible, "mounting a small file system needs root and CAP_SYS_ADMIN"))
struct FullDiskTests {
    @Test func aFullDiskLeavesNothingHalfAndGoesOnWhenSpaceReturns() async throws {
        let disk = try SmallFileSystem(kilobytes: 512)
        let store = try disk.scratch.store()
        var bytes = Sample.png(width: 20, height: 10)
        bytes += [UInt8](repeating: 0, count: 60_000)

        var stored: [StoredPicture] = []
        var failure: MediaError?
        for number in 0..<100 where failure == nil {
            do {
                stored.append(try await store.store(bytes, eventID: "\(number)", role: .image, capturedAt: captured))
            } catch let error as MediaError {
                failure = error
            }
        }
        #expect(failure?.kind == .noSpace && failure?.errorNumber == ENOSPC)
        #expect((1..<9).contains(stored.count))
        #expect(try ScratchDirectory.files(below: disk.scratch.temporary) == [])
        #expect(try ScratchDirectory.files(below: disk.scratch.images) == stored.map(\.path).sorted())
        for picture in stored { #expect(try await store.read(picture.path) == bytes) }

        #expect(try await store.remove(stored[0].path))
        let after = try await store.store(bytes, eventID: "after", role: .image, capturedAt: captured)
        #expect(try await store.read(after.path) == bytes)
    }

    @Test func aPictureIsStoredWhenOnlyItsThumbnailDoesNotFit() async throws {
        let disk = try SmallFileSystem(kilobytes: 256)
        let store = try disk.scratch.store()
        // Makes the directories, which may take room of their own.
        let first = try await store.store(
            Sample.png(width: 2, height: 2),
            eventID: "first",
            role: .image,
            capturedAt: captured
        )
        // Bytes behind the end of the picture, so that with it the file system is full to the last byte.
        var bytes = try Sample.jpeg(width: 640, height: 480)
        let available = Int(try DiskSpace.read(disk.scratch.path).available)
        bytes += [UInt8](repeating: 0, count: available - bytes.count)
        let stored = try await store.store(bytes, eventID: "second", role: .image, capturedAt: captured)
        #expect(try DiskSpace.read(disk.scratch.path).available == 0)
        #expect(stored.thumbnailPath == nil)
        #expect(try await store.read(stored.path) == bytes)
        #expect(try ScratchDirectory.files(below: disk.scratch.images) == [first.path, stored.path].sorted())
        #expect(try ScratchDirectory.files(below: disk.scratch.temporary) == [])
    }

    @Test func directoriesOnTwoFileSystemsAreRefused() throws {
        let disk = try SmallFileSystem(kilobytes: 64)
        let elsewhere = try ScratchDirectory()
        #expect {
            try PictureStore(
                directory: elsewhere.images,
                temporaryDirectory: disk.scratch.temporary,
                logger: .init(label: "test")
            )
        } throws: { error in
            (error as? MediaError)?.errorNumber == EXDEV
        }
    }
}
