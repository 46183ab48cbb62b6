import Dispatch
import Glibc
import Logging
import TestSupport
import Testing
import Vault

@testable import FileTransfer

/// What was left behind is taken, and what is old goes; by a clock that the tests set.
@Suite struct RootSweepTests {
    private struct NoLogin: DeviceLogin {
        func device(_ name: String, hasPublicKey blob: [UInt8]) async -> Bool { false }
        func device(_ name: String, hasKey key: String, from address: String) async -> LoginAnswer { .refused }
    }

    /// Sweeps so many seconds from now.
    /// - Parameter start: seconds since 1970; now when it does not matter how long the test has taken.
    private func sweep(
        _ harbour: Harbour, in seconds: Int64, since start: Int64 = Int64(time(nil))
    ) async throws -> RootSweep.Report {
        let folder = try ScratchFolder()
        let server = try SSHServer(
            SSHSettings(listen: [], roots: harbour.folder.path),
            hostKey: HostKey(in: KeyDirectory(path: folder.path + "/keys")), login: NoLogin(), desk: harbour.desk,
            logger: Logger(label: "test"))
        let sweep = RootSweep(server, ages: RootSweep.Ages(), logger: Logger(label: "test"))
        return await withCheckedContinuation { continuation in
            DispatchQueue(label: "sweep").async {
                continuation.resume(returning: sweep.run(now: start + seconds))
            }
        }
    }

    private func write(_ bytes: [UInt8], to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        _ = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
    }

    @Test func aWholePictureThatNobodyClosedIsTaken() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        _ = await client.write(await client.open("d/x.jpg", [.write, .create]).handle, picture(5_000))
        client.session.stop()
        var status = stat()
        #expect(stat(harbour.path("gate-1", "d/x.jpg"), &status) == 0)
        let written = Int64(status.st_ctim.tv_sec)
        #expect(try await sweep(harbour, in: 10, since: written) == RootSweep.Report(), "somebody may still be writing")
        #expect(try await sweep(harbour, in: 100, since: written) == RootSweep.Report(taken: 1, removed: 0))
        #expect(harbour.desk.taken.map(\.bytes) == [picture(5_000)])
        #expect(try await sweep(harbour, in: 200) == RootSweep.Report(), "once is enough")
    }

    /// Killed after the picture had its second name and before its placeholder was there.
    @Test func whatHasTwoNamesGetsItsPlaceholder() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(await client.ask(SFTPNumber.Request.makeDirectory, "d").isOK)
        let (here, there) = (harbour.path("gate-1", "d/x.jpg"), harbour.folder.path + "/picture.jpg")
        write(picture(5_000), to: here)
        #expect(link(here, there) == 0)
        // Written to now, it would change the picture.
        #expect(await client.open("d/x.jpg", [.write]).handle.isEmpty)
        #expect(try await sweep(harbour, in: 100).taken == 1)
        var status = stat()
        #expect(stat(here, &status) == 0 && status.st_blocks == 0 && status.st_size == 5_000)
        #expect(stat(there, &status) == 0 && status.st_size == 5_000 && status.st_blocks > 0)
    }

    @Test func whatIsOldGoes() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(await client.put("taken.jpg", picture(1_000)).isOK)
        #expect(await client.put("notes.txt", Array("hello".utf8)).isOK)
        #expect(await client.put("x.jpg.part", picture(1_000)).isOK)
        #expect(await client.put("cut.jpg", Array(picture(1_000).prefix(500))).isOK)
        let day: Int64 = 86_400
        // After a day what was cut off is kept as it is, and what has no last name goes.
        #expect(try await sweep(harbour, in: day + 60) == RootSweep.Report(taken: 1, removed: 1))
        #expect(harbour.desk.taken.last?.bytes.count == 500)
        #expect(await client.list("/") == ["cut.jpg", "notes.txt", "taken.jpg"])
        #expect(try await sweep(harbour, in: 7 * day + 60).removed == 2)
        #expect(await client.list("/") == ["notes.txt"])
        #expect(try await sweep(harbour, in: 30 * day + 60).removed == 1)
        #expect(await client.list("/").isEmpty)
    }

    /// Killed between the two exchanges that put a newer file back in its place.
    @Test func aNewerFileUnderATemporaryNameIsNotLost() async throws {
        let harbour = try Harbour()
        let client = try await harbour.client()
        #expect(await client.put("x.jpg", picture(1_000)).isOK)
        write(picture(3_000), to: harbour.path("gate-1", ".~lpr-1"))
        write([], to: harbour.path("gate-1", ".~lpr-2"))
        #expect(await client.list("/") == ["x.jpg"])
        #expect(try await sweep(harbour, in: 100).removed == 1)
        #expect(await client.list("/") == ["recovered-1", "x.jpg"])
        _ = try await sweep(harbour, in: 200)
        #expect(harbour.desk.taken.last == .init(device: "gate-1", path: "recovered-1", bytes: picture(3_000)))
    }
}
