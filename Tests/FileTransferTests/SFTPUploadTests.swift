import Glibc
import Testing

@testable import FileTransfer

@Suite struct SFTPUploadTests {
    typealias Number = SFTPNumber.Request

    @Test func aFileThatIsClosedIsTakenAndStillSeen() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        let bytes = picture(300_000)
        #expect(await client.put("/data/lpr_images/x.jpg", bytes).isOK)
        #expect(harbour.desk.taken == [.init(device: "gate-1", path: "data/lpr_images/x.jpg", bytes: bytes)])
        let size = await client.ask(Number.status, "data/lpr_images/x.jpg").size
        #expect(size == 300_000)
        #expect(await client.list("/data/lpr_images") == ["x.jpg"])
        var status = stat()
        #expect(stat(harbour.path("gate-1", "data/lpr_images/x.jpg"), &status) == 0)
        #expect(status.st_blocks == 0, "the bytes must not be on the disk twice")
    }

    @Test func aTakenPictureCanBeReadAgain() async throws {
        let client = try await Harbour().client()
        let bytes = picture(5_000)
        #expect(await client.put("x.jpg", bytes).isOK)
        let handle = await client.open("x.jpg", .read).handle
        #expect(await client.read(handle, at: 0).data == bytes)
        #expect(await client.read(handle, at: 4_990).data == Array(bytes[4_990...]))
        #expect(await client.read(handle, at: 5_000).status == SFTPStatus.endOfFile.rawValue)
    }

    @Test func whatIsNeitherPictureNorSidecarStays() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(await client.put("test.txt", Array("hello".utf8)).isOK)
        #expect(await client.read(client.open("test.txt", .read).handle).data == Array("hello".utf8))
        #expect(try harbour.finish().candidate(RootPath("test.txt".utf8)) == nil, "looked at once, not again")
        // Written to again, it is another file.
        let handle = await client.open("test.txt", [.write, .append]).handle
        #expect(await client.write(handle, Array(" again".utf8)).isOK)
        #expect(await client.close(handle).isOK)
        #expect(harbour.desk.taken.map(\.bytes.count) == [5, 11])
    }

    @Test(arguments: [1, 7, 100, 4_096, 32_768]) func piecesMakeNoDifference(pieces: Int) async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        let bytes = picture(20_000, fill: 0x2A)
        let handle = await client.open("x.jpg", [.write, .create, .truncate]).handle
        #expect(
            await client.send(Number.write, pieces: pieces) {
                $0.string(handle)
                $0.uint64(0)
                $0.string(bytes)
            }.isOK)
        #expect(await client.close(handle).isOK)
        #expect(harbour.desk.taken.first?.bytes == bytes)
    }

    @Test func anUploadThatWasCutIsResumed() async throws {
        let harbour = try Harbour()
        let bytes = picture(100_000)
        let first = try await harbour.client()
        _ = await first.write(first.open("x.jpg", [.write, .create, .truncate]).handle, Array(bytes[..<40_000]))
        first.session.stop()
        #expect(harbour.desk.taken.isEmpty, "cut off is not closed")

        let second = try await harbour.client()
        #expect(await second.ask(Number.status, "x.jpg").size == 40_000)
        let handle = await second.open("x.jpg", [.write, .create]).handle
        #expect(await second.write(handle, Array(bytes[40_000...]), at: 40_000).isOK)
        #expect(await second.close(handle).isOK)
        #expect(harbour.desk.taken.map(\.bytes) == [bytes])
    }

    @Test func aPictureClosedBeforeItsEndWaitsForTheRest() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        let bytes = picture(100_000)
        #expect(await client.put("x.jpg", Array(bytes[..<40_000])).isOK)
        #expect(harbour.desk.taken.isEmpty)
        let handle = await client.open("x.jpg", [.write, .append]).handle
        #expect(await client.write(handle, Array(bytes[40_000...])).isOK)
        #expect(await client.close(handle).isOK)
        #expect(harbour.desk.taken.map(\.bytes) == [bytes])
    }

    @Test func theNewestConnectionHasTheFile() async throws {
        let harbour = try Harbour()
        let (old, new) = (try await harbour.client(), try await harbour.client())
        let oldHandle = await old.open("x.jpg", [.write, .create, .truncate]).handle
        #expect(await old.write(oldHandle, picture(1_000)).isOK)
        let newHandle = await new.open("x.jpg", [.write, .create]).handle
        #expect(await !old.write(oldHandle, [1, 2, 3]).isOK)
        #expect(await !old.close(oldHandle).isOK)
        #expect(await new.write(newHandle, picture(1_000, fill: 9)).isOK)
        #expect(await new.close(newHandle).isOK)
        #expect(harbour.desk.taken.map(\.bytes) == [picture(1_000, fill: 9)])
    }

    @Test(arguments: ["x.jpg.filepart", "x.jpg.part", ".x.jpg.Ab12Cd", "x.jpg.tmp"])
    func aNameForUnfinishedFilesIsTakenWhenItGetsItsLast(temporary: String) async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(await client.put(temporary, picture(2_000)).isOK)
        #expect(harbour.desk.taken.isEmpty)
        #expect(await client.rename(temporary, "sub/x.jpg").isOK)
        #expect(harbour.desk.taken.map(\.path) == ["sub/x.jpg"])
    }

    @Test func theSameNameAnewReplacesThePlaceholder() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(await client.put("x.jpg", picture(1_000)).isOK)
        #expect(await client.put("x.jpg", picture(2_000)).isOK)
        #expect(harbour.desk.taken.map(\.bytes.count) == [1_000, 2_000])
        #expect(await client.ask(Number.status, "x.jpg").size == 2_000)
        // Adding to a picture that is complete would change what was taken.
        #expect(await client.open("x.jpg", [.write]).status == SFTPStatus.permissionDenied.rawValue)
        #expect(await client.open("x.jpg", [.write, .create, .exclusive]).status == SFTPStatus.failure.rawValue)
    }

    @Test func twoDevicesHaveTheirOwnFilesOfOneName() async throws {
        let harbour = try Harbour()
        let (one, two) = (try await harbour.client("gate-1"), try await harbour.client("gate-2"))
        #expect(await one.put("/x.jpg", picture(1_000)).isOK)
        #expect(await two.list("/").isEmpty)
        #expect(await two.put("/x.jpg", picture(2_000)).isOK)
        #expect(await one.ask(Number.status, "x.jpg").size == 1_000)
        #expect(harbour.desk.taken.map(\.device) == ["gate-1", "gate-2"])
    }

    @Test func aFileThatComesWhileTheOldOneIsTakenStays() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        let path = harbour.path("gate-1", "x.jpg")
        // As rsync does it: a new file gets the name of the old one.
        harbour.desk.meanwhile {
            let new = open(path + ".new", O_WRONLY | O_CREAT, 0o640)
            _ = picture(3_000).withUnsafeBytes { write(new, $0.baseAddress, $0.count) }
            close(new)
            rename(path + ".new", path)
        }
        #expect(await client.put("x.jpg", picture(1_000)).isOK)
        #expect(await client.read(client.open("x.jpg", .read).handle).data == picture(3_000))
        #expect(try harbour.finish().candidate(RootPath("x.jpg".utf8)) != nil)
        #expect(await client.list("/") == ["x.jpg"])
    }

    @Test func aRefusedFileStaysAndTheClientHearsWhy() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        harbour.desk.answer(.refused(reason: "that is no picture"))
        let answer = await client.put("x.jpg", picture(1_000))
        #expect(answer.status == SFTPStatus.failure.rawValue && answer.words == "that is no picture")
        harbour.desk.answer(.notNow(reason: "the disk is full"))
        #expect(await client.put("y.jpg", picture(1_000)).words == "the disk is full")
        harbour.desk.answer(nil)
        #expect(await client.put("y.jpg", picture(1_000)).isOK)
    }

    @Test func withoutRoomNothingIsOpenedForWriting() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        harbour.desk.becomeFull(true)
        let answer = await client.put("x.jpg", picture(1_000))
        #expect(answer.status == SFTPStatus.failure.rawValue && answer.words.contains("no room"))
        #expect(await client.list("/").isEmpty)
        harbour.desk.becomeFull(false)
        #expect(await client.put("x.jpg", picture(1_000)).isOK)
    }
}
